package io.countersign.governance.intake;

import static io.countersign.governance.intake.Questions.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.governance.project.RiskTier;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class QuestionnaireFileTest {
    private static final String MANY = "when: answers.decides && answers.people >= 1000";

    private static void refused(String yaml, String at, String... reasons) {
        assertThatThrownBy(() -> Questions.parse(yaml))
                .isInstanceOfSatisfying(
                        ConfigurationProblem.class,
                        problem -> {
                            assertThat(problem.reason()).contains(reasons);
                            assertThat(problem.line() + ":" + problem.column())
                                    .as(problem.getMessage())
                                    .isEqualTo(at);
                            assertThat(problem.file()).isEqualTo("intake/x.yml");
                        });
    }

    /** Line and column, both from 1, of the first place a text stands at. */
    private static String at(String yaml, String text) {
        return at(yaml.substring(0, yaml.indexOf(text)));
    }

    private static String atLast(String yaml, String text) {
        return at(yaml.substring(0, yaml.lastIndexOf(text)));
    }

    private static String at(String before) {
        return (before.lines().count() + (before.endsWith("\n") ? 1 : 0))
                + ":"
                + (before.length() - before.lastIndexOf('\n'));
    }

    @Test
    void reads_sections_questions_and_rules_in_their_order() {
        var small = Questions.small();
        assertThat(small.ref().name()).isEqualTo("x");
        assertThat(small.otherwise()).isEqualTo(RiskTier.LOW);
        assertThat(small.questions())
                .extracting(Question::id)
                .containsExactly("decides", "how", "areas", "people", "why");
        assertThat(small.question("decides").orElseThrow().options())
                .extracting(Question.Option::id)
                .containsExactly("yes", "no");
        assertThat(small.question("how").orElseThrow().askedWhen()).isEqualTo("answers.decides");
        assertThat(small.rules())
                .extracting(Questionnaire.Rule::id)
                .containsExactly("banned", "many", "deciding");
    }

    @Test
    void refuses_what_the_schema_does_not_allow_and_says_where() {
        var speed = SMALL.replace("default: low", "default: low\nspeed: high");
        refused(speed, at(speed, "speed"), "speed");
        var tier = SMALL.replace("tier: high", "tier: huge");
        refused(tier, at(tier, "huge"), "/rules/1/tier");
        var none = SMALL.replace("default: low", "default: prohibited");
        refused(none, at(none, "prohibited"), "/default");
        var dashed = SMALL.replace("id: people", "id: people-affected");
        refused(dashed, at(dashed, "people-affected"), "/id");
        var pointless =
                SMALL.replace(
                        "kind: number",
                        "kind: number\n        answers: [{id: a, words: A}, {id: b, words: B}]");
        refused(pointless, at(pointless, "answers: [{"), "only with one-of and many-of");
        assertThatThrownBy(() -> Questions.parse(SMALL.replace("kind: number", "kind: one-of")))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("answers");
    }

    @Test
    void refuses_ids_that_are_given_twice() {
        var question = SMALL.replace("id: people", "id: decides");
        refused(
                question,
                at(question, "decides\n        text: How many"),
                "the question 'decides' is given twice");
        var rule = SMALL.replace("id: deciding", "id: many");
        refused(rule, atLast(rule, "many\n"), "the rule 'many' is given twice");
        var answer = SMALL.replace("id: watched", "id: alone");
        refused(answer, atLast(answer, "alone, words"), "the answer 'alone' is given twice");
    }

    @Test
    void refuses_a_question_that_is_not_there_and_lists_those_that_are() {
        var yaml = SMALL.replace(MANY, "when: answers.decides && answers.persons >= 1000");
        refused(
                yaml,
                at(yaml, "answers.persons"),
                "no question 'persons'",
                "areas, decides, how, people, why");
    }

    @Test
    void refuses_an_answer_that_is_not_there_and_lists_those_of_that_question() {
        var compared = SMALL.replace("answers.how == 'alone'", "answers.how == 'lonely'");
        refused(
                compared,
                at(compared, "'lonely'"),
                "'lonely' is no answer to how",
                "alone, watched");
        var within = SMALL.replace("'work' in answers.areas", "'alone' in answers.areas");
        refused(
                within,
                at(within, "'alone' in answers.areas"),
                "'alone' is no answer to areas",
                "credit, work, none");
        var listed =
                SMALL.replace("answers.how == 'alone'", "answers.how in ['alone', 'sleeping']");
        refused(listed, at(listed, "'sleeping'"), "'sleeping' is no answer to how");
        var each = SMALL.replace("'work' in answers.areas", "answers.areas.exists(a, a == 'home')");
        refused(each, at(each, "'home'"), "'home' is no answer to areas");
    }

    @Test
    void refuses_conditions_that_mix_types_or_do_not_compile() {
        var text = SMALL.replace("answers.people >= 1000", "answers.people >= 'many'");
        refused(text, at(text, "'many'"), "'many' is no answer to people");
        var kind = SMALL.replace("answers.people >= 1000", "answers.people");
        assertThatThrownBy(() -> Questions.parse(kind))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("not valid CEL");
        var broken = SMALL.replace(MANY, "when: answers.decides &&");
        assertThatThrownBy(() -> Questions.parse(broken))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("not valid CEL");
        var always = SMALL.replace(MANY, "when: \"true\"");
        refused(always, at(always, "true\""), "reads no answer");
        var indexed = SMALL.replace("answers.people >= 1000", "answers['people'] >= 1000");
        refused(indexed, at(indexed, "answers['people']"), "write answers.<question>");
        var asking = SMALL.replace("answers.people >= 1000", "has(answers.people)");
        refused(asking, at(asking, "answers.people)"), "write answers.<question>");
    }

    @Test
    void lets_no_rule_rest_on_words_that_can_be_erased_or_on_what_may_stay_open() {
        var words = SMALL.replace("answers.people >= 1000", "answers.why == 'x'");
        refused(words, at(words, "answers.why"), "can be erased");
        var open = SMALL.replace("kind: number", "kind: number\n        required: false");
        refused(open, at(open, "answers.people"), "may be left open", "make it required");
    }

    @Test
    void a_question_is_asked_by_earlier_answers_only() {
        var later = SMALL.replace("asked-when: answers.decides", "asked-when: answers.people > 1");
        refused(later, at(later, "answers.people > 1"), "no question 'people'", "decides");
        var itself = SMALL.replace("asked-when: answers.decides", "asked-when: answers.how != ''");
        refused(itself, at(itself, "answers.how != ''"), "no question 'how'");
    }

    @Property(tries = 200)
    void never_fails_otherwise_than_with_a_problem(@ForAll byte[] bytes, @ForAll String text) {
        for (var yaml : new byte[][] {bytes, text.getBytes(StandardCharsets.UTF_8)}) {
            assertThatThrownBy(() -> QuestionnaireFile.parse("x.yml", 1, yaml))
                    .isInstanceOf(ConfigurationProblem.class);
        }
    }

    @Property(tries = 200)
    void never_fails_otherwise_for_an_odd_condition(@ForAll String text) {
        var literal = text.codePoints().mapToObj("\\U%08x"::formatted).reduce("", String::concat);
        try {
            Questions.parse(SMALL.replace(MANY, "when: \"" + literal + "\""));
        } catch (ConfigurationProblem problem) {
            assertThat(problem.line()).isPositive();
        }
    }
}
