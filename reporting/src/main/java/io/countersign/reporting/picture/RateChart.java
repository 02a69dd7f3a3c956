package io.countersign.reporting.picture;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rate per group as bars from zero, with intervals where there are any, the reference group
 * marked and a limit as a dashed line. Bars beyond the limit are hatched and say so.
 *
 * @param axis what is measured, as in "Impact ratio"
 * @param decimals of the printed numbers
 */
public record RateChart(
        String title, String axis, int decimals, List<Row> rows, List<Limit> limits) {
    private static final double LEFT = 190;
    private static final double PLOT = 330;
    private static final double RIGHT = 150;
    private static final double ROW = 30;

    /**
     * @param rate null where it could not be computed; {@code note} then says why
     * @param low lower end of the interval, or null
     * @param high upper end of the interval, or null
     * @param reference the group the others are compared with
     * @param note under the group's name, as in "n = 1,203"; may be empty
     */
    public record Row(
            String group,
            @Nullable Double rate,
            @Nullable Double low,
            @Nullable Double high,
            boolean reference,
            String note) {
        public Row {
            for (Double value : new @Nullable Double[] {rate, low, high}) {
                if (value != null && (value < 0 || value.isNaN() || value.isInfinite())) {
                    throw new IllegalArgumentException(
                            "a rate is not negative and finite, not " + value + " (" + group + ")");
                }
            }
        }
    }

    /** Rates must be at least ({@link Side#AT_LEAST}) or at most {@code value}. */
    public record Limit(double value, Side side) {}

    public enum Side {
        AT_LEAST,
        AT_MOST
    }

    public RateChart {
        rows = List.copyOf(rows);
        limits = List.copyOf(limits);
    }

    public String svg(String id, Palette palette) {
        double top = 34;
        double bottom = top + rows.size() * ROW;
        double most = ceiling();
        var svg = new Svg(id, palette, LEFT + PLOT + RIGHT, bottom + 44, title, words(), false);
        svg.definePattern("beyond", Ink.HATCH_LIGHT, 6, "M-2 8L8 -2M-5 5L5 -5M1 11L11 1", 1.5);
        double step = most <= 1.5 ? 0.25 : most <= 3 ? 0.5 : most / 4;
        for (int tick = 0; tick * step <= most; tick++) {
            double x = LEFT + PLOT * tick * step / most;
            svg.line(Ink.LINE, x, top, x, bottom, 1);
            svg.text(Ink.MUTED, x, bottom + 16, 11, "middle", Svg.number(tick * step));
        }
        svg.text(Ink.MUTED, LEFT + PLOT / 2, bottom + 34, 12, "middle", axis);
        for (int i = 0; i < rows.size(); i++) {
            row(svg, rows.get(i), top + i * ROW, most);
        }
        svg.line(Ink.AXIS, LEFT, top, LEFT, bottom, 1.5);
        double lastEnd = 0;
        for (Limit limit :
                limits.stream().sorted(Comparator.comparingDouble(Limit::value)).toList()) {
            double x = LEFT + PLOT * limit.value / most;
            String words = words(limit);
            boolean raised = x - Svg.width(words, 12) / 2 < lastEnd;
            lastEnd = x + Svg.width(words, 12) / 2;
            svg.dashed(Ink.LIMIT, x, raised ? top - 18 : top - 4, x, bottom, 2);
            svg.text(Ink.LIMIT_TEXT, x, raised ? top - 22 : top - 8, 12, "middle", words);
        }
        return svg.end();
    }

    private void row(Svg svg, Row row, double y, double most) {
        double middle = y + ROW / 2;
        String name = row.reference ? row.group + " (reference)" : row.group;
        boolean noted = !row.note.isEmpty();
        svg.text(
                Ink.TEXT,
                LEFT - 10,
                middle + (noted ? -1 : 4),
                13,
                "end",
                Svg.fit(name, LEFT - 12, 13));
        if (noted) {
            svg.text(
                    Ink.MUTED, LEFT - 10, middle + 11, 10, "end", Svg.fit(row.note, LEFT - 12, 10));
        }
        if (row.rate == null) {
            svg.text(Ink.MUTED, LEFT + 8, middle + 4, 12, "start", "no rate");
            return;
        }
        boolean beyond = beyond(row.rate);
        double length = PLOT * row.rate / most;
        svg.rect(beyond ? Ink.BAR_BAD : Ink.BAR, LEFT, middle - 7, length, 14);
        if (beyond) {
            svg.pattern("beyond", LEFT, middle - 7, length, 14);
        }
        if (row.low != null && row.high != null) {
            double low = LEFT + PLOT * row.low / most;
            double high = LEFT + PLOT * row.high / most;
            svg.line(Ink.HATCH_LIGHT, low - 2, middle, high + 2, middle, 6);
            svg.line(Ink.WHISKER, low, middle, high, middle, 1.5);
            svg.line(Ink.WHISKER, low, middle - 5, low, middle + 5, 1.5);
            svg.line(Ink.WHISKER, high, middle - 5, high, middle + 5, 1.5);
        }
        double end = LEFT + PLOT + 10;
        svg.bold(
                beyond ? Ink.LIMIT_TEXT : Ink.TEXT,
                end,
                middle + 4,
                13,
                "start",
                printed(row.rate) + (beyond ? " beyond limit" : ""));
    }

    private boolean beyond(double rate) {
        return limits.stream()
                .anyMatch(limit ->
                        limit.side == Side.AT_LEAST ? rate < limit.value : rate > limit.value);
    }

    /** The axis ends at 1, or above the greatest value at the next multiple of a half. */
    private double ceiling() {
        double greatest = limits.stream().mapToDouble(Limit::value).max().orElse(0);
        for (Row row : rows) {
            greatest =
                    Math.max(
                            greatest,
                            Math.max(
                                    row.rate == null ? 0 : row.rate,
                                    row.high == null ? 0 : row.high));
        }
        return Math.max(1, Math.ceil(greatest * 2) / 2);
    }

    private String printed(double rate) {
        return BigDecimal.valueOf(rate).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
    }

    private String words(Limit limit) {
        return (limit.side == Side.AT_LEAST ? "at least " : "at most ") + Svg.number(limit.value);
    }

    private String words() {
        String each =
                rows.stream()
                        .map(row ->
                                row.group
                                        + (row.reference ? " (reference) " : " ")
                                        + (row.rate == null
                                                ? "no rate"
                                                : printed(row.rate)
                                                        + (beyond(row.rate)
                                                                ? ", beyond the limit"
                                                                : "")))
                        .collect(Collectors.joining("; "));
        String allowed =
                limits.isEmpty()
                        ? ""
                        : ", allowed "
                                + limits.stream()
                                        .map(this::words)
                                        .collect(Collectors.joining(" and "));
        return axis + allowed + ": " + (each.isEmpty() ? "no groups" : each) + ".";
    }
}
