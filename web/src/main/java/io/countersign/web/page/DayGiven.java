package io.countersign.web.page;

import io.countersign.governance.shared.CommandRefused;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Times as people give them: a day, in UTC, or to the second. */
public final class DayGiven {
    private DayGiven() {}

    /**
     * The last moment of a day, or the very time where one is given.
     *
     * @param field what it was typed in
     * @param text such as {@code 2027-01-31} or {@code 2027-01-31T12:00:00Z}
     * @throws CommandRefused {@code input.invalid} for anything else
     */
    public static Instant end(String field, String text) {
        return moment(field, text, true);
    }

    /** The first moment of a day, or the very time where one is given. */
    public static Instant start(String field, String text) {
        return moment(field, text, false);
    }

    private static Instant moment(String field, String text, boolean end) {
        try {
            if (text.contains("T")) {
                return Instant.parse(text);
            }
            var day = LocalDate.parse(text);
            return end
                    ? day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusMillis(1)
                    : day.atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw CommandRefused.invalid(field, text, "give a day, such as 2027-01-31");
        }
    }
}
