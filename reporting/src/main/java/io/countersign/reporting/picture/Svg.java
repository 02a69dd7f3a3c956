package io.countersign.reporting.picture;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Writes SVG text: escaped, numbers with at most two decimals, never a style attribute. Lengths are
 * in user units (pixels).
 */
final class Svg {
    /** How wide pictures for a phone are. */
    static final double PHONE = 340;

    private final StringBuilder out = new StringBuilder(4096);
    private final Palette palette;
    private final String id;

    /**
     * @param id unique on the page; the ids inside the picture start with it
     * @param words what the picture shows, for those who do not see it
     * @param linked whether it holds links, which a picture with the role "img" would hide from
     *     screen readers
     */
    Svg(
            String id,
            Palette palette,
            double width,
            double height,
            String title,
            String words,
            boolean linked) {
        if (!id.matches("[A-Za-z][A-Za-z0-9_-]*")) {
            throw new IllegalArgumentException(
                    "a picture's id is letters, digits, - and _, not " + id);
        }
        this.palette = palette;
        this.id = id;
        raw(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\""
                        + id
                        + "\" width=\""
                        + number(width)
                        + "\" height=\""
                        + number(height));
        raw(
                "\" viewBox=\"0 0 "
                        + number(width)
                        + " "
                        + number(height)
                        + "\" role=\""
                        + (linked ? "group" : "img"));
        raw("\" aria-labelledby=\"" + id + "-title " + id + "-desc\"");
        raw(palette == Palette.FIXED ? " font-family=\"sans-serif\">\n" : ">\n");
        raw("<title id=\"" + id + "-title\">" + escape(title) + "</title>\n");
        raw("<desc id=\"" + id + "-desc\">" + escape(words) + "</desc>\n");
    }

    Svg rect(Ink ink, double x, double y, double width, double height) {
        return raw("<rect " + ink.attributes(palette) + box(x, y, width, height) + "/>\n");
    }

    /** A rectangle filled with a pattern defined before. */
    Svg pattern(String name, double x, double y, double width, double height) {
        return raw(
                "<rect fill=\"url(#" + id + "-" + name + ")\"" + box(x, y, width, height) + "/>\n");
    }

    /**
     * Defines a pattern tile of lines that {@link #pattern} fills with; {@code path} is SVG path
     * data.
     */
    Svg definePattern(String name, Ink ink, double size, String path, double strokeWidth) {
        return raw(
                "<defs><pattern id=\""
                        + id
                        + "-"
                        + name
                        + "\" width=\""
                        + number(size)
                        + "\" height=\""
                        + number(size)
                        + "\" patternUnits=\"userSpaceOnUse\"><path d=\""
                        + path
                        + "\" fill=\"none\" stroke-width=\""
                        + number(strokeWidth)
                        + "\" "
                        + ink.attributes(palette)
                        + "/></pattern></defs>\n");
    }

    Svg line(Ink ink, double x1, double y1, double x2, double y2, double width) {
        return line(ink, x1, y1, x2, y2, width, "");
    }

    Svg dashed(Ink ink, double x1, double y1, double x2, double y2, double width) {
        return line(ink, x1, y1, x2, y2, width, " stroke-dasharray=\"5 3\"");
    }

    private Svg line(
            Ink ink, double x1, double y1, double x2, double y2, double width, String more) {
        return raw(
                "<line "
                        + ink.attributes(palette)
                        + " x1=\""
                        + number(x1)
                        + "\" y1=\""
                        + number(y1)
                        + "\" x2=\""
                        + number(x2)
                        + "\" y2=\""
                        + number(y2)
                        + "\" stroke-width=\""
                        + number(width)
                        + "\""
                        + more
                        + "/>\n");
    }

    Svg path(Ink ink, String data) {
        return raw("<path " + ink.attributes(palette) + " d=\"" + data + "\"/>\n");
    }

    /**
     * @param anchor start, middle or end
     */
    Svg text(Ink ink, double x, double y, double size, String anchor, String words) {
        return text(ink, x, y, size, anchor, "", words);
    }

    Svg bold(Ink ink, double x, double y, double size, String anchor, String words) {
        return text(ink, x, y, size, anchor, " font-weight=\"700\"", words);
    }

    private Svg text(
            Ink ink, double x, double y, double size, String anchor, String more, String words) {
        return raw(
                "<text "
                        + ink.attributes(palette)
                        + " x=\""
                        + number(x)
                        + "\" y=\""
                        + number(y)
                        + "\" font-size=\""
                        + number(size)
                        + "\" text-anchor=\""
                        + anchor
                        + "\""
                        + more
                        + ">"
                        + escape(words)
                        + "</text>\n");
    }

    Svg openLink(String href, String words) {
        return raw("<a href=\"" + escape(href) + "\" aria-label=\"" + escape(words) + "\">\n");
    }

    Svg closeLink() {
        return raw("</a>\n");
    }

    String end() {
        return raw("</svg>\n").out.toString();
    }

    private Svg raw(String text) {
        out.append(text);
        return this;
    }

    private static String box(double x, double y, double width, double height) {
        return " x=\""
                + number(x)
                + "\" y=\""
                + number(y)
                + "\" width=\""
                + number(Math.max(0, width))
                + "\" height=\""
                + number(height)
                + "\"";
    }

    static String number(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** As XML text or attribute; characters XML 1.0 does not allow become U+FFFD. */
    static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '&' -> escaped.append("&amp;");
                        case '<' -> escaped.append("&lt;");
                        case '>' -> escaped.append("&gt;");
                        case '"' -> escaped.append("&quot;");
                        case '\'' -> escaped.append("&#39;");
                        case '\t', '\n', '\r' -> escaped.append(' ');
                        default ->
                                escaped.appendCodePoint(
                                        c < 0x20
                                                        || c >= 0xD800 && c <= 0xDFFF
                                                        || c == 0xFFFE
                                                        || c == 0xFFFF
                                                ? 0xFFFD
                                                : c);
                    }
                });
        return escaped.toString();
    }

    /**
     * Cut to about this width, an ellipsis at the end; sans-serif letters are taken as 0.56 of
     * their size wide.
     */
    static String fit(String text, double width, double size) {
        int most = (int) (width / (size * 0.56));
        int length = text.codePointCount(0, text.length());
        return length <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, Math.max(1, most - 1)))
                                .stripTrailing()
                        + "…";
    }

    static double width(String text, double size) {
        return text.codePointCount(0, text.length()) * size * 0.56;
    }
}
