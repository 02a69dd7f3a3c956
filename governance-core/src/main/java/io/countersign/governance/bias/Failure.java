package io.countersign.governance.bias;

import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.Fraction;
import io.countersign.governance.bias.engine.Limit;
import io.countersign.governance.bias.engine.Metric;
import io.countersign.governance.bias.engine.Verdict;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * One limit that one group missed.
 *
 * @param attribute a name, or two as {@code sex x race}
 * @param group its value, or two in the same order
 * @param value unrounded
 * @param text rule, group, number and limit, in words
 */
public record Failure(
        String rule,
        String attribute,
        String group,
        Metric metric,
        Fraction value,
        Limit limit,
        String text) {
    /** In order of rule and attribute. */
    public static List<Failure> of(AssessmentResult result) {
        return result.outcomes().stream()
                .flatMap(outcome ->
                        outcome.groups().stream()
                                .filter(group -> group.verdict() == Verdict.FAIL)
                                .map(group ->
                                        new Failure(
                                                outcome.rule(),
                                                String.join(" x ", outcome.attributes()),
                                                String.join(" x ", group.group()),
                                                outcome.metric(),
                                                group.measured(),
                                                outcome.limit(),
                                                group.explanation())))
                .toList();
    }

    /** How far beyond the limit, as a share of it where there is one; for finding the worst. */
    double distance() {
        return Math.abs(decimal(value.numerator(), value.denominator()) - limitValue());
    }

    double measured() {
        return decimal(value.numerator(), value.denominator());
    }

    double limitValue() {
        return decimal(limit.numerator(), limit.denominator());
    }

    private static double decimal(long numerator, long denominator) {
        return BigDecimal.valueOf(numerator)
                .divide(BigDecimal.valueOf(denominator), MathContext.DECIMAL64)
                .doubleValue();
    }
}
