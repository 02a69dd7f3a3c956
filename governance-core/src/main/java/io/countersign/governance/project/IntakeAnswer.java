package io.countersign.governance.project;

import io.countersign.governance.shared.PersonalText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was answered to one question of an intake.
 *
 * @param question its id in the questionnaire
 * @param chosen ids of the answers chosen; {@code yes} or {@code no} for a yes-no question; empty
 *     for the other kinds
 * @param number of a number question, else null
 * @param text of a text question, else null; the words of whoever answered, so they may be erased,
 *     and no rule reads them
 */
public record IntakeAnswer(
        String question, List<String> chosen, @Nullable Long number, @Nullable PersonalText text) {
    public IntakeAnswer {
        chosen = List.copyOf(chosen);
    }
}
