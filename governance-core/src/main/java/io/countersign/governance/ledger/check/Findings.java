package io.countersign.governance.ledger.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps some findings of each kind and counts all, so that a ruined database does not fill memory.
 */
final class Findings {
    static final int KEPT_OF_A_KIND = 50;

    private final List<Finding> kept = new ArrayList<>();
    private final Map<Finding.Kind, Long> counts = new EnumMap<>(Finding.Kind.class);

    void add(Finding finding) {
        if (counts.merge(finding.kind(), 1L, Long::sum) <= KEPT_OF_A_KIND) {
            kept.add(finding);
        }
    }

    void addAll(Collection<Finding> findings) {
        findings.forEach(this::add);
    }

    /** What an earlier part of the same check found. */
    void restore(Collection<Finding> earlier, Map<Finding.Kind, Long> counted) {
        kept.addAll(earlier);
        counts.putAll(counted);
    }

    List<Finding> kept() {
        return List.copyOf(kept);
    }

    Map<Finding.Kind, Long> counts() {
        return Map.copyOf(counts);
    }

    long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
