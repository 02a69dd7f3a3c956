package io.countersign.governance.intake;

import io.countersign.governance.project.IntakeAnswer;
import io.countersign.governance.project.IntakeResult;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Text;
import io.countersign.governance.shared.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From answers to a risk tier: a pure function of questionnaire and answers. Every doubt raises the
 * tier or stops the decision: a question is asked where its condition cannot be decided, a rule
 * that cannot be decided counts, and without an answer to a required question nothing is decided.
 */
public final class IntakeDecision {
    /** What the name of a field begins with that an answer belongs to. */
    public static final String FIELD = "answers.";

    private static final int DIGITS = 15;

    private final Questionnaire questionnaire;
    private final Map<String, List<String>> given;

    /** What conditions read, of the questions so far. */
    private final Map<String, Object> values = new HashMap<>();

    /** Those of them that are asked and have no answer yet. */
    private final Set<String> open = new HashSet<>();

    private IntakeDecision(Questionnaire questionnaire, Map<String, List<String>> given) {
        this.questionnaire = questionnaire;
        this.given = given;
    }

    /**
     * @param given by question: {@code yes} or {@code no}, ids of answers, a whole number or a
     *     text; blanks are no answer, and what is not asked is passed over
     * @throws CommandRefused {@code intake.answers-missing} naming every required question that is
     *     asked and open, {@code intake.question-unknown}, {@code input.invalid}, {@code
     *     input.too-long}; each with {@code field}
     */
    public static IntakeResult decide(
            Questionnaire questionnaire, Map<String, List<String>> given, UserId by) {
        for (var id : given.keySet()) {
            if (questionnaire.question(id).isEmpty()) {
                throw new CommandRefused(
                        Refusal.invalid(
                                        "intake.question-unknown",
                                        "The questionnaire has no question '"
                                                + (id.length() > 80 ? id.substring(0, 80) : id)
                                                + "'.")
                                .with("field", FIELD + id));
            }
        }
        return new IntakeDecision(questionnaire, given).decided(by);
    }

    /**
     * The questions to ask, given the answers so far, in order. Whatever is no answer counts as
     * none.
     */
    public static List<Question> asked(
            Questionnaire questionnaire, Map<String, List<String>> given) {
        var decision = new IntakeDecision(questionnaire, given);
        var asked = new ArrayList<Question>();
        for (var question : questionnaire.questions()) {
            if (decision.asks(question)) {
                asked.add(question);
                try {
                    decision.remember(question, decision.answer(question, UserId.ANONYMOUS));
                } catch (CommandRefused _) {
                    decision.remember(question, null);
                }
            }
        }
        return asked;
    }

    private IntakeResult decided(UserId by) {
        var answers = new ArrayList<IntakeAnswer>();
        var missing = new ArrayList<Question>();
        for (var question : questionnaire.questions()) {
            if (!asks(question)) {
                continue;
            }
            var answer = answer(question, by);
            if (answer != null) {
                answers.add(answer);
            } else if (question.required()) {
                missing.add(question);
            }
            remember(question, answer);
        }
        if (!missing.isEmpty()) {
            throw missing(missing);
        }
        var matched = new ArrayList<IntakeResult.Matched>();
        var certain = false;
        for (var rule : questionnaire.rules()) {
            var holds = rule.condition().holds(values);
            if (holds.orElse(true)) {
                matched.add(
                        new IntakeResult.Matched(
                                rule.id(), rule.sentence(), rule.tier(), holds.isEmpty()));
                certain |= holds.isPresent();
            }
        }
        var highest =
                matched.stream()
                        .max(
                                // of equals the first
                                Comparator.comparing(IntakeResult.Matched::tier)
                                        .thenComparing(m -> -matched.indexOf(m)))
                        .orElse(null);
        // what only counts for want of an answer never takes a project below the default
        var decisive =
                highest != null
                                && (certain
                                        || highest.tier().compareTo(questionnaire.otherwise()) >= 0)
                        ? highest
                        : null;
        return new IntakeResult(
                questionnaire.ref(),
                answers,
                matched,
                decisive == null ? null : decisive.rule(),
                decisive == null ? questionnaire.otherwise() : decisive.tier());
    }

    /** Where it cannot be decided it is asked, unless an answer is to come that decides it. */
    private boolean asks(Question question) {
        var condition = question.condition();
        return condition == null
                || condition
                        .holds(values)
                        .orElseGet(() -> Collections.disjoint(condition.reads(), open));
    }

    private void remember(Question question, @Nullable IntakeAnswer answer) {
        if (answer == null) {
            open.add(question.id());
            return;
        }
        switch (question.kind()) {
            case YES_NO -> values.put(question.id(), answer.chosen().contains("yes"));
            case ONE_OF -> values.put(question.id(), answer.chosen().getFirst());
            case MANY_OF -> values.put(question.id(), answer.chosen());
            case NUMBER -> values.put(question.id(), Objects.requireNonNull(answer.number()));
            case TEXT -> {}
        }
    }

    /** Null where there is none. */
    private @Nullable IntakeAnswer answer(Question question, UserId by) {
        var field = FIELD + question.id();
        var texts =
                given.getOrDefault(question.id(), List.of()).stream()
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .toList();
        if (texts.isEmpty()) {
            return null;
        }
        if (texts.size() > 1 && question.kind() != Question.Kind.MANY_OF) {
            throw CommandRefused.invalid(field, String.join(", ", texts), "give one answer");
        }
        return switch (question.kind()) {
            case NUMBER ->
                    new IntakeAnswer(
                            question.id(), List.of(), number(field, texts.getFirst()), null);
            case TEXT ->
                    new IntakeAnswer(
                            question.id(),
                            List.of(),
                            null,
                            new PersonalText(
                                    by, Text.required(field, texts.getFirst(), Text.LONG)));
            default -> new IntakeAnswer(question.id(), chosen(question, texts), null, null);
        };
    }

    /** In the questionnaire's order. */
    private static List<String> chosen(Question question, List<String> texts) {
        var field = FIELD + question.id();
        for (var text : texts) {
            if (question.option(text).isEmpty()) {
                throw CommandRefused.invalid(
                        field,
                        text,
                        "choose from "
                                + String.join(
                                        ", ",
                                        question.options().stream()
                                                .map(Question.Option::id)
                                                .toList()));
            }
        }
        var once = new HashSet<>(texts);
        var options =
                question.options().stream().filter(option -> once.contains(option.id())).toList();
        if (options.size() > 1) {
            options.stream()
                    .filter(Question.Option::alone)
                    .findFirst()
                    .ifPresent(option -> {
                        throw CommandRefused.invalid(
                                field,
                                option.id(),
                                "'" + option.words() + "' excludes every other answer");
                    });
        }
        return options.stream().map(Question.Option::id).toList();
    }

    private static long number(String field, String text) {
        if (!text.matches("[0-9]{1," + DIGITS + "}")) {
            throw CommandRefused.invalid(
                    field, text, "give a whole number from 0, digits only, such as 12000");
        }
        return Long.parseLong(text);
    }

    private static CommandRefused missing(List<Question> missing) {
        var words = missing.stream().map(question -> "'" + question.text() + "'").toList();
        return new CommandRefused(
                Refusal.invalid(
                                "intake.answers-missing",
                                "No risk tier is decided, since "
                                        + (missing.size() == 1
                                                ? "a question has no answer: "
                                                : missing.size() + " questions have no answer: ")
                                        + String.join(" ", words))
                        .with("field", FIELD + missing.getFirst().id())
                        .with("missing", missing.stream().map(Question::id).toList()));
    }
}
