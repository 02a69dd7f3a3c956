package io.countersign.governance.intake;

import static io.countersign.testing.People.ENGINEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.project.IntakeAnswer;
import io.countersign.governance.project.IntakeResult;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.testing.Refusals;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IntakeDecisionTest {
    private static final Questionnaire SMALL = Questions.small();
    private static final Questionnaire SHIPPED = Questions.shipped();

    private static Map<String, List<String>> answers(String... pairs) {
        var answers = new LinkedHashMap<String, List<String>>();
        for (var i = 0; i < pairs.length; i += 2) {
            answers.put(
                    pairs[i],
                    pairs[i + 1].isEmpty() ? List.of() : List.of(pairs[i + 1].split(",", -1)));
        }
        return answers;
    }

    private static IntakeResult decided(Map<String, List<String>> answers) {
        return IntakeDecision.decide(SMALL, answers, ENGINEER.id());
    }

    private static Refusal refused(String... pairs) {
        return Refusals.of(() -> decided(answers(pairs)));
    }

    private static List<String> asked(String... pairs) {
        return IntakeDecision.asked(SMALL, answers(pairs)).stream().map(Question::id).toList();
    }

    @Test
    void the_highest_rule_that_matches_decides_and_all_that_match_are_named() {
        var result =
                decided(
                        answers(
                                "decides", "yes", "how", "watched", "areas", "credit", "people",
                                "1000"));
        assertThat(result.tier()).isEqualTo(RiskTier.HIGH);
        assertThat(result.decidedBy()).isEqualTo("many");
        assertThat(result.matched())
                .containsExactly(
                        new IntakeResult.Matched(
                                "many", "It decides about many.", RiskTier.HIGH, false),
                        new IntakeResult.Matched(
                                "deciding", "It decides.", RiskTier.MEDIUM, false));
        assertThat(result.questionnaire()).isEqualTo(SMALL.ref());
    }

    @Test
    void the_default_holds_where_no_rule_matches() {
        var result = decided(answers("decides", "no", "areas", "none", "people", "5"));
        assertThat(result.tier()).isEqualTo(RiskTier.LOW);
        assertThat(result.decidedBy()).isNull();
        assertThat(result.matched()).isEmpty();
    }

    @Test
    void answers_are_kept_as_given_in_the_questionnaires_order_and_words_belong_to_their_author() {
        var result =
                decided(
                        answers(
                                "why",
                                " Because. ",
                                "people",
                                "7",
                                "areas",
                                "work,credit",
                                "how",
                                "watched",
                                "decides",
                                "yes"));
        assertThat(result.answers())
                .containsExactly(
                        new IntakeAnswer("decides", List.of("yes"), null, null),
                        new IntakeAnswer("how", List.of("watched"), null, null),
                        new IntakeAnswer("areas", List.of("credit", "work"), null, null),
                        new IntakeAnswer("people", List.of(), 7L, null),
                        new IntakeAnswer(
                                "why",
                                List.of(),
                                null,
                                new PersonalText(ENGINEER.id(), "Because.")));
    }

    @Test
    void without_a_required_answer_no_tier_is_decided_and_every_missing_question_is_named() {
        var refusal = refused("decides", "yes", "areas", "credit");
        assertThat(refusal.code()).isEqualTo("intake.answers-missing");
        assertThat(refusal.message())
                .contains("No risk tier is decided", "'How?'", "'How many people?'")
                .doesNotContain("Why?");
        assertThat(refusal.details())
                .containsEntry("field", "answers.how")
                .containsEntry("missing", List.of("how", "people"));
        assertThat(refused("decides", "yes", "how", " ", "areas", "", "people", "1").details())
                .containsEntry("missing", List.of("how", "areas"));
    }

    @Test
    void a_question_that_is_not_asked_needs_no_answer_and_keeps_none() {
        var result =
                decided(answers("decides", "no", "how", "alone", "areas", "work", "people", "1"));
        assertThat(result.answers()).extracting(IntakeAnswer::question).doesNotContain("how");
        assertThat(result.tier()).isEqualTo(RiskTier.LOW);
    }

    @Test
    void a_question_is_asked_once_what_its_condition_reads_is_answered_so() {
        assertThat(asked("decides", "no")).doesNotContain("how");
        assertThat(asked("decides", "yes")).contains("how");
        assertThat(asked()).doesNotContain("how");
        assertThat(asked("decides", "perhaps")).doesNotContain("how");
    }

    @Test
    void a_question_whose_condition_can_never_be_decided_is_asked() {
        var chain =
                Questions.parse(
                        Questions.SMALL.replace(
                                "text: Where?\n",
                                "text: Where?\n        asked-when: answers.how == 'alone'\n"));
        assertThat(IntakeDecision.asked(chain, answers("decides", "no")))
                .extracting(Question::id)
                .contains("areas");
        assertThat(IntakeDecision.asked(chain, answers("decides", "yes", "how", "watched")))
                .extracting(Question::id)
                .doesNotContain("areas");
    }

    @Test
    void what_is_no_answer_is_refused_beside_its_question() {
        assertThat(refused("decides", "perhaps").details())
                .containsEntry("field", "answers.decides");
        assertThat(refused("decides", "yes,no").message()).contains("one answer");
        assertThat(refused("decides", "no", "areas", "moon").message())
                .contains("moon", "credit, work, none");
        assertThat(refused("decides", "no", "areas", "none,work").message())
                .contains("'Nowhere' excludes every other answer");
        for (var number : new String[] {"-1", "1.5", "many", "1e3", "9999999999999999"}) {
            assertThat(refused("decides", "no", "areas", "none", "people", number).details())
                    .containsEntry("field", "answers.people");
        }
        assertThat(refused("decides", "no", "nonsense", "1").code())
                .isEqualTo("intake.question-unknown");
    }

    @Nested
    class Rules_that_cannot_be_decided {
        private static final String UNGUARDED =
                Questions.SMALL.replace(
                        "when: answers.decides && answers.people >= 1000",
                        "when: answers.how == 'alone'");

        private IntakeResult undecided(String yaml) {
            return IntakeDecision.decide(
                    Questions.parse(yaml),
                    answers("decides", "no", "areas", "none", "people", "1"),
                    ENGINEER.id());
        }

        @Test
        void count_and_say_so() {
            var result = undecided(UNGUARDED);
            assertThat(result.tier()).isEqualTo(RiskTier.HIGH);
            assertThat(result.matched())
                    .containsExactly(
                            new IntakeResult.Matched(
                                    "many", "It decides about many.", RiskTier.HIGH, true));
        }

        @Test
        void never_take_a_project_below_the_default() {
            var result = undecided(UNGUARDED.replace("default: low", "default: critical"));
            assertThat(result.tier()).isEqualTo(RiskTier.CRITICAL);
            assertThat(result.decidedBy()).isNull();
        }
    }

    /** Any answers to the shipped questionnaire, also nonsense and gaps. */
    @Provide
    Arbitrary<Map<String, List<String>>> given() {
        var each = new ArrayList<Arbitrary<Map.Entry<String, List<String>>>>();
        for (var question : SHIPPED.questions()) {
            Arbitrary<List<String>> answer =
                    switch (question.kind()) {
                        case NUMBER ->
                                Arbitraries.of("0", "9999", "10000", "250000", "99999999")
                                        .map(List::of);
                        case TEXT -> Arbitraries.of("", "Only sorts mail.").map(List::of);
                        case MANY_OF ->
                                Arbitraries.of(
                                                question.options().stream()
                                                        .map(Question.Option::id)
                                                        .toList())
                                        .set()
                                        .ofMinSize(1)
                                        .ofMaxSize(3)
                                        .map(chosen ->
                                                chosen.contains("none")
                                                        ? List.of("none")
                                                        : List.copyOf(chosen));
                        default ->
                                Arbitraries.of(
                                                question.options().stream()
                                                        .map(Question.Option::id)
                                                        .toList())
                                        .map(List::of);
                    };
            each.add(answer.map(a -> Map.entry(question.id(), a)));
        }
        return Combinators.combine(each)
                .as(entries -> {
                    var map = new LinkedHashMap<String, List<String>>();
                    entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
                    // a text that was asked for is there
                    map.computeIfPresent(
                            "narrowTaskReasons",
                            (_, text) -> text.getFirst().isEmpty() ? List.of("Sorts.") : text);
                    return map;
                });
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void the_same_answers_always_give_the_same_tier(
            @ForAll("given") Map<String, List<String>> given, @ForAll long seed) {
        var first = IntakeDecision.decide(SHIPPED, given, ENGINEER.id());
        var keys = new ArrayList<>(given.keySet());
        Collections.shuffle(keys, new Random(seed));
        var otherwise = new LinkedHashMap<String, List<String>>();
        for (var key : keys) {
            var values = new ArrayList<>(given.get(key));
            Collections.shuffle(values, new Random(seed));
            otherwise.put(key, values);
        }
        var again = IntakeDecision.decide(Questions.shipped(), otherwise, ENGINEER.id());
        assertThat(again).isEqualTo(first);
        // what was recorded is enough to decide it once more
        var recorded = new LinkedHashMap<String, List<String>>();
        for (var answer : first.answers()) {
            recorded.put(
                    answer.question(),
                    answer.number() != null
                            ? List.of(answer.number().toString())
                            : answer.text() != null
                                    ? List.of(answer.text().text())
                                    : answer.chosen());
        }
        assertThat(IntakeDecision.decide(SHIPPED, recorded, ENGINEER.id())).isEqualTo(first);
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void the_tier_is_that_of_the_highest_rule_and_a_banned_practice_is_always_prohibited(
            @ForAll("given") Map<String, List<String>> given) {
        var result = IntakeDecision.decide(SHIPPED, given, ENGINEER.id());
        assertThat(result.tier())
                .isEqualTo(
                        result.matched().stream()
                                .map(IntakeResult.Matched::tier)
                                .max(RiskTier::compareTo)
                                .orElse(SHIPPED.otherwise()));
        assertThat(result.tier() == RiskTier.PROHIBITED)
                .isEqualTo(!List.of("none").equals(given.get("bannedPractices")));
        // the shipped rules never have to guess
        assertThat(result.matched()).noneMatch(IntakeResult.Matched::undecided);
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void leaving_out_any_answer_that_is_asked_for_decides_nothing(
            @ForAll("given") Map<String, List<String>> given, @ForAll long seed) {
        var asked = IntakeDecision.asked(SHIPPED, given);
        var left = asked.get(new Random(seed).nextInt(asked.size()));
        var fewer = new LinkedHashMap<>(given);
        fewer.remove(left.id());
        var refusal = Refusals.of(() -> IntakeDecision.decide(SHIPPED, fewer, ENGINEER.id()));
        assertThat(refusal.code()).isEqualTo("intake.answers-missing");
        assertThat(refusal.details().get("missing")).asString().contains(left.id());
    }
}
