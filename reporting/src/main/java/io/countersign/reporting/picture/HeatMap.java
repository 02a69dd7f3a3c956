package io.countersign.reporting.picture;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A risk matrix: how many risks lie in each cell of likelihood by impact. Every level has a colour,
 * a pattern of its own and its name in the legend.
 *
 * @param likelihoods names of the columns, lowest first
 * @param impacts names of the rows, lowest first; the highest is drawn on top
 * @param levels names of the levels, lowest first, at most five
 * @param cells every cell once
 */
public record HeatMap(
        String title,
        List<String> likelihoods,
        List<String> impacts,
        List<String> levels,
        List<Cell> cells) {
    private static final double CELL_HEIGHT = 48;

    /** How wide things are drawn. */
    private record Plan(double left, double cell, double font, double legend) {
        static Plan of(Palette palette, int columns) {
            return palette == Palette.PHONE
                    ? new Plan(76, Math.max(30, (Svg.PHONE - 78) / Math.max(1, columns)), 11, 84)
                    : new Plan(128, 92, 13, 96);
        }
    }

    /** All from 1; {@code count} risks. */
    public record Cell(int likelihood, int impact, int level, int count) {}

    public HeatMap {
        likelihoods = List.copyOf(likelihoods);
        impacts = List.copyOf(impacts);
        levels = List.copyOf(levels);
        cells = List.copyOf(cells);
        if (levels.isEmpty() || levels.size() > 5) {
            throw new IllegalArgumentException(
                    "a heat map has 1 to 5 levels, not " + levels.size());
        }
        var places = new HashSet<List<Integer>>();
        for (Cell cell : cells) {
            if (cell.likelihood < 1
                    || cell.likelihood > likelihoods.size()
                    || cell.impact < 1
                    || cell.impact > impacts.size()
                    || cell.level < 1
                    || cell.level > levels.size()
                    || !places.add(List.of(cell.likelihood, cell.impact))) {
                throw new IllegalArgumentException(
                        "a cell outside the matrix or given twice: " + cell);
            }
        }
        if (places.size() != likelihoods.size() * impacts.size()) {
            throw new IllegalArgumentException(
                    "the matrix has "
                            + likelihoods.size() * impacts.size()
                            + " cells, "
                            + places.size()
                            + " were given");
        }
    }

    /**
     * @param hrefPrefix cells with risks link to it followed by {@code likelihood=L&impact=I}, as
     *     in {@code /risks?}; null for no links
     */
    public String svg(String id, Palette palette, @Nullable String hrefPrefix) {
        var plan = Plan.of(palette, likelihoods.size());
        double left = plan.left;
        double cellWidth = plan.cell;
        double font = plan.font;
        boolean phone = palette == Palette.PHONE;
        int inRow = phone ? 4 : levels.size();
        double legendLeft = phone ? 0 : left;
        double bottom = 20 + impacts.size() * CELL_HEIGHT;
        double width =
                Math.max(
                                left + likelihoods.size() * cellWidth,
                                legendLeft + Math.min(inRow, levels.size()) * plan.legend)
                        + 2;
        double height = bottom + 90 + (levels.size() - 1) / inRow * 24;
        var svg = new Svg(id, palette, width, height, title, words(), hrefPrefix != null);
        svg.definePattern("step-2", Ink.HATCH, 10, "M2 2h1.5M7 7h1.5", 1.5);
        svg.definePattern("step-3", Ink.HATCH, 10, "M-2 12L12 -2M-7 7L7 -7M3 17L17 3", 1);
        svg.definePattern("step-4", Ink.HATCH, 6, "M-2 8L8 -2M-5 5L5 -5M1 11L11 1", 1.2);
        svg.definePattern("step-5", Ink.HATCH, 7, "M0 0L7 7M7 0L0 7", 1.2);
        svg.text(Ink.MUTED, 0, 12, 12, "start", "Impact");
        for (int impact = impacts.size(); impact >= 1; impact--) {
            double middle = 20 + (impacts.size() - impact + 0.5) * CELL_HEIGHT;
            svg.text(
                    Ink.TEXT,
                    left - 10,
                    middle + 4,
                    font,
                    "end",
                    Svg.fit(impacts.get(impact - 1), left - 12, font));
        }
        for (Cell cell : cells) {
            double x = left + (cell.likelihood - 1) * cellWidth;
            double y = 20 + (impacts.size() - cell.impact) * CELL_HEIGHT;
            boolean linked = hrefPrefix != null && cell.count > 0;
            if (linked) {
                svg.openLink(
                        hrefPrefix + "likelihood=" + cell.likelihood + "&impact=" + cell.impact,
                        words(cell));
            }
            swatch(svg, cell.level, x + 1, y + 1, cellWidth - 2, CELL_HEIGHT - 2);
            if (cell.count > 0) {
                String count = String.valueOf(cell.count);
                double half = Svg.width(count, 17) / 2 + 8;
                svg.rect(Ink.SURFACE, x + cellWidth / 2 - half, y + 11, 2 * half, 26);
                svg.bold(Ink.TEXT, x + cellWidth / 2, y + 30, 17, "middle", count);
            }
            if (linked) {
                svg.closeLink();
            }
        }
        for (int i = 0; i < likelihoods.size(); i++) {
            String name = likelihoods.get(i);
            int space = Svg.width(name, font) > cellWidth - 4 ? name.lastIndexOf(' ') : -1;
            double middle = left + (i + 0.5) * cellWidth;
            svg.text(
                    Ink.TEXT,
                    middle,
                    bottom + 18,
                    font,
                    "middle",
                    Svg.fit(space < 0 ? name : name.substring(0, space), cellWidth, font));
            if (space >= 0) {
                svg.text(
                        Ink.TEXT,
                        middle,
                        bottom + 33,
                        font,
                        "middle",
                        Svg.fit(name.substring(space + 1), cellWidth, font));
            }
        }
        svg.text(
                Ink.MUTED,
                left + likelihoods.size() * cellWidth / 2,
                bottom + 52,
                12,
                "middle",
                "Likelihood");
        for (int level = 1; level <= levels.size(); level++) {
            double x = legendLeft + (level - 1) % inRow * plan.legend;
            double y = bottom + 68 + (level - 1) / inRow * 24;
            swatch(svg, level, x, y, 20, 16);
            svg.text(
                    Ink.TEXT,
                    x + 26,
                    y + 13,
                    font,
                    "start",
                    Svg.fit(levels.get(level - 1), plan.legend - 28, font));
        }
        return svg.end();
    }

    private void swatch(Svg svg, int level, double x, double y, double width, double height) {
        int step = levels.size() == 1 ? 1 : 1 + Math.round((level - 1) * 4f / (levels.size() - 1));
        svg.rect(Ink.valueOf("LEVEL_" + step), x, y, width, height);
        if (step > 1) {
            svg.pattern("step-" + step, x, y, width, height);
        }
    }

    private String words() {
        String filled =
                cells.stream()
                        .filter(cell -> cell.count > 0)
                        .map(this::words)
                        .collect(Collectors.joining("; "));
        return filled.isEmpty() ? "No risks." : filled + ".";
    }

    private String words(Cell cell) {
        return cell.count
                + (cell.count == 1 ? " risk" : " risks")
                + " of likelihood "
                + likelihoods.get(cell.likelihood - 1)
                + " and impact "
                + impacts.get(cell.impact - 1)
                + ", level "
                + levels.get(cell.level - 1);
    }
}
