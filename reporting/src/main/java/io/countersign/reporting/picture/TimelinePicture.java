package io.countersign.reporting.picture;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What happened to a subject over time: a mark per event, whose shape and colour say how it went,
 * and its words above the axis. Times are UTC.
 */
public record TimelinePicture(String title, List<Moment> moments) {
    private static final double WIDTH = 720;
    private static final double MARGIN = 48;
    private static final double LANE = 19;
    private static final double SIZE = 12;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneOffset.UTC);

    public record Moment(Instant at, String words, Tone tone) {}

    /** Drawn as circle, square, triangle, diamond and small circle. */
    public enum Tone {
        GOOD,
        WAIT,
        WARN,
        BAD,
        QUIET
    }

    /** Sorted by time; what happened at the same time keeps its order. */
    public TimelinePicture {
        moments = moments.stream().sorted(Comparator.comparing(Moment::at)).toList();
    }

    private record Placed(Moment moment, double x, double textX, int lane, String words) {}

    public String svg(String id, Palette palette) {
        List<Placed> placed = place();
        int lanes = placed.stream().mapToInt(Placed::lane).max().orElse(0) + 1;
        double axis = lanes * LANE + 14;
        var svg = new Svg(id, palette, WIDTH, axis + 34, title, words(), false);
        for (Placed p : placed) {
            svg.line(Ink.LINE, p.x, axis - 8 - p.lane * LANE - 8, p.x, axis, 1);
        }
        svg.line(Ink.AXIS, MARGIN / 2, axis, WIDTH - MARGIN / 2, axis, 1.5);
        for (Placed p : placed) {
            svg.rect(
                    Ink.PAPER,
                    p.textX - 1,
                    axis - 23 - p.lane * LANE,
                    Svg.width(p.words, SIZE) + 2,
                    15);
            svg.text(Ink.TEXT, p.textX, axis - 12 - p.lane * LANE, SIZE, "start", p.words);
        }
        for (Placed p : placed) {
            svg.path(Ink.valueOf(p.moment.tone.name()), mark(p.moment.tone, p.x, axis));
        }
        if (!moments.isEmpty()) {
            Instant first = moments.getFirst().at;
            Duration span = Duration.between(first, moments.getLast().at);
            DateTimeFormatter format = span.toDays() < 3 ? MINUTE : DAY;
            int steps = span.isZero() ? 0 : 4;
            for (int tick = 0; tick <= steps; tick++) {
                double x = steps == 0 ? WIDTH / 2 : MARGIN + (WIDTH - 2 * MARGIN) * tick / steps;
                Instant at =
                        steps == 0 ? first : first.plus(span.multipliedBy(tick).dividedBy(steps));
                svg.line(Ink.AXIS, x, axis + 7, x, axis + 12, 1);
                svg.text(Ink.MUTED, x, axis + 25, 11, "middle", format.format(at));
            }
        }
        return svg.end();
    }

    /** Words go to the lowest lane where they do not run into those before them. */
    private List<Placed> place() {
        if (moments.isEmpty()) {
            return List.of();
        }
        Instant first = moments.getFirst().at;
        double span = Math.max(1, Duration.between(first, moments.getLast().at).toMillis());
        boolean single = moments.getLast().at.equals(first);
        var placed = new ArrayList<Placed>();
        var laneEnds = new ArrayList<Double>();
        for (Moment moment : moments) {
            double x =
                    single
                            ? WIDTH / 2
                            : MARGIN
                                    + (WIDTH - 2 * MARGIN)
                                            * Duration.between(first, moment.at).toMillis()
                                            / span;
            String words = Svg.fit(moment.words, 320, SIZE);
            double width = Svg.width(words, SIZE);
            double textX = Math.clamp(x - 4, 2, WIDTH - width - 2);
            int lane = 0;
            while (lane < laneEnds.size() && laneEnds.get(lane) > textX) {
                lane++;
            }
            if (lane == laneEnds.size()) {
                laneEnds.add(0.0);
            }
            laneEnds.set(lane, Math.max(textX, x) + width + 10);
            placed.add(new Placed(moment, x, textX, lane, words));
        }
        return placed;
    }

    private static String mark(Tone tone, double x, double y) {
        return switch (tone) {
            case GOOD -> circle(x, y, 6);
            case QUIET -> circle(x, y, 4);
            case WAIT ->
                    polygon(x - 5.5, y - 5.5, x + 5.5, y - 5.5, x + 5.5, y + 5.5, x - 5.5, y + 5.5);
            case WARN -> polygon(x, y - 7, x + 7, y + 6, x - 7, y + 6);
            case BAD -> polygon(x, y - 8, x + 8, y, x, y + 8, x - 8, y);
        };
    }

    private static String circle(double x, double y, double r) {
        String radius = Svg.number(r);
        return "M"
                + Svg.number(x - r)
                + " "
                + Svg.number(y)
                + "a"
                + radius
                + " "
                + radius
                + " 0 1 0 "
                + Svg.number(2 * r)
                + " 0a"
                + radius
                + " "
                + radius
                + " 0 1 0 "
                + Svg.number(-2 * r)
                + " 0z";
    }

    private static String polygon(double... points) {
        var path = new StringBuilder("M");
        for (int i = 0; i < points.length; i += 2) {
            path.append(i == 0 ? "" : "L")
                    .append(Svg.number(points[i]))
                    .append(' ')
                    .append(Svg.number(points[i + 1]));
        }
        return path.append('z').toString();
    }

    private String words() {
        return moments.isEmpty()
                ? "Nothing happened yet."
                : moments.stream()
                                .map(m -> DAY.format(m.at) + " " + m.words)
                                .collect(Collectors.joining("; "))
                        + ".";
    }
}
