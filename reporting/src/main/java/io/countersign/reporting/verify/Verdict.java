package io.countersign.reporting.verify;

import java.util.Locale;

/** What came of a verification: one exit code each, for ever. {@code docs/verify.md} lists them. */
public enum Verdict {
    VERIFIED(0, "Verified"),
    UNREADABLE(1, "The file cannot be read"),
    NOT_CANONICAL(10, "This is not an evidence bundle in its one form"),
    MANIFEST(11, "The manifest does not match the files"),
    SIGNATURE(12, "The checkpoint is not signed by the log"),
    QUORUM(13, "The checkpoint has not the witnesses it needs"),
    ENTRY(14, "An event is not what the log committed to"),
    INCLUSION(15, "An event is not in the log"),
    STREAM(16, "A history is not complete"),
    REPORT(17, "The report is not the one on record"),
    MALFORMED(18, "A file of the bundle is not in its format"),
    WRITER(19, "An event was not written by the product");

    private final int exitCode;
    private final String title;

    Verdict(int exitCode, String title) {
        this.exitCode = exitCode;
        this.title = title;
    }

    public int exitCode() {
        return exitCode;
    }

    /** For programs: {@code not-canonical}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people. */
    public String title() {
        return title;
    }
}
