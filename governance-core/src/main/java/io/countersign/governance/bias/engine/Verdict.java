package io.countersign.governance.bias.engine;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a rule says of a group, an attribute or a whole log. Nothing is passed for want of data. */
public enum Verdict {
    PASS("pass"),
    FAIL("fail"),
    /** Too few, undefined, or nothing to compare with; the explanation says which. */
    NOT_EVALUATED("not-evaluated");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** Reads a {@link #word}. */
    public static Verdict of(String word) {
        for (var verdict : values()) {
            if (verdict.word.equals(word)) {
                return verdict;
            }
        }
        throw new IllegalArgumentException("no verdict: " + word);
    }

    @JsonValue
    public String word() {
        return word;
    }
}
