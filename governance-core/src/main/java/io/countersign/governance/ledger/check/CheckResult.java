package io.countersign.governance.ledger.check;

import io.countersign.governance.ledger.tlog.Hash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a check came to.
 *
 * @param began when its first part began, where it was resumed
 * @param elapsed of this run
 * @param epoch of the log; 0 where it has not begun
 * @param size of the tree that was verified, from position 0; where it is not whole, the position
 *     reached
 * @param root of that tree as computed from the rows; null where it is not whole
 * @param whole whether everything that was to be checked has been, up to that size
 * @param readModels whether read models were compared
 * @param readThisRun positions read in this run
 * @param findings the first of each kind, in the order found
 * @param counts all of each kind
 * @param unchecked what could not be checked and why, in sentences
 * @param after what came after, in a sentence
 */
public record CheckResult(
        Instant began,
        Instant ended,
        Duration elapsed,
        int epoch,
        long size,
        @Nullable Hash root,
        boolean whole,
        boolean readModels,
        long readThisRun,
        List<Finding> findings,
        Map<Finding.Kind, Long> counts,
        List<String> unchecked,
        String after) {
    public CheckResult {
        findings = List.copyOf(findings);
        counts = Map.copyOf(counts);
        unchecked = List.copyOf(unchecked);
    }

    /**
     * Nothing is wrong as far as it looked; only together with {@link #whole} is that an answer.
     */
    public boolean clean() {
        return findings.isEmpty();
    }

    /** Of all kinds. */
    public long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether there is one of a kind. */
    public boolean has(Finding.Kind kind) {
        return counts.containsKey(kind);
    }
}
