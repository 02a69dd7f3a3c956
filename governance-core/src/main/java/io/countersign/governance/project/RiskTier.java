package io.countersign.governance.project;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import java.util.Arrays;
import java.util.Locale;

/** How much harm a project's systems could do; policy asks more of higher tiers. */
public enum RiskTier {
    LOW,
    MEDIUM,
    HIGH;

    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static RiskTier ofKey(String key) {
        return Arrays.stream(values())
                .filter(tier -> tier.key().equals(key))
                .findFirst()
                .orElseThrow(
                        () -> CommandRefused.invalid("riskTier", key, "use low, medium or high"));
    }
}
