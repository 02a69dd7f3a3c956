package io.countersign.governance.ledger;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How this host takes part in the ledger.
 *
 * @param folder of the signer: its key and its guard; out of reach of the database and its backups
 * @param signs whether this host signs checkpoints; of several hosts on one database, one does
 * @param origin the log's name when it begins, by custom the address it is served at without {@code
 *     https://}; null for a random one. A log that has begun keeps its name
 * @param witnesses the policy file (C2SP tlog-policy) with the witnesses to ask and the quorum;
 *     null for none
 * @param interval the least time between two checkpoints
 */
public record LedgerSettings(
        Path folder,
        boolean signs,
        @Nullable String origin,
        @Nullable Path witnesses,
        Duration interval) {
    /** Often enough that waiting for inclusion is not felt. */
    public static final Duration USUAL_INTERVAL = Duration.ofMillis(200);
}
