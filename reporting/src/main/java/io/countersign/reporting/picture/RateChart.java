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
    /** Where bars begin, how long they are, and what is beside and above them. */
    private record Plan(double left, double plot, double right, double row, boolean above) {
        static Plan of(Palette palette) {
            return palette == Palette.PHONE
                    ? new Plan(4, Svg.PHONE - 20, 16, 44, true)
                    : new Plan(190, 330, 150, 30, false);
        }
    }

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
        var plan = Plan.of(palette);
        double left = plan.left;
        double plot = plan.plot;
        double top = 34;
        double bottom = top + rows.size() * plan.row;
        double most = ceiling();
        var svg =
                new Svg(id, palette, left + plot + plan.right, bottom + 44, title, words(), false);
        svg.definePattern("beyond", Ink.HATCH_LIGHT, 6, "M-2 8L8 -2M-5 5L5 -5M1 11L11 1", 1.5);
        double step = most <= 1.5 ? 0.25 : most <= 3 ? 0.5 : most / 4;
        for (int tick = 0; tick * step <= most; tick++) {
            double x = left + plot * tick * step / most;
            svg.line(Ink.LINE, x, top, x, bottom, 1);
            svg.text(Ink.MUTED, x, bottom + 16, 11, "middle", Svg.number(tick * step));
        }
        svg.text(
                Ink.MUTED,
                left + plot / 2,
                bottom + 34,
                12,
                "middle",
                plan.above ? Svg.fit(axis, plot, 12) : axis);
        for (int i = 0; i < rows.size(); i++) {
            row(svg, rows.get(i), top + i * plan.row, most, plan);
        }
        svg.line(Ink.AXIS, left, top, left, bottom, 1.5);
        double lastEnd = 0;
        for (Limit limit :
                limits.stream().sorted(Comparator.comparingDouble(Limit::value)).toList()) {
            double x = left + plot * limit.value / most;
            String words = words(limit);
            boolean raised = x - Svg.width(words, 12) / 2 < lastEnd;
            lastEnd = x + Svg.width(words, 12) / 2;
            svg.dashed(Ink.LIMIT, x, raised ? top - 18 : top - 4, x, bottom, 2);
            svg.text(Ink.LIMIT_TEXT, x, raised ? top - 22 : top - 8, 12, "middle", words);
        }
        return svg.end();
    }

    private void row(Svg svg, Row row, double y, double most, Plan plan) {
        double middle = plan.above ? y + plan.row - 12 : y + plan.row / 2;
        if (plan.above) {
            above(svg, row, y, plan);
        } else {
            beside(svg, row, middle, plan);
        }
        if (row.rate == null) {
            svg.text(Ink.MUTED, plan.left + 8, middle + 4, 12, "start", "no rate");
            return;
        }
        double length = plan.plot * row.rate / most;
        boolean beyond = beyond(row.rate);
        svg.rect(beyond ? Ink.BAR_BAD : Ink.BAR, plan.left, middle - 7, length, 14);
        if (beyond) {
            svg.pattern("beyond", plan.left, middle - 7, length, 14);
        }
        if (row.low != null && row.high != null) {
            double low = plan.left + plan.plot * row.low / most;
            double high = plan.left + plan.plot * row.high / most;
            svg.line(Ink.HATCH_LIGHT, low - 2, middle, high + 2, middle, 6);
            svg.line(Ink.WHISKER, low, middle, high, middle, 1.5);
            svg.line(Ink.WHISKER, low, middle - 5, low, middle + 5, 1.5);
            svg.line(Ink.WHISKER, high, middle - 5, high, middle + 5, 1.5);
        }
        if (!plan.above) {
            svg.bold(
                    beyond ? Ink.LIMIT_TEXT : Ink.TEXT,
                    plan.left + plan.plot + 10,
                    middle + 4,
                    13,
                    "start",
                    value(row.rate));
        }
    }

    /** Group and note before the bar. */
    private void beside(Svg svg, Row row, double middle, Plan plan) {
        double end = plan.left - 10;
        double room = plan.left - 12;
        boolean noted = !row.note.isEmpty();
        svg.text(Ink.TEXT, end, middle + (noted ? -1 : 4), 13, "end", Svg.fit(name(row), room, 13));
        if (noted) {
            svg.text(Ink.MUTED, end, middle + 11, 10, "end", Svg.fit(row.note, room, 10));
        }
    }

    /** Group, note and number in one line above the bar. */
    private void above(Svg svg, Row row, double y, Plan plan) {
        double end = plan.left + plan.plot + plan.right;
        String value = row.rate == null ? "" : value(row.rate);
        boolean beyond = row.rate != null && beyond(row.rate);
        svg.bold(beyond ? Ink.LIMIT_TEXT : Ink.TEXT, end, y + 18, 12, "end", value);
        String name = name(row);
        double room = end - plan.left - Svg.width(value, 12) - 14;
        svg.text(Ink.TEXT, plan.left, y + 18, 12, "start", Svg.fit(name, room, 12));
        double left = room - Svg.width(name, 12) - 8;
        if (left > 40) {
            svg.text(
                    Ink.MUTED,
                    plan.left + Svg.width(name, 12) + 8,
                    y + 18,
                    10,
                    "start",
                    Svg.fit(row.note, left, 10));
        }
    }

    private static String name(Row row) {
        return row.reference ? row.group + " (reference)" : row.group;
    }

    private String value(double rate) {
        return printed(rate) + (beyond(rate) ? " beyond limit" : "");
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
