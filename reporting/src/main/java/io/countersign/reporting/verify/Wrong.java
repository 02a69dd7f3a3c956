package io.countersign.reporting.verify;

/** The first thing that is wrong. */
final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Verdict verdict;

    Wrong(Verdict verdict, String words) {
        super(words);
        this.verdict = verdict;
    }

    static Wrong malformed(String words) {
        return new Wrong(Verdict.MALFORMED, words);
    }

    Verdict verdict() {
        return verdict;
    }

    /** The message; there always is one. */
    String words() {
        return String.valueOf(getMessage());
    }
}
