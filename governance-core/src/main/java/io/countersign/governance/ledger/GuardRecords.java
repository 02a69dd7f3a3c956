package io.countersign.governance.ledger;

import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.VerifierKey;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What a signer's folder says was signed, for whoever checks the database against it. Only read: a
 * signer may be at work in it meanwhile.
 */
public final class GuardRecords {
    private GuardRecords() {}

    /**
     * A signed tree.
     *
     * @param system the database cluster it was in, by PostgreSQL's system identifier
     * @param note as signed, without cosignatures
     */
    public record Signed(
            int epoch, String origin, long system, long size, Hash root, String note) {}

    /** Whether there is a guard in the folder. */
    public static boolean exist(Path folder) {
        return Guard.exists(folder);
    }

    /**
     * All of them as they were signed, so by growing epoch and size; one may come twice in a row. A
     * file of 16 MiB at most is in memory at a time.
     *
     * @throws LedgerFault while iterating, where a file is damaged
     */
    public static Iterator<Signed> all(Path folder) {
        return Guard.signed(folder);
    }

    /** The newest one; empty where nothing was signed yet. */
    public static Optional<Signed> newest(Path folder) {
        return Guard.newest(folder);
    }

    /**
     * The public halves of the log's keys: those that sign, then those that did before.
     *
     * @throws LedgerFault where there is none, or it is another log's
     */
    public static List<VerifierKey> keys(Path folder, String origin) {
        return new SignerFolder(folder).verifiers(origin);
    }
}
