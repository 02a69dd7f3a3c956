package io.countersign.governance.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.testing.History;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class QuestionnairesTest {
    private final Questionnaires questionnaires = new History().make(Questionnaires.class);

    @Test
    void there_is_one_questionnaire_so_that_nobody_chooses_the_mildest() {
        assertThat(questionnaires.reads("intake/project.yml")).isTrue();
        assertThat(questionnaires.reads("intake/mild.yml")).isFalse();
        assertThat(questionnaires.reads("project.yml")).isFalse();
    }

    @Test
    void a_file_that_names_an_answer_nobody_can_give_is_not_adopted() {
        var wrong = Questions.SMALL.replace("answers.how == 'alone'", "answers.how == 'lonely'");
        assertThatThrownBy(() ->
                        questionnaires.check(
                                Questionnaires.FILE, wrong.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageStartingWith("intake/project.yml, line ")
                .hasMessageContaining("'lonely' is no answer to how");
    }
}
