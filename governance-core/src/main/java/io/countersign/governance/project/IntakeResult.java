package io.countersign.governance.project;

import io.countersign.governance.shared.Sha256;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of a questionnaire made of its answers.
 *
 * @param answers to every question that was asked, in the questionnaire's order
 * @param matched the rules that counted, in the questionnaire's order
 * @param decidedBy id of the one of them that decided; null where none matched and the default held
 */
public record IntakeResult(
        QuestionnaireRef questionnaire,
        List<IntakeAnswer> answers,
        List<Matched> matched,
        @Nullable String decidedBy,
        RiskTier tier) {
    /**
     * An edition of a questionnaire.
     *
     * @param name of the file without folder and ending
     * @param version counted from 1, by adoption
     * @param digest of the file's bytes
     */
    public record QuestionnaireRef(String name, int version, Sha256 digest) {
        @Override
        public String toString() {
            return name + " version " + version;
        }
    }

    /**
     * A rule that counted.
     *
     * @param undecided it could not be decided, since it reads a question that was not asked; it
     *     counts all the same
     */
    public record Matched(String rule, String sentence, RiskTier tier, boolean undecided) {}

    public IntakeResult {
        answers = List.copyOf(answers);
        matched = List.copyOf(matched);
    }
}
