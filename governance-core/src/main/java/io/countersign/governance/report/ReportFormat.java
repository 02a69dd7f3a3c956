package io.countersign.governance.report;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import java.util.Arrays;
import java.util.Locale;

/** How a report is written down. The key is also the ending of its file's name. */
public enum ReportFormat {
    HTML,
    PDF,
    CSV,
    JSON;

    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static ReportFormat ofKey(String key) {
        return Arrays.stream(values())
                .filter(format -> format.key().equals(key))
                .findFirst()
                .orElseThrow(
                        () -> CommandRefused.invalid("format", key, "use html, pdf, csv or json"));
    }
}
