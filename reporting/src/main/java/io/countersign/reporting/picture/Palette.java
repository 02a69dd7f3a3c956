package io.countersign.reporting.picture;

/** Where a picture takes its colours from. */
public enum Palette {
    /**
     * From the page's style sheet ({@code static/app.css}, classes {@code p-…}), so light, dark and
     * print follow the page.
     */
    PAGE,
    /** Written into the picture, on white: PDF and files. */
    FIXED
}
