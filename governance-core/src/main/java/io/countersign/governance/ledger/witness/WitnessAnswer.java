package io.countersign.governance.ledger.witness;

import io.countersign.governance.ledger.tlog.Cosignature;
import io.countersign.governance.ledger.tlog.NoteSignature;

/** What came of asking a witness for its cosignature. */
public sealed interface WitnessAnswer {
    /** It cosigned, and its cosignature verifies. */
    record Cosigned(NoteSignature signature, Cosignature cosignature) implements WitnessAnswer {}

    /**
     * It has cosigned a tree of this log that is not the beginning of ours, or not what ours began
     * with. Somebody rewrote the log: stop signing, and let people look.
     */
    record Fork(String message) implements WitnessAnswer {}

    /**
     * It has cosigned a larger tree of this log than ours. The log was rolled back, or somebody
     * else signs for it: stop signing, and let people look.
     */
    record Ahead(long size) implements WitnessAnswer {}

    /** It does not know the log or its key, or does not understand us: settings are wrong. */
    record Misconfigured(String message) implements WitnessAnswer {}

    /** No answer, or none that helps: to be asked again later. */
    record Unavailable(String message) implements WitnessAnswer {}
}
