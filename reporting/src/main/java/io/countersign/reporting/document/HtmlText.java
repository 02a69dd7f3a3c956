package io.countersign.reporting.document;

/** What people wrote, for a page. */
public final class HtmlText {
    private HtmlText() {}

    /**
     * For an element or a quoted attribute. What could turn the order of the text around it, and
     * what no document can hold, is shown as U+FFFD.
     */
    public static String of(String text) {
        return Markup.text(text);
    }
}
