package io.countersign.reporting.document;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A report's body as XHTML that browsers read as HTML too. Whatever people wrote goes through
 * {@link #text} and stays text.
 */
final class Markup {
    /** At this many characters a table is as wide as the page. */
    private static final int FULL_WIDTH = 96;

    private static final int LONGEST_WORD = 22;
    private static final int WIDEST_TEXT = 64;
    private static final int PADDING = 3;

    private final StringBuilder out = new StringBuilder(8192);

    static String body(ReportDocument report) {
        var markup = new Markup();
        markup.head(report);
        var sections = report.sections();
        for (int i = 0; i < sections.size(); i++) {
            var id = sectionId(i);
            markup.open("section", "id", id);
            markup.element("h2", sections.get(i).heading());
            sections.get(i).blocks().forEach(markup::block);
            markup.close("section");
        }
        return markup.out.toString();
    }

    /** How somebody who trusts nobody here checks the position. */
    static final String VERIFY_ANCHOR =
            "The checkpoint is at /api/v1/ledger/checkpoint?covering= and the position; the proof"
                    + " of each event in the report is at /api/v1/events/ and its id, which report.json"
                    + " has, and /proof;"
                    + " keys and quorum are at /api/v1/ledger/policy. Any tool for C2SP tlog-proof"
                    + " checks them.";

    /** Words of the foot, escaped; the root is a digest and breaks anywhere. */
    static String anchor(ReportDocument.@Nullable Anchor anchor) {
        return anchor == null
                ? "No checkpoint of the ledger covers this position yet."
                : "Checkpoint of %s, %d events, root <span class=\"digest\">%s</span>"
                        .formatted(text(anchor.origin()), anchor.size(), text(anchor.root()));
    }

    static String sectionId(int index) {
        return "s" + (index + 1);
    }

    private void head(ReportDocument report) {
        element("h1", report.title());
        if (!report.subtitle().isBlank()) {
            element("p", report.subtitle(), "class", "subtitle");
        }
        var meta = report.meta();
        var facts = new ArrayList<>(meta.facts());
        facts.add(new Block.Definition("Ledger position", Cell.of(meta.position())));
        facts.add(new Block.Definition("Time of that position", Cell.of(meta.positionTime())));
        facts.add(
                Block.Definition.of(
                        "Template", meta.template() + ", version " + meta.templateVersion()));
        facts.add(
                new Block.Definition(
                        "SHA-256 of the report's data", Cell.of(report.data().digest())));
        var anchor = meta.anchor();
        facts.add(
                Block.Definition.of(
                        "Signed in the ledger",
                        anchor == null
                                ? "No checkpoint covers this position yet."
                                : anchor.words()));
        block(new Block.Definitions(facts));
    }

    private void block(Block block) {
        switch (block) {
            case Block.Paragraph(var text) -> paragraphs(text);
            case Block.Definitions(var entries) -> {
                open("table", "class", "facts");
                for (var entry : entries) {
                    open("tr");
                    element("th", entry.term(), "scope", "row");
                    cell(entry.value(), false);
                    close("tr");
                }
                close("table");
            }
            case Block.Table table -> table(table);
            case Block.Picture(var svg, var alternative, var numbers) -> {
                open("div", "class", "picture", "role", "img", "aria-label", alternative);
                out.append(svg);
                close("div");
                element("p", alternative, "class", "alternative");
                table(numbers);
            }
            case Block.Gates(var gates) -> {
                open("table", "class", "t100 gates");
                out.append("<colgroup><col class=\"w30\"/><col class=\"w14\"/>");
                out.append("<col class=\"w56\"/></colgroup>");
                headRow(
                        List.of(
                                Block.Column.text("Gate"),
                                Block.Column.text("Result"),
                                Block.Column.text("Why")));
                for (var gate : gates) {
                    open("tr");
                    element("td", gate.name());
                    element(
                            "td",
                            mark(gate.outcome()) + " " + gate.outcome().word(),
                            "class",
                            "outcome " + gate.outcome().name().toLowerCase(Locale.ROOT));
                    element("td", gate.explanation());
                    close("tr");
                }
                close("table");
            }
            case Block.Callout(var tone, var title, var text) -> {
                open("div", "class", "callout " + tone.name().toLowerCase(Locale.ROOT));
                element("p", title, "class", "callout-title");
                paragraphs(text);
                close("div");
            }
        }
    }

    private static String mark(Block.Outcome outcome) {
        return switch (outcome) {
            case PASSED -> "✓";
            case FAILED -> "✗";
            case UNKNOWN -> "?";
            case WAIVED -> "!";
        };
    }

    private void paragraphs(String text) {
        for (var paragraph : text.strip().split("\\R{2,}")) {
            element("p", paragraph);
        }
    }

    private void table(Block.Table table) {
        var widths = widths(table);
        int total = Arrays.stream(widths).sum();
        open("table", "class", "t" + Math.clamp((total * 20L / FULL_WIDTH + 1) * 5, 30, 100));
        element("caption", table.caption());
        out.append("<colgroup>");
        for (int width : widths) {
            out.append("<col class=\"w").append(Math.max(1, width * 100 / total)).append("\"/>");
        }
        out.append("</colgroup>");
        headRow(table.columns());
        out.append("<tbody>");
        for (var row : table.rows()) {
            open("tr");
            for (int c = 0; c < row.size(); c++) {
                cell(row.get(c), table.columns().get(c).kind().isNumber());
            }
            close("tr");
        }
        if (table.rows().isEmpty()) {
            open("tr");
            element(
                    "td",
                    "none",
                    "class",
                    "missing",
                    "colspan",
                    Integer.toString(table.columns().size()));
            close("tr");
        }
        out.append("</tbody>");
        close("table");
    }

    /**
     * Room for each column, in characters: what it wants where that fits on a page, otherwise what
     * it needs and a fair part of what is left.
     */
    private static int[] widths(Block.Table table) {
        int count = table.columns().size();
        var need = new int[count];
        var want = new int[count];
        for (int c = 0; c < count; c++) {
            var column = table.columns().get(c);
            need[c] = Math.min(longestWord(column.title()) * 6 / 5, LONGEST_WORD);
            want[c] = column.title().length() * 6 / 5;
            for (var row : table.rows()) {
                var shown = row.get(c).shown();
                boolean wraps =
                        row.get(c) instanceof Cell.Text || row.get(c) instanceof Cell.Missing;
                int least = wraps ? longestWord(shown) : shown.length();
                need[c] = Math.max(need[c], Math.min(least, LONGEST_WORD));
                want[c] = Math.max(want[c], Math.min(shown.length(), WIDEST_TEXT));
            }
            need[c] += PADDING;
            want[c] = Math.max(need[c], want[c] + PADDING);
        }
        int spare = FULL_WIDTH - Arrays.stream(need).sum();
        int wish = Arrays.stream(want).sum() - Arrays.stream(need).sum();
        if (spare >= wish) {
            return want;
        }
        return IntStream.range(0, count)
                .map(c -> need[c] + Math.max(0, spare) * (want[c] - need[c]) / Math.max(1, wish))
                .toArray();
    }

    private static int longestWord(String text) {
        return Arrays.stream(text.split("\\s+")).mapToInt(String::length).max().orElse(0);
    }

    private void headRow(List<Block.Column> columns) {
        out.append("<thead>");
        open("tr");
        for (var column : columns) {
            if (column.kind().isNumber()) {
                element("th", column.title(), "scope", "col", "class", "n");
            } else {
                element("th", column.title(), "scope", "col");
            }
        }
        close("tr");
        out.append("</thead>");
    }

    private void cell(Cell cell, boolean inNumbers) {
        switch (cell) {
            case Cell.Digest _ -> element("td", cell.shown(), "class", "digest");
            case Cell.Missing _ ->
                    element("td", cell.shown(), "class", inNumbers ? "n missing" : "missing");
            case Cell.Whole _, Cell.Decimal _ when inNumbers ->
                    element("td", cell.shown(), "class", "n");
            default -> element("td", cell.shown());
        }
    }

    private void element(String name, String content, String... attributes) {
        open(name, attributes);
        out.append(text(content));
        close(name);
    }

    private void open(String name, String... attributes) {
        out.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            out.append(text(attributes[i + 1])).append('"');
        }
        out.append('>');
    }

    private void close(String name) {
        out.append("</").append(name).append(">\n");
    }

    /**
     * Text for an element or a quoted attribute. What XML cannot hold (control characters, half
     * surrogates) and what could turn the order of the text around it (Unicode's bidirectional
     * overrides) is shown as U+FFFD.
     */
    static String text(String value) {
        var safe = new StringBuilder(value.length() + 16);
        value.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '&' -> safe.append("&amp;");
                        case '<' -> safe.append("&lt;");
                        case '>' -> safe.append("&gt;");
                        case '"' -> safe.append("&quot;");
                        case '\'' -> safe.append("&#39;");
                        case '\n', '\t' -> safe.append((char) c);
                        case '\r' -> {}
                        default -> safe.appendCodePoint(isPlain(c) ? c : 0xFFFD);
                    }
                });
        return safe.toString();
    }

    private static boolean isPlain(int c) {
        return !Character.isISOControl(c)
                && Character.getType(c) != Character.SURROGATE
                && (c & 0xFFFE) != 0xFFFE
                && !(c >= 0xFDD0 && c <= 0xFDEF)
                && !(c >= 0x202A && c <= 0x202E)
                && !(c >= 0x2066 && c <= 0x2069);
    }
}
