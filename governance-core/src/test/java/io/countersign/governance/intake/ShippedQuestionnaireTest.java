package io.countersign.governance.intake;

import static io.countersign.testing.People.ENGINEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.project.IntakeResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the questionnaire makes of projects people know. */
class ShippedQuestionnaireTest {
    private static final Questionnaire SHIPPED = Questions.shipped();

    private static IntakeResult decided(String changes) {
        var answers = Questions.harmless();
        if (changes != null) {
            for (var change : changes.split(" ", -1)) {
                var pair = change.split("=", 2);
                answers.put(pair[0], Arrays.asList(pair[1].split("\\+", -1)));
            }
        }
        return IntakeDecision.decide(SHIPPED, answers, ENGINEER.id());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a spare-parts forecast                     |                                                                                                     | low
                    a mail sorter that acts by itself          | oversight=out-of-the-loop                                                                           | low
                    a chatbot on opening hours                 | transparencyUses=talks                                                                              | medium
                    a picture generator                        | transparencyUses=generates+deep-fakes                                                               | medium
                    churn scores for a call centre             | useOnPeople=ranks profiling=yes peopleAffected=8000                                                 | medium
                    an assistant for clerks                    | useOnPeople=assists                                                                                 | medium
                    hospital beds, with health data            | specialCategories=yes                                                                               | medium
                    a price setter for a million euros         | moneyAtStake=1000000                                                                                | medium
                    a trading robot                            | oversight=out-of-the-loop reversibility=with-effort                                                 | medium
                    a credit scorer, a clerk decides           | highRiskAreas=credit narrowTask=influences useOnPeople=ranks profiling=yes                          | high
                    a checker of finished credit files         | highRiskAreas=credit narrowTask=prepares narrowTaskReasons=Checks_only.                             | medium
                    the same, with profiling                   | highRiskAreas=credit narrowTask=prepares narrowTaskReasons=Checks_only. profiling=yes               | high
                    a lift controller                          | safetyComponent=yes                                                                                 | high
                    a screener of applicants that acts alone   | highRiskAreas=employment narrowTask=influences useOnPeople=decides oversight=out-of-the-loop        | critical
                    a decider nobody watches, for good         | useOnPeople=decides oversight=out-of-the-loop reversibility=hardly                                  | critical
                    a decider somebody watches                 | useOnPeople=decides oversight=on-the-loop                                                           | high
                    ranking by health                          | useOnPeople=ranks specialCategories=yes                                                             | high
                    ranking of pupils outside education        | useOnPeople=ranks children=yes                                                                      | high
                    a pipeline for ten million euros, for good | moneyAtStake=10000000 reversibility=hardly                                                          | high
                    emotions of staff                          | bannedPractices=emotion-at-work                                                                     | prohibited
                    two banned things and nothing else         | bannedPractices=social-scoring+face-scraping                                                        | prohibited
                    """)
    void gives_each_project_its_tier(String project, String changes, String tier) {
        assertThat(decided(changes).tier().key()).as(project).isEqualTo(tier);
    }

    @Test
    void asks_why_an_exception_holds_only_of_those_who_claim_it() {
        var answers = Questions.harmless();
        assertThat(asked(answers)).doesNotContain("narrowTask", "narrowTaskReasons");
        answers.put("highRiskAreas", List.of("credit"));
        assertThat(asked(answers)).contains("narrowTask").doesNotContain("narrowTaskReasons");
        answers.put("narrowTask", List.of("prepares"));
        assertThat(asked(answers)).contains("narrowTaskReasons");
        answers.put("narrowTask", List.of("influences"));
        assertThat(asked(answers)).contains("narrowTask").doesNotContain("narrowTaskReasons");
    }

    private static List<String> asked(java.util.Map<String, List<String>> answers) {
        return IntakeDecision.asked(SHIPPED, answers).stream().map(Question::id).toList();
    }

    @Test
    void is_printed_in_the_documentation_as_it_is() throws IOException {
        assertThat(Files.readString(Path.of("../docs/intake.md"))).endsWith(SHIPPED.markdown());
    }
}
