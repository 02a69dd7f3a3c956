package io.countersign.reporting.document;

import io.countersign.governance.shared.Sha256;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One value, with its type kept until the last moment. */
public sealed interface Cell {
    record Text(String value) implements Cell {}

    record Whole(long value) implements Cell {}

    /**
     * @param value as computed, never rounded
     * @param digits after the point when shown to people
     */
    record Decimal(BigDecimal value, int digits) implements Cell {}

    record Day(LocalDate value) implements Cell {}

    record Moment(Instant value) implements Cell {}

    record Digest(Sha256 value) implements Cell {}

    /** No value, and why: {@code undefined: nobody was selected}. */
    record Missing(String reason) implements Cell {}

    static Cell of(String text) {
        return new Text(text);
    }

    static Cell of(long whole) {
        return new Whole(whole);
    }

    static Cell of(BigDecimal value, int digits) {
        return new Decimal(value, digits);
    }

    static Cell of(LocalDate day) {
        return new Day(day);
    }

    static Cell of(Instant moment) {
        return new Moment(moment);
    }

    static Cell of(Sha256 digest) {
        return new Digest(digest);
    }

    /** For people: rounded half up to the digits, thousands apart, times in UTC. */
    default String shown() {
        return switch (this) {
            case Text(var value) -> value;
            case Whole(var value) -> String.format(Locale.ROOT, "%,d", value);
            case Decimal(var value, var digits) ->
                    String.format(Locale.ROOT, "%,." + digits + "f", rounded(value, digits));
            case Day(var value) -> value.toString();
            case Moment(var value) -> MOMENT.format(value);
            case Digest(var value) -> value.hex();
            case Missing(var reason) -> reason;
        };
    }

    /** For programs: unrounded, no thousands mark, ISO 8601; a missing value is empty. */
    default String exact() {
        return switch (this) {
            case Whole(var value) -> Long.toString(value);
            case Decimal(var value, _) -> value.toPlainString();
            case Moment(var value) -> value.toString();
            case Missing _ -> "";
            case Text _, Day _, Digest _ -> shown();
        };
    }

    /** Whether a spreadsheet should read it as a number. */
    default boolean isNumber() {
        return this instanceof Whole || this instanceof Decimal;
    }

    private static BigDecimal rounded(BigDecimal value, int digits) {
        return value.setScale(digits, RoundingMode.HALF_UP);
    }

    DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
}
