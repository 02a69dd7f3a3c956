package io.countersign.web.configuration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What changed between two texts, line by line: the longest common subsequence stays. */
final class LineDiff {
    /** Above this many comparisons the part that differs is shown as replaced as a whole. */
    private static final long MOST = 9_000_000;

    private LineDiff() {}

    enum Kind {
        SAME(' '),
        REMOVED('-'),
        ADDED('+');

        private final char sign;

        Kind(char sign) {
            this.sign = sign;
        }

        public char sign() {
            return sign;
        }
    }

    record Line(Kind kind, String text) {}

    static List<Line> of(String before, String after) {
        var old = before.lines().toList();
        var now = after.lines().toList();
        var head = 0;
        while (head < old.size() && head < now.size() && old.get(head).equals(now.get(head))) {
            head++;
        }
        var tail = 0;
        while (tail < old.size() - head
                && tail < now.size() - head
                && old.get(old.size() - 1 - tail).equals(now.get(now.size() - 1 - tail))) {
            tail++;
        }
        var lines = new ArrayList<Line>();
        add(lines, Kind.SAME, old.subList(0, head));
        between(lines, old.subList(head, old.size() - tail), now.subList(head, now.size() - tail));
        add(lines, Kind.SAME, old.subList(old.size() - tail, old.size()));
        return lines;
    }

    private static void between(List<Line> lines, List<String> old, List<String> now) {
        if ((long) old.size() * now.size() > MOST) {
            add(lines, Kind.REMOVED, old);
            add(lines, Kind.ADDED, now);
            return;
        }
        var common = new int[old.size() + 1][now.size() + 1];
        for (var i = old.size() - 1; i >= 0; i--) {
            for (var j = now.size() - 1; j >= 0; j--) {
                common[i][j] =
                        old.get(i).equals(now.get(j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        var i = 0;
        var j = 0;
        while (i < old.size() && j < now.size()) {
            if (old.get(i).equals(now.get(j))) {
                lines.add(new Line(Kind.SAME, old.get(i++)));
                j++;
            } else if (common[i + 1][j] >= common[i][j + 1]) {
                lines.add(new Line(Kind.REMOVED, old.get(i++)));
            } else {
                lines.add(new Line(Kind.ADDED, now.get(j++)));
            }
        }
        add(lines, Kind.REMOVED, old.subList(i, old.size()));
        add(lines, Kind.ADDED, now.subList(j, now.size()));
    }

    /** Those that changed, with {@code around} lines on either side; "…" stands for the rest. */
    static List<Line> brief(List<Line> lines, int around) {
        var shown = new ArrayList<>(Collections.nCopies(lines.size(), false));
        for (var i = 0; i < lines.size(); i++) {
            if (lines.get(i).kind() != Kind.SAME) {
                for (var near = Math.max(0, i - around);
                        near <= Math.min(lines.size() - 1, i + around);
                        near++) {
                    shown.set(near, true);
                }
            }
        }
        var brief = new ArrayList<Line>();
        for (var i = 0; i < lines.size(); i++) {
            if (shown.get(i)) {
                brief.add(lines.get(i));
            } else if (i == 0 || shown.get(i - 1)) {
                brief.add(new Line(Kind.SAME, "…"));
            }
        }
        return brief;
    }

    private static void add(List<Line> lines, Kind kind, List<String> texts) {
        texts.forEach(text -> lines.add(new Line(kind, text)));
    }
}
