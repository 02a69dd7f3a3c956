package io.countersign.governance.project;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.UserId;
import java.util.List;
import java.util.Map;

/** What a project asks of the intake's questionnaire. */
@FunctionalInterface
public interface TierRules {
    /**
     * The tier that follows from these answers; inside a command the questionnaire cannot change
     * until it commits.
     *
     * @param version of the questionnaire the answers are to
     * @param answers as {@link ProjectCommand.AnswerIntake} has them
     * @throws CommandRefused {@code intake.questionnaire-moved}, {@code intake.answers-missing},
     *     {@code intake.question-unknown}, {@code input.invalid}
     */
    IntakeResult decide(int version, Map<String, List<String>> answers, UserId by);
}
