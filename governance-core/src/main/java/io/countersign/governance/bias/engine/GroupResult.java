package io.countersign.governance.bias.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One group: what was counted, and the rates that follow.
 *
 * @param values one per attribute, {@link #MISSING} where not known; empty for the whole log
 * @param size rows, always shown
 * @param counts null only where withheld, see {@link AssessmentResult#withoutSmallGroups()}
 * @param selectionRate predicted positive over known predictions
 * @param favourableRate the same where positive is favourable, else 1 minus it
 * @param impactRatio favourable rate over the reference group's
 * @param truePositiveRate TP / (TP + FN)
 * @param falsePositiveRate FP / (FP + TN)
 * @param trueNegativeRate TN / (FP + TN)
 * @param falseNegativeRate FN / (TP + FN)
 */
public record GroupResult(
        List<String> values,
        long size,
        Standing standing,
        @Nullable Counts counts,
        Fraction selectionRate,
        Fraction favourableRate,
        Fraction impactRatio,
        Fraction truePositiveRate,
        Fraction falsePositiveRate,
        Fraction trueNegativeRate,
        Fraction falseNegativeRate) {
    /** Stands for a value that is not known. The same text in a file means the same. */
    public static final String MISSING = "(missing)";

    /** Whether a group is judged, and may be what others are compared with. */
    public enum Standing {
        ELIGIBLE("eligible"),
        /** Fewer known predictions than the minimum group size. */
        TOO_SMALL("too-small"),
        /** An attribute is not known, so these people are no group; shown, never judged. */
        MISSING("missing");

        private final String word;

        Standing(String word) {
            this.word = word;
        }

        @JsonValue
        public String word() {
            return word;
        }
    }

    static GroupResult of(
            List<String> values,
            Counts c,
            Standing standing,
            boolean positiveIsFavourable,
            boolean labelled) {
        var noPrediction = "no prediction is known";
        var positives = c.truePositive() + c.falseNegative();
        var negatives = c.falsePositive() + c.trueNegative();
        var noPositive =
                labelled
                        ? "no row with a known prediction is labelled positive"
                        : "the log has no label";
        var noNegative =
                labelled
                        ? "no row with a known prediction is labelled negative"
                        : "the log has no label";
        return new GroupResult(
                values,
                c.rows(),
                standing,
                c,
                Fraction.rate(c.selected(), c.known(), noPrediction),
                Fraction.rate(
                        positiveIsFavourable ? c.selected() : c.notSelected(),
                        c.known(),
                        noPrediction),
                Fraction.undefined("not compared"),
                Fraction.rate(c.truePositive(), positives, noPositive),
                Fraction.rate(c.falsePositive(), negatives, noNegative),
                Fraction.rate(c.trueNegative(), negatives, noNegative),
                Fraction.rate(c.falseNegative(), positives, noPositive));
    }

    GroupResult with(Fraction ratio) {
        return new GroupResult(
                values,
                size,
                standing,
                counts,
                selectionRate,
                favourableRate,
                ratio,
                truePositiveRate,
                falsePositiveRate,
                trueNegativeRate,
                falseNegativeRate);
    }

    GroupResult withheld(String reason) {
        var no = Fraction.undefined(reason);
        return new GroupResult(values, size, standing, null, no, no, no, no, no, no, no);
    }
}
