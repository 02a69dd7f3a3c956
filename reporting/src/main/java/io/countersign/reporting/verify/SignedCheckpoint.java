package io.countersign.reporting.verify;

import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Cosignature;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.Unverified;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** The log's signature and the witnesses' under a checkpoint. */
final class SignedCheckpoint {
    private SignedCheckpoint() {}

    /**
     * @param given whether the policy's log keys were known from elsewhere
     */
    static Checkpoint check(Note note, WitnessPolicy policy, boolean given, Findings findings) {
        Checkpoint checkpoint;
        VerifierKey key;
        var keys = policy.logs().stream().map(WitnessPolicy.Log::key).toList();
        try {
            checkpoint = Checkpoint.open(note, keys);
            var origin = checkpoint.origin();
            key =
                    note
                            .verify(keys.stream().filter(k -> k.name().equals(origin)).toList())
                            .stream()
                            .findFirst()
                            .orElseThrow();
        } catch (MalformedTlog e) {
            throw Wrong.malformed("The checkpoint is not in its format: " + e.getMessage() + ".");
        } catch (Unverified e) {
            throw new Wrong(Verdict.SIGNATURE, e.getMessage() + ".");
        }
        var log =
                new Verification.Log(
                        checkpoint.origin(),
                        checkpoint.size(),
                        checkpoint.root().base64(),
                        key.text(),
                        Verifier.fingerprint(key),
                        given);
        findings.log(log, java.util.List.of());
        findings.proved(
                "The log %s signed the checkpoint of size %d with the root %s (key %s, fingerprint %s)."
                        .formatted(
                                Words.quoted(checkpoint.origin()),
                                checkpoint.size(),
                                checkpoint.root(),
                                Words.quoted(key.text()),
                                log.fingerprint()));
        Map<String, Cosignature> cosigned;
        try {
            cosigned = policy.cosignatures(note);
        } catch (Unverified e) {
            throw new Wrong(Verdict.QUORUM, e.getMessage() + ".");
        }
        var cosigners =
                cosigned.entrySet().stream()
                        .map(c ->
                                new Verification.Witness(
                                        c.getKey(),
                                        c.getValue().witness().text(),
                                        c.getValue().at()))
                        .sorted(Comparator.comparing(Verification.Witness::at))
                        .toList();
        var names =
                cosigners.stream()
                        .map(w -> Words.quoted(w.name()) + " at " + w.at())
                        .collect(Collectors.joining(", "));
        if (!policy.isMetBy(cosigned.keySet())) {
            throw new Wrong(
                    Verdict.QUORUM,
                    "The checkpoint of size %d does not meet the quorum %s of the policy: cosigned by %s."
                            .formatted(
                                    checkpoint.size(),
                                    Words.quoted(policy.quorum()),
                                    names.isEmpty() ? "none of its witnesses" : names + " only"));
        }
        findings.log(log, cosigners);
        if (!cosigners.isEmpty()) {
            findings.proved("Witnesses cosigned the checkpoint: " + names + ".");
        }
        if (policy.quorum().equals(WitnessPolicy.NONE)) {
            findings.unchecked(
                    "That the log shows everybody the same history: the policy asks for no witness, so whoever holds the log's key could have made another.");
        }
        return checkpoint;
    }
}
