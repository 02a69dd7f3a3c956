package io.countersign.governance.bias.engine;

/**
 * Rows of a group. Every row is in {@code rows}; its prediction in exactly one of four; its label
 * in exactly one of positive, negative, missing, unlisted; the confusion matrix holds the rows that
 * have both.
 *
 * @param selected predicted positive
 * @param notSelected predicted negative
 */
public record Counts(
        long rows,
        long selected,
        long notSelected,
        long missingPrediction,
        long unlistedPrediction,
        long missingLabel,
        long unlistedLabel,
        long truePositive,
        long falsePositive,
        long trueNegative,
        long falseNegative) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    static Counts of(Cell cell) {
        var p = cell.prediction();
        var l = cell.label();
        var n = cell.rows();
        var positive = p == Cell.Outcome.POSITIVE ? n : 0;
        var negative = p == Cell.Outcome.NEGATIVE ? n : 0;
        return new Counts(
                n,
                positive,
                negative,
                p == Cell.Outcome.MISSING ? n : 0,
                p == Cell.Outcome.UNLISTED ? n : 0,
                l == Cell.Outcome.MISSING ? n : 0,
                l == Cell.Outcome.UNLISTED ? n : 0,
                l == Cell.Outcome.POSITIVE ? positive : 0,
                l == Cell.Outcome.NEGATIVE ? positive : 0,
                l == Cell.Outcome.NEGATIVE ? negative : 0,
                l == Cell.Outcome.POSITIVE ? negative : 0);
    }

    Counts plus(Counts o) {
        return new Counts(
                Math.addExact(rows, o.rows),
                selected + o.selected,
                notSelected + o.notSelected,
                missingPrediction + o.missingPrediction,
                unlistedPrediction + o.unlistedPrediction,
                missingLabel + o.missingLabel,
                unlistedLabel + o.unlistedLabel,
                truePositive + o.truePositive,
                falsePositive + o.falsePositive,
                trueNegative + o.trueNegative,
                falseNegative + o.falseNegative);
    }

    /** Rows whose prediction is known. */
    public long known() {
        return selected + notSelected;
    }

    /** Rows whose prediction is not known, missing or on neither list. */
    public long unknown() {
        return missingPrediction + unlistedPrediction;
    }
}
