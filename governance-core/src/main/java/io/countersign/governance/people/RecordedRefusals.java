package io.countersign.governance.people;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Keeps a flood of refused attempts from filling the ledger: so many a minute, the rest counted.
 */
final class RecordedRefusals {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Clock clock;
    private final int most;
    private Instant since = Instant.EPOCH;
    private int recorded;
    private int unrecorded;

    RecordedRefusals(Clock clock, int most) {
        this.clock = clock;
        this.most = most;
    }

    /** How many attempts to record now, this one included; 0 where it is only counted. */
    synchronized int due() {
        var now = clock.instant();
        if (!now.isBefore(since.plus(MINUTE))) {
            since = now;
            recorded = 0;
        }
        unrecorded++;
        if (recorded >= most) {
            return 0;
        }
        recorded++;
        var attempts = unrecorded;
        unrecorded = 0;
        return attempts;
    }
}
