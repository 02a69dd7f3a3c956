package io.countersign.governance.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import java.util.Arrays;

/** What somebody has to do with a subject that keeps them from signing it. */
public enum SeparationRule {
    REQUESTER("requester", "asked for this review"),
    DEVELOPER("developer", "developed this version"),
    DATA_OWNER("data-owner", "owns the data");

    private final String key;
    private final String reason;

    SeparationRule(String key, String reason) {
        this.key = key;
        this.reason = reason;
    }

    @JsonValue
    public String key() {
        return key;
    }

    /** For people, after a name: {@code developed this version}. */
    public String reason() {
        return reason;
    }

    @JsonCreator
    public static SeparationRule ofKey(String key) {
        return Arrays.stream(values())
                .filter(rule -> rule.key.equals(key))
                .findFirst()
                .orElseThrow(() ->
                        CommandRefused.invalid(
                                "separation rule", key, "use requester, developer or data-owner"));
    }
}
