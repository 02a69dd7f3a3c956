package io.countersign.governance.bias.engine;

import io.countersign.governance.bias.engine.GroupResult.Standing;
import io.countersign.governance.bias.engine.RuleOutcome.GroupVerdict;
import io.countersign.governance.shared.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * From integer cells to rates and verdicts, in integers throughout: the order of rows, the number
 * of threads and the machine change no digit.
 */
public final class Assessment {
    /** Changes whenever the same cells could give another number or verdict. */
    public static final String METHOD = "countersign-bias/1";

    private static final Comparator<List<String>> BY_VALUE =
            (a, b) ->
                    IntStream.range(0, a.size())
                            .map(i -> compareValues(a.get(i), b.get(i)))
                            .filter(order -> order != 0)
                            .findFirst()
                            .orElse(0);

    private final ColumnMapping mapping;
    private final RuleSet rules;

    private Assessment(ColumnMapping mapping, RuleSet rules) {
        this.mapping = mapping;
        this.rules = rules;
    }

    /**
     * @param content digest of the log the cells were counted in
     * @param cells of every row; their groups in the mapping's order of attributes
     */
    public static AssessmentResult of(
            Sha256 content, ColumnMapping mapping, RuleSet rules, List<Cell> cells) {
        return new Assessment(mapping, rules).result(content, cells);
    }

    private AssessmentResult result(Sha256 content, List<Cell> cells) {
        var overall =
                group(List.of(), cells.stream().map(Counts::of).reduce(Counts.NONE, Counts::plus));
        var attributes = sets().stream().map(set -> attribute(set, cells)).toList();
        var outcomes =
                rules.rules().stream()
                        .flatMap(rule -> attributes.stream().map(a -> outcome(rule, a)))
                        .toList();
        var verdict = verdict(outcomes);
        return new AssessmentResult(
                METHOD,
                content,
                mapping,
                rules,
                overall,
                attributes,
                outcomes,
                verdict,
                explanation(verdict, outcomes));
    }

    /** Each attribute, then each pair, as places in the mapping's list. */
    private List<int[]> sets() {
        var sets = new ArrayList<int[]>();
        var n = mapping.attributes().size();
        for (var i = 0; i < n; i++) {
            sets.add(new int[] {i});
        }
        for (var i = 0; i < n; i++) {
            for (var j = i + 1; j < n; j++) {
                sets.add(new int[] {i, j});
            }
        }
        return sets;
    }

    private AttributeResult attribute(int[] set, List<Cell> cells) {
        Map<List<String>, Counts> counts = new HashMap<>();
        for (var cell : cells) {
            counts.merge(values(set, cell.group()), Counts.of(cell), Counts::plus);
        }
        var groups =
                counts.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey(BY_VALUE))
                        .map(entry -> group(entry.getKey(), entry.getValue()))
                        .toList();
        var eligible = groups.stream().filter(g -> g.standing() == Standing.ELIGIBLE).toList();
        // max would keep the last among equals
        var best =
                eligible.stream()
                        .min((a, b) -> b.favourableRate().compare(a.favourableRate()))
                        .filter(_ -> eligible.size() > 1)
                        .orElse(null);
        return new AttributeResult(
                IntStream.of(set).mapToObj(mapping.attributes()::get).toList(),
                best == null ? null : best.values(),
                groups.stream().map(g -> g.with(impactRatio(g, best, eligible.size()))).toList());
    }

    private Fraction impactRatio(GroupResult group, @Nullable GroupResult best, int eligible) {
        if (group.standing() != Standing.ELIGIBLE) {
            return Fraction.undefined(notJudged(group));
        }
        if (best == null) {
            return Fraction.undefined(nothingToCompare(eligible));
        }
        if (best.favourableRate().numerator() == 0) {
            return Fraction.undefined("nobody in any group has the favourable outcome");
        }
        return group.favourableRate().over(best.favourableRate());
    }

    private GroupResult group(List<String> values, Counts counts) {
        var standing =
                values.contains(GroupResult.MISSING)
                        ? Standing.MISSING
                        : counts.known() < rules.minimumGroupSize()
                                ? Standing.TOO_SMALL
                                : Standing.ELIGIBLE;
        return GroupResult.of(
                values,
                counts,
                standing,
                mapping.prediction().positiveIsFavourable(),
                mapping.label() != null);
    }

    private RuleOutcome outcome(RuleSet.Rule rule, AttributeResult attribute) {
        var groups =
                switch (rule.metric()) {
                    case IMPACT_RATIO -> ratios(rule, attribute);
                    case TRUE_POSITIVE_RATE_DIFFERENCE ->
                            differences(rule, attribute, GroupResult::truePositiveRate);
                    case FALSE_POSITIVE_RATE_DIFFERENCE ->
                            differences(rule, attribute, GroupResult::falsePositiveRate);
                };
        var judged = groups.stream().filter(g -> g.verdict() != Verdict.NOT_EVALUATED).count();
        var failed = groups.stream().filter(g -> g.verdict() == Verdict.FAIL).count();
        var verdict =
                judged == 0 ? Verdict.NOT_EVALUATED : failed > 0 ? Verdict.FAIL : Verdict.PASS;
        var left = groups.size() - judged;
        return new RuleOutcome(
                rule.id(),
                rule.metric(),
                rule.limit(),
                attribute.attributes(),
                verdict,
                groups,
                text(
                        "Rule %s on %s: %s. %d of %d groups fail, %d pass, %d not evaluated.",
                        rule.id(),
                        attribute.name(),
                        verdict.word(),
                        failed,
                        groups.size(),
                        judged - failed,
                        left));
    }

    private List<GroupVerdict> ratios(RuleSet.Rule rule, AttributeResult attribute) {
        var limit = rule.limit().asFraction();
        var reference =
                attribute.groups().stream()
                        .filter(g -> g.values().equals(attribute.reference()))
                        .findFirst();
        return attribute.groups().stream()
                .map(group -> {
                    var ratio = group.impactRatio();
                    if (!ratio.defined() || reference.isEmpty()) {
                        return notEvaluated(rule, attribute, group, ratio.undefined());
                    }
                    return judged(
                            rule,
                            attribute,
                            group,
                            ratio.compare(limit) >= 0,
                            ratio,
                            text(
                                    "impact ratio %s: favourable %s against %s for %s; the limit is at least %s",
                                    ratio.rounded(4),
                                    shown(group.favourableRate()),
                                    shown(reference.get().favourableRate()),
                                    named(attribute, reference.get()),
                                    rule.limit()));
                })
                .toList();
    }

    private List<GroupVerdict> differences(
            RuleSet.Rule rule, AttributeResult attribute, Function<GroupResult, Fraction> rate) {
        var limit = rule.limit().asFraction();
        // a rate needs enough people in its own denominator, not just in the group
        var eligible =
                attribute.groups().stream()
                        .filter(g -> g.standing() == Standing.ELIGIBLE)
                        .filter(g -> rate.apply(g).denominator() >= rules.minimumGroupSize())
                        .toList();
        return attribute.groups().stream()
                .map(group -> {
                    var own = rate.apply(group);
                    if (!eligible.contains(group) || eligible.size() < 2) {
                        return notEvaluated(
                                rule,
                                attribute,
                                group,
                                group.standing() != Standing.ELIGIBLE
                                        ? notJudged(group)
                                        : !own.defined()
                                                ? own.undefined()
                                                : own.denominator() < rules.minimumGroupSize()
                                                        ? text(
                                                                "its %s is of %d people, fewer than the minimum of %d",
                                                                rule.metric().words(),
                                                                own.denominator(),
                                                                rules.minimumGroupSize())
                                                        : nothingToCompare(eligible.size()));
                    }
                    var far =
                            eligible.stream()
                                    .filter(other -> other != group)
                                    .min((a, b) ->
                                            rate.apply(b)
                                                    .distanceTo(own)
                                                    .compare(rate.apply(a).distanceTo(own)))
                                    .orElseThrow();
                    var distance = rate.apply(far).distanceTo(own);
                    return judged(
                            rule,
                            attribute,
                            group,
                            distance.compare(limit) <= 0,
                            distance,
                            text(
                                    "%s %s against %s for %s, a difference of %s; the limit is at most %s",
                                    rule.metric().words(),
                                    shown(own),
                                    shown(rate.apply(far)),
                                    named(attribute, far),
                                    distance.rounded(4),
                                    rule.limit()));
                })
                .toList();
    }

    private Verdict verdict(List<RuleOutcome> outcomes) {
        if (outcomes.stream().anyMatch(o -> o.verdict() == Verdict.FAIL)) {
            return Verdict.FAIL;
        }
        // pairs soon grow too small to judge; an attribute alone must have been judged
        return outcomes.stream()
                        .filter(o -> o.attributes().size() == 1)
                        .allMatch(o -> o.verdict() == Verdict.PASS)
                ? Verdict.PASS
                : Verdict.NOT_EVALUATED;
    }

    private String explanation(Verdict verdict, List<RuleOutcome> outcomes) {
        var heading =
                text(
                        "%s against rule set %s %s. ",
                        switch (verdict) {
                            case PASS -> "Passes";
                            case FAIL -> "Fails";
                            case NOT_EVALUATED -> "Not evaluated";
                        },
                        rules.name(),
                        rules.version());
        var inverted =
                mapping.prediction().positiveIsFavourable()
                        ? ""
                        : "The positive prediction is unfavourable, so impact ratios are of the"
                                + " rates of people without it (1 minus the selection rate). ";
        var left =
                outcomes.stream()
                        .flatMap(o -> o.groups().stream())
                        .filter(g -> g.verdict() == Verdict.NOT_EVALUATED)
                        .count();
        var body =
                switch (verdict) {
                    case FAIL ->
                            outcomes.stream()
                                    .flatMap(o -> o.groups().stream())
                                    .filter(g -> g.verdict() == Verdict.FAIL)
                                    .limit(20)
                                    .map(GroupVerdict::explanation)
                                    .collect(Collectors.joining(" "));
                    case PASS -> "Every group that could be judged is within its limits.";
                    case NOT_EVALUATED ->
                            outcomes.stream()
                                    .filter(o ->
                                            o.attributes().size() == 1
                                                    && o.verdict() == Verdict.NOT_EVALUATED)
                                    .map(RuleOutcome::explanation)
                                    .collect(Collectors.joining(" "));
                };
        return heading
                + inverted
                + body
                + (left == 0 ? "" : text(" %d group verdicts could not be given.", left));
    }

    private static GroupVerdict judged(
            RuleSet.Rule rule,
            AttributeResult attribute,
            GroupResult group,
            boolean passes,
            Fraction measured,
            String why) {
        var verdict = passes ? Verdict.PASS : Verdict.FAIL;
        return new GroupVerdict(
                group.values(), verdict, measured, sentence(rule, attribute, group, verdict, why));
    }

    private static GroupVerdict notEvaluated(
            RuleSet.Rule rule,
            AttributeResult attribute,
            GroupResult group,
            @Nullable String reason) {
        var why = reason == null ? nothingToCompare(0) : reason;
        return new GroupVerdict(
                group.values(),
                Verdict.NOT_EVALUATED,
                Fraction.undefined(why),
                sentence(rule, attribute, group, Verdict.NOT_EVALUATED, why));
    }

    private static String sentence(
            RuleSet.Rule rule,
            AttributeResult attribute,
            GroupResult group,
            Verdict verdict,
            String text) {
        return text(
                "%s: %s by rule %s: %s.", named(attribute, group), verdict.word(), rule.id(), text);
    }

    private String notJudged(GroupResult group) {
        return group.standing() == Standing.MISSING
                ? text("the attribute is not known for these %d rows", group.size())
                : text(
                        "%d known predictions, fewer than the minimum group size of %d",
                        group.selectionRate().denominator(), rules.minimumGroupSize());
    }

    private static String nothingToCompare(int eligible) {
        return eligible == 0
                ? "no group is large enough to compare"
                : "no comparison is possible: only one group is large enough";
    }

    private static String named(AttributeResult attribute, GroupResult group) {
        return IntStream.range(0, attribute.attributes().size())
                .mapToObj(i -> attribute.attributes().get(i) + " = " + group.values().get(i))
                .collect(Collectors.joining(", "));
    }

    /** {@code 33.00 % (330 of 1000)}. */
    private static String shown(Fraction rate) {
        return text("%s %% (%d of %d)", rate.percent(2), rate.numerator(), rate.denominator());
    }

    private static List<String> values(int[] set, List<@Nullable String> group) {
        return IntStream.of(set)
                .mapToObj(i -> {
                    var value = group.get(i);
                    return value == null ? GroupResult.MISSING : value;
                })
                .toList();
    }

    /** Explanations are part of the result, so the machine's locale must not show in them. */
    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static int compareValues(String a, String b) {
        var missing = Boolean.compare(a.equals(GroupResult.MISSING), b.equals(GroupResult.MISSING));
        return missing != 0 ? missing : a.compareTo(b);
    }
}
