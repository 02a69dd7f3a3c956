package io.countersign.governance.bias.engine;

import java.util.List;

/**
 * What one rule says of one attribute, or pair.
 *
 * @param verdict fail if a group fails, not evaluated if no two groups could be compared, else pass
 * @param groups every group of the attribute, in the same order
 */
public record RuleOutcome(
        String rule,
        Metric metric,
        Limit limit,
        List<String> attributes,
        Verdict verdict,
        List<GroupVerdict> groups,
        String explanation) {
    /**
     * @param measured the number compared with the limit, unrounded; undefined where not evaluated
     * @param explanation rule, group, number and limit, in words
     */
    public record GroupVerdict(
            List<String> group, Verdict verdict, Fraction measured, String explanation) {}

    public RuleOutcome {
        attributes = List.copyOf(attributes);
        groups = List.copyOf(groups);
    }
}
