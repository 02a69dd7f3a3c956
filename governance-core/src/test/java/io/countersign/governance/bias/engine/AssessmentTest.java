package io.countersign.governance.bias.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.bias.engine.Cell.Outcome;
import io.countersign.governance.bias.engine.GroupResult.Standing;
import io.countersign.governance.bias.engine.RuleSet.Rule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AssessmentTest {
    private final List<Cell> cells = new ArrayList<>();

    private AssessmentTest selected(@Nullable String group, long selected, long of) {
        if (selected > 0) {
            cells.add(Logs.cell(Outcome.POSITIVE, Outcome.MISSING, selected, group));
        }
        if (of > selected) {
            cells.add(Logs.cell(Outcome.NEGATIVE, Outcome.MISSING, of - selected, group));
        }
        return this;
    }

    private AssessmentTest labelled(String group, long tp, long fp, long tn, long fn) {
        cells.add(Logs.cell(Outcome.POSITIVE, Outcome.POSITIVE, tp, group));
        cells.add(Logs.cell(Outcome.POSITIVE, Outcome.NEGATIVE, fp, group));
        cells.add(Logs.cell(Outcome.NEGATIVE, Outcome.NEGATIVE, tn, group));
        cells.add(Logs.cell(Outcome.NEGATIVE, Outcome.POSITIVE, fn, group));
        return this;
    }

    private AssessmentResult by(RuleSet rules) {
        return Assessment.of(Logs.CONTENT, Logs.mapping("p", "y", "sex"), rules, cells);
    }

    @Test
    void four_in_a_hundred_against_five_is_exactly_four_fifths_and_passes() {
        var result = selected("f", 4, 100).selected("m", 5, 100).by(Logs.fourFifths(30));
        assertThat(Logs.group(result, "sex", "f").impactRatio())
                .isEqualTo(new Fraction(4, 5, null));
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void just_below_four_fifths_fails_though_it_rounds_to_it() {
        var result =
                selected("f", 799_999, 2_000_000)
                        .selected("m", 1_000_000, 2_000_000)
                        .by(Logs.fourFifths(30));
        assertThat(Logs.group(result, "sex", "f").impactRatio().rounded(2)).isEqualTo("0.80");
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void a_failure_names_rule_group_number_and_limit() {
        var result = selected("f", 330, 1000).selected("m", 500, 1000).by(Logs.fourFifths(30));
        assertThat(result.failures())
                .singleElement()
                .satisfies(f ->
                        assertThat(f.explanation())
                                .isEqualTo(
                                        "sex = f: fail by rule four-fifths: impact ratio"
                                                + " 0.6600: favourable 33.00 % (330 of 1000)"
                                                + " against 50.00 % (500 of 1000) for sex = m;"
                                                + " the limit is at least 4/5."));
        assertThat(result.explanation()).startsWith("Fails").contains("sex = f");
    }

    @Test
    void a_small_group_is_listed_and_is_neither_judged_nor_the_reference() {
        var result =
                selected("f", 45, 100)
                        .selected("m", 50, 100)
                        .selected("x", 29, 29)
                        .by(Logs.fourFifths(30));
        var small = Logs.group(result, "sex", "x");
        assertThat(small.size()).isEqualTo(29);
        assertThat(small.standing()).isEqualTo(Standing.TOO_SMALL);
        assertThat(small.impactRatio().undefined()).contains("29", "30");
        assertThat(Logs.attribute(result, "sex").reference()).containsExactly("m");
        assertThat(result.outcomes().getFirst().groups())
                .extracting(RuleOutcome.GroupVerdict::verdict)
                .containsExactly(Verdict.PASS, Verdict.PASS, Verdict.NOT_EVALUATED);
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(result.explanation()).contains("1 group verdicts could not be given");
    }

    @Test
    void what_is_kept_for_ever_holds_only_the_size_of_a_small_group() {
        var result =
                selected("f", 45, 100)
                        .selected("m", 50, 100)
                        .selected("x", 28, 29)
                        .by(Logs.fourFifths(30))
                        .withoutSmallGroups();
        var small = Logs.group(result, "sex", "x");
        assertThat(small.size()).isEqualTo(29);
        assertThat(small.counts()).isNull();
        assertThat(small.selectionRate().undefined()).contains("withheld");
        assertThat(Logs.group(result, "sex", "f").counts()).isNotNull();
    }

    @Test
    void people_whose_attribute_is_missing_are_a_group_shown_last_and_never_judged() {
        var result =
                selected(null, 99, 100)
                        .selected("m", 50, 100)
                        .selected("z", 50, 100)
                        .selected("(missing)", 1, 1)
                        .by(Logs.fourFifths(30));
        var groups = Logs.attribute(result, "sex").groups();
        assertThat(groups)
                .extracting(g -> g.values().getFirst())
                .containsExactly("m", "z", "(missing)");
        assertThat(groups.getLast().size()).isEqualTo(101);
        assertThat(groups.getLast().standing()).isEqualTo(Standing.MISSING);
        assertThat(groups.getLast().selectionRate()).isEqualTo(new Fraction(100, 101, null));
        assertThat(Logs.attribute(result, "sex").reference()).containsExactly("m");
        assertThat(result.overall().size()).isEqualTo(301);
    }

    @Test
    void unknown_predictions_and_labels_are_counted_and_never_turned_into_not_selected() {
        cells.add(Logs.cell(Outcome.MISSING, Outcome.POSITIVE, 7, "f"));
        cells.add(Logs.cell(Outcome.UNLISTED, Outcome.NEGATIVE, 5, "f"));
        cells.add(Logs.cell(Outcome.POSITIVE, Outcome.UNLISTED, 3, "f"));
        var result = selected("f", 40, 80).selected("m", 40, 80).by(Logs.fourFifths(30));
        var counts = Logs.counts(Logs.group(result, "sex", "f"));
        assertThat(counts.rows()).isEqualTo(95);
        assertThat(counts.missingPrediction()).isEqualTo(7);
        assertThat(counts.unlistedPrediction()).isEqualTo(5);
        assertThat(counts.unlistedLabel()).isEqualTo(3);
        assertThat(counts.missingLabel()).isEqualTo(80);
        assertThat(Logs.group(result, "sex", "f").selectionRate())
                .isEqualTo(new Fraction(43, 83, null));
    }

    @Test
    void one_group_only_is_no_comparison_and_no_pass() {
        var result = selected("f", 50, 100).by(Logs.fourFifths(30));
        assertThat(result.verdict()).isEqualTo(Verdict.NOT_EVALUATED);
        assertThat(Logs.attribute(result, "sex").reference()).isNull();
        assertThat(Logs.group(result, "sex", "f").impactRatio().undefined())
                .contains("only one group");
    }

    @Test
    void nobody_favoured_leaves_the_ratio_undefined_and_everybody_makes_it_one() {
        var nobody = selected("f", 0, 50).selected("m", 0, 50).by(Logs.fourFifths(30));
        assertThat(Logs.group(nobody, "sex", "f").impactRatio().undefined()).contains("nobody");
        assertThat(nobody.verdict()).isEqualTo(Verdict.NOT_EVALUATED);
        cells.clear();
        var everybody = selected("f", 50, 50).selected("m", 50, 50).by(Logs.fourFifths(30));
        assertThat(Logs.group(everybody, "sex", "f").impactRatio().rounded(0)).isEqualTo("1");
        assertThat(everybody.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void no_rows_known_at_all_is_undefined_everywhere() {
        cells.add(Logs.cell(Outcome.MISSING, Outcome.MISSING, 100, "f"));
        var group = Logs.group(by(Logs.fourFifths(30)), "sex", "f");
        assertThat(group.selectionRate().undefined()).isEqualTo("no prediction is known");
        assertThat(group.standing()).isEqualTo(Standing.TOO_SMALL);
    }

    @Test
    void equalised_odds_judges_the_distance_of_rates_by_exact_integers() {
        var rules = RuleSet.shipped("equalised-odds");
        var result = labelled("f", 70, 20, 80, 30).labelled("m", 80, 20, 80, 20).by(rules);
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        cells.clear();
        result = labelled("f", 69, 20, 80, 31).labelled("m", 80, 20, 80, 20).by(rules);
        assertThat(result.failures())
                .extracting(f -> f.group().getFirst() + " " + f.measured())
                .containsExactly("f 11/100", "m 11/100");
        assertThat(result.failures().findFirst().orElseThrow().explanation())
                .contains("true positive rate 69.00 %", "0.1100", "at most 1/10");
    }

    @Test
    void a_rate_needs_the_minimum_in_its_own_denominator() {
        var rule = new Rule("tpr", Metric.TRUE_POSITIVE_RATE_DIFFERENCE, new Limit(1, 10));
        var result =
                labelled("f", 1, 20, 80, 28)
                        .labelled("m", 80, 20, 80, 20)
                        .labelled("n", 80, 20, 80, 20)
                        .by(Logs.rules(30, rule));
        assertThat(result.outcomes().getFirst().groups())
                .extracting(RuleOutcome.GroupVerdict::verdict)
                .containsExactly(Verdict.NOT_EVALUATED, Verdict.PASS, Verdict.PASS);
        assertThat(result.outcomes().getFirst().groups().getFirst().explanation())
                .contains("of 29 people, fewer than the minimum of 30");
    }

    @Test
    void without_labels_equalised_odds_is_not_evaluated() {
        var result =
                Assessment.of(
                        Logs.CONTENT,
                        Logs.mapping("p", null, "sex"),
                        RuleSet.shipped("equalised-odds"),
                        selected("f", 50, 100).selected("m", 50, 100).cells);
        assertThat(result.verdict()).isEqualTo(Verdict.NOT_EVALUATED);
        assertThat(Logs.group(result, "sex", "f").truePositiveRate().undefined())
                .isEqualTo("the log has no label");
        assertThat(result.outcomes().getFirst().groups().getFirst().explanation())
                .contains("no label");
    }

    @Test
    void a_pair_can_fail_where_each_attribute_passes() {
        for (var sex : List.of("f", "m")) {
            for (var age : List.of("old", "young")) {
                var good = sex.equals("f") == age.equals("old") ? 60 : 40;
                cells.add(Logs.cell(Outcome.POSITIVE, Outcome.MISSING, good, sex, age));
                cells.add(Logs.cell(Outcome.NEGATIVE, Outcome.MISSING, 100 - good, sex, age));
            }
        }
        var result =
                Assessment.of(
                        Logs.CONTENT,
                        Logs.mapping("p", null, "sex", "age"),
                        Logs.fourFifths(30),
                        cells);
        assertThat(result.outcomes())
                .extracting(RuleOutcome::verdict)
                .containsExactly(Verdict.PASS, Verdict.PASS, Verdict.FAIL);
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(result.failures())
                .extracting(RuleOutcome.GroupVerdict::group)
                .containsExactly(List.of("f", "young"), List.of("m", "old"));
    }

    @Test
    void a_pair_too_small_to_judge_does_not_stop_a_pass() {
        for (var sex : List.of("f", "m")) {
            for (var age : List.of("a", "b")) {
                cells.add(Logs.cell(Outcome.POSITIVE, Outcome.MISSING, 20, sex, age));
            }
        }
        var result =
                Assessment.of(
                        Logs.CONTENT,
                        Logs.mapping("p", null, "sex", "age"),
                        Logs.fourFifths(30),
                        cells);
        assertThat(result.outcomes().getLast().verdict()).isEqualTo(Verdict.NOT_EVALUATED);
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
    }
}
