package io.countersign.governance.bias.engine;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a rule may limit. */
public enum Metric {
    /**
     * Favourable rate of the group over the highest favourable rate among the groups of at least
     * the minimum size (29 CFR 1607.4 D; 6 RCNY 5-300); at least the limit.
     */
    IMPACT_RATIO("impact-ratio", "impact ratio"),
    /** Largest distance of the group's TP/(TP+FN) from any other group's; at most the limit. */
    TRUE_POSITIVE_RATE_DIFFERENCE("true-positive-rate-difference", "true positive rate"),
    /** Largest distance of the group's FP/(FP+TN) from any other group's; at most the limit. */
    FALSE_POSITIVE_RATE_DIFFERENCE("false-positive-rate-difference", "false positive rate");

    private final String word;
    private final String words;

    Metric(String word, String words) {
        this.word = word;
        this.words = words;
    }

    @JsonValue
    public String word() {
        return word;
    }

    /** For people: of a difference, the rate that differs. */
    String words() {
        return words;
    }
}
