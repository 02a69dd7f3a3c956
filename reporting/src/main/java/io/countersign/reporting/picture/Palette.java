package io.countersign.reporting.picture;

/** Where a picture takes its colours from, and what width it is drawn for. */
public enum Palette {
    /**
     * From the page's style sheet ({@code static/app.css}, classes {@code p-…}), so light, dark and
     * print follow the page.
     */
    PAGE,
    /**
     * As {@link #PAGE}, drawn for a phone: 340 units wide, names above their bars, so that it is
     * read without scrolling sideways.
     */
    PHONE,
    /** Written into the picture, on white: PDF and files. */
    FIXED
}
