package io.countersign.reporting.picture;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many reached each stage on the way from idea to production, and what share of those at the
 * stage before.
 */
public record Funnel(String title, List<Stage> stages) {
    private static final double LEFT = 180;
    private static final double PLOT = 340;
    private static final double ROW = 36;
    private static final double PHONE_ROW = 44;

    /**
     * @param href where the stage's list is, or null; links are written for pages only
     */
    public record Stage(String name, long count, @Nullable String href) {
        public Stage {
            if (count < 0) {
                throw new IllegalArgumentException(
                        "a count is not negative: " + count + " (" + name + ")");
            }
        }
    }

    public Funnel {
        stages = List.copyOf(stages);
    }

    public String svg(String id, Palette palette) {
        long most = Math.max(1, stages.stream().mapToLong(Stage::count).max().orElse(1));
        boolean linked =
                palette != Palette.FIXED && stages.stream().anyMatch(stage -> stage.href != null);
        boolean phone = palette == Palette.PHONE;
        double width = phone ? Svg.PHONE : LEFT + PLOT + 150;
        double row = phone ? PHONE_ROW : ROW;
        var svg = new Svg(id, palette, width, stages.size() * row + 4, title, words(), linked);
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            double y = i * row + 4;
            if (linked && stage.href != null) {
                svg.openLink(stage.href, stage.name + ": " + stage.count);
            }
            if (phone) {
                narrow(svg, i, y, most);
            } else {
                wide(svg, i, y, most);
            }
            if (linked && stage.href != null) {
                svg.closeLink();
            }
        }
        return svg.end();
    }

    private void wide(Svg svg, int i, double y, long most) {
        Stage stage = stages.get(i);
        svg.text(Ink.TEXT, LEFT - 52, y + 19, 13, "end", Svg.fit(stage.name, LEFT - 54, 13));
        svg.rect(Ink.TRACK, LEFT, y + 2, PLOT, 24);
        svg.rect(Ink.BAR, LEFT, y + 2, PLOT * stage.count / most, 24);
        svg.bold(Ink.TEXT, LEFT - 10, y + 19, 14, "end", String.valueOf(stage.count));
        if (i > 0) {
            svg.text(Ink.MUTED, LEFT + PLOT + 12, y + 19, 12, "start", share(i));
        }
    }

    /** Name, share and count above the bar. */
    private void narrow(Svg svg, int i, double y, long most) {
        Stage stage = stages.get(i);
        String count = String.valueOf(stage.count);
        double before = Svg.PHONE - Svg.width(count, 14) - 12;
        String share = i > 0 ? share(i) : "";
        svg.bold(Ink.TEXT, Svg.PHONE, y + 13, 14, "end", count);
        svg.text(Ink.MUTED, before, y + 13, 11, "end", share);
        double room = before - Svg.width(share, 11) - 8;
        svg.text(Ink.TEXT, 0, y + 13, 13, "start", Svg.fit(stage.name, room, 13));
        svg.rect(Ink.TRACK, 0, y + 20, Svg.PHONE, 14);
        svg.rect(Ink.BAR, 0, y + 20, Svg.PHONE * stage.count / most, 14);
    }

    private String share(int stage) {
        long before = stages.get(stage - 1).count;
        return before == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%d %% of those before",
                        Math.round(100.0 * stages.get(stage).count / before));
    }

    private String words() {
        return stages.isEmpty()
                ? "No stages."
                : stages.stream()
                                .map(stage -> stage.name + " " + stage.count)
                                .collect(Collectors.joining(", then "))
                        + ".";
    }
}
