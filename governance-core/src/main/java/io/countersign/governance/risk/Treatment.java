package io.countersign.governance.risk;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import java.util.Arrays;
import java.util.Locale;

/** What is done about a risk (ISO 31000:2018, 6.5.2, in the four options of common practice). */
public enum Treatment {
    AVOID,
    MITIGATE,
    TRANSFER,
    ACCEPT;

    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static Treatment ofKey(String key) {
        return Arrays.stream(values())
                .filter(treatment -> treatment.key().equals(key))
                .findFirst()
                .orElseThrow(() ->
                        CommandRefused.invalid(
                                "treatment", key, "use avoid, mitigate, transfer or accept"));
    }
}
