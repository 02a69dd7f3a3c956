package io.countersign.governance.project;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a project's risk tier comes from. */
public enum TierOrigin {
    /** Somebody named it by hand; no intake was answered yet. */
    DECLARED("declared, not derived"),
    /** The rules of the questionnaire decided it from the answers. */
    DERIVED("derived from the intake"),
    /** Two people set it otherwise than the rules. */
    OVERRIDDEN("overridden");

    private final String words;

    TierOrigin(String words) {
        this.words = words;
    }

    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For people. */
    public String words() {
        return words;
    }
}
