package io.countersign.governance.project;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import java.util.Arrays;
import java.util.Locale;

/** How much harm a project's systems could do, from the least; policy asks more of higher tiers. */
public enum RiskTier {
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL,
    /** Something the law bans: whatever policy says, nothing is approved or released. */
    PROHIBITED;

    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For people. */
    public String title() {
        return name().charAt(0) + key().substring(1);
    }

    @JsonCreator
    public static RiskTier ofKey(String key) {
        return Arrays.stream(values())
                .filter(tier -> tier.key().equals(key))
                .findFirst()
                .orElseThrow(() ->
                        CommandRefused.invalid(
                                "riskTier",
                                key,
                                "use low, medium, high or critical; prohibited follows from an"
                                        + " intake or an override"));
    }
}
