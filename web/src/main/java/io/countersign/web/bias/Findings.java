package io.countersign.web.bias;

import io.countersign.governance.bias.Failure;
import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.AttributeResult;
import io.countersign.governance.bias.engine.Fraction;
import io.countersign.governance.bias.engine.GroupResult;
import io.countersign.governance.bias.engine.Metric;
import io.countersign.governance.bias.engine.RuleOutcome;
import io.countersign.governance.bias.engine.Verdict;
import io.countersign.reporting.picture.RateChart;
import io.countersign.web.page.Drawing;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an assessment found, in the words and digits of its page.
 *
 * @param overall the whole log as one group
 * @param attributes each, then each pair
 */
record Findings(Group overall, List<Attribute> attributes, List<Missed> failures) {
    private static final String NONE = "–";

    /**
     * @param chart of the impact ratios
     */
    record Attribute(String name, String reference, List<Group> groups, Drawing chart) {}

    /**
     * Rates in percent with two decimals, half up; a dash where there is none, and {@code why}.
     *
     * @param unknown predictions that are not known, or a dash where withheld
     * @param unlabelled labels that are not known
     */
    record Group(
            String name,
            String size,
            String unknown,
            String unlabelled,
            String selection,
            String favourable,
            String ratio,
            String tpr,
            String fpr,
            String fnr,
            String verdict,
            String why) {}

    /** A limit that a group missed. */
    record Missed(
            String gate,
            String attribute,
            String group,
            String metric,
            String number,
            String limit,
            String text) {}

    static Findings of(AssessmentResult result, List<Failure> failures) {
        var attributes = new ArrayList<Attribute>();
        for (var attribute : result.attributes()) {
            attributes.add(attribute(attribute, result, attributes.size()));
        }
        return new Findings(
                group("Everybody", result.overall(), List.of()),
                attributes,
                failures.stream()
                        .map(missed ->
                                new Missed(
                                        missed.rule(),
                                        missed.attribute(),
                                        missed.group(),
                                        missed.metric().word().replace('-', ' '),
                                        missed.value().rounded(4).toPlainString(),
                                        missed.limit().toString(),
                                        missed.text()))
                        .toList());
    }

    private static Attribute attribute(
            AttributeResult attribute, AssessmentResult result, int number) {
        var outcomes =
                result.outcomes().stream()
                        .filter(outcome -> outcome.attributes().equals(attribute.attributes()))
                        .toList();
        return new Attribute(
                String.join(" × ", attribute.attributes()),
                attribute.reference() == null ? NONE : name(attribute.reference()),
                attribute.groups().stream()
                        .map(group ->
                                group(
                                        name(group.values()),
                                        group,
                                        outcomes.stream()
                                                .flatMap(outcome -> outcome.groups().stream())
                                                .filter(v -> v.group().equals(group.values()))
                                                .toList()))
                        .toList(),
                Drawing.of("ratios-" + number, chart(attribute, outcomes)::svg));
    }

    private static Group group(
            String name, GroupResult group, List<RuleOutcome.GroupVerdict> verdicts) {
        var counts = group.counts();
        return new Group(
                name,
                whole(group.size()),
                counts == null ? NONE : whole(counts.unknown()),
                counts == null ? NONE : whole(counts.missingLabel() + counts.unlistedLabel()),
                percent(group.selectionRate()),
                percent(group.favourableRate()),
                group.impactRatio().defined()
                        ? group.impactRatio().rounded(4).toPlainString()
                        : NONE,
                percent(group.truePositiveRate()),
                percent(group.falsePositiveRate()),
                percent(group.falseNegativeRate()),
                verdict(verdicts),
                verdicts.stream()
                        .filter(v -> v.verdict() == Verdict.NOT_EVALUATED)
                        .map(RuleOutcome.GroupVerdict::explanation)
                        .findFirst()
                        .orElse(""));
    }

    private static String verdict(List<RuleOutcome.GroupVerdict> verdicts) {
        if (verdicts.stream().anyMatch(v -> v.verdict() == Verdict.FAIL)) {
            return "failed";
        }
        return verdicts.stream().anyMatch(v -> v.verdict() == Verdict.PASS)
                ? "passed"
                : "not-evaluated";
    }

    private static RateChart chart(AttributeResult attribute, List<RuleOutcome> outcomes) {
        return new RateChart(
                "Impact ratio by " + String.join(" and ", attribute.attributes()),
                "Impact ratio",
                2,
                attribute.groups().stream()
                        .map(group ->
                                new RateChart.Row(
                                        name(group.values()),
                                        group.impactRatio().defined()
                                                ? decimal(
                                                        group.impactRatio().numerator(),
                                                        group.impactRatio().denominator())
                                                : null,
                                        null,
                                        null,
                                        group.values().equals(attribute.reference()),
                                        group.impactRatio().defined()
                                                ? "n = " + whole(group.size())
                                                : group.standing().word().replace('-', ' ')))
                        .toList(),
                outcomes.stream()
                        .filter(outcome -> outcome.metric() == Metric.IMPACT_RATIO)
                        .map(outcome ->
                                new RateChart.Limit(
                                        decimal(
                                                outcome.limit().numerator(),
                                                outcome.limit().denominator()),
                                        RateChart.Side.AT_LEAST))
                        .distinct()
                        .toList());
    }

    private static String name(List<String> values) {
        return String.join(" × ", values);
    }

    private static String percent(Fraction rate) {
        return rate.defined() ? rate.percent(2).toPlainString() + " %" : NONE;
    }

    private static String whole(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static double decimal(long numerator, long denominator) {
        return BigDecimal.valueOf(numerator)
                .divide(BigDecimal.valueOf(denominator), MathContext.DECIMAL64)
                .doubleValue();
    }
}
