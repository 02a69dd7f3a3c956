package io.countersign.web.project;

import io.countersign.governance.intake.IntakeDecision;
import io.countersign.governance.intake.Intakes;
import io.countersign.governance.intake.Question;
import io.countersign.governance.intake.Questionnaire;
import io.countersign.governance.project.IntakeAnswer;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Text;
import jakarta.servlet.http.HttpSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What somebody has filled in so far. It is kept in their session, also the answers to questions
 * that are not asked any more, so that going back and forth loses nothing.
 */
final class IntakeDraft {
    private static final TypeReference<Map<String, List<String>>> ANSWERS =
            new TypeReference<>() {};

    private static final int TOO_LONG = Text.LONG + 1;

    /** More than one question has answers to choose from. */
    private static final int MOST = 60;

    private final HttpSession session;
    private final String key;
    private final Map<String, List<String>> answers;

    private IntakeDraft(HttpSession session, String key, Map<String, List<String>> answers) {
        this.session = session;
        this.key = key;
        this.answers = answers;
    }

    /**
     * @param last what a draft begins with, or null
     */
    static IntakeDraft of(HttpSession session, ProjectId project, Intakes.@Nullable Row last) {
        var key = "intake " + project;
        var answers = new LinkedHashMap<String, List<String>>();
        if (session.getAttribute(key) instanceof String kept) {
            answers.putAll(JsonMapper.shared().readValue(kept, ANSWERS));
        } else if (last != null) {
            last.result().answers().forEach(a -> answers.put(a.question(), words(a)));
        }
        return new IntakeDraft(session, key, answers);
    }

    /** An answer as a form sends it. */
    static List<String> words(IntakeAnswer answer) {
        if (answer.number() != null) {
            return List.of(answer.number().toString());
        }
        if (answer.text() != null) {
            return answer.text().erased() ? List.of() : List.of(answer.text().text());
        }
        return answer.chosen();
    }

    /**
     * Takes over what a form with these questions sent; one that sent nothing has no answer. What
     * is longer than an answer can be is cut, so that a session stays readable; it is refused
     * later.
     */
    void take(MultiValueMap<String, String> typed, Questionnaire questionnaire) {
        for (var question : typed.getOrDefault("shown", List.of())) {
            if (questionnaire.question(question).isPresent()) {
                answers.put(
                        question,
                        typed.getOrDefault(IntakeDecision.FIELD + question, List.of()).stream()
                                .limit(MOST)
                                .map(text -> text.substring(0, Math.min(text.length(), TOO_LONG)))
                                .toList());
            }
        }
        session.setAttribute(key, JsonMapper.shared().writeValueAsString(answers));
    }

    void done() {
        session.removeAttribute(key);
    }

    /** Those to questions the questionnaire has. */
    Map<String, List<String>> answers(Questionnaire questionnaire) {
        var known = new LinkedHashMap<String, List<String>>();
        for (var question : questionnaire.questions()) {
            var answer = answers.get(question.id());
            if (answer != null) {
                known.put(question.id(), answer);
            }
        }
        return known;
    }

    /** The questions to show now. */
    List<Question> asked(Questionnaire questionnaire) {
        return IntakeDecision.asked(questionnaire, answers(questionnaire));
    }
}
