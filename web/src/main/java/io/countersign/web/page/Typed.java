package io.countersign.web.page;

import io.countersign.governance.shared.CommandRefused;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields of a form as somebody filled them in. */
public record Typed(Map<String, String> fields) {
    /** Empty where there is no such field. */
    public String text(String field) {
        return fields.getOrDefault(field, "").strip();
    }

    /** One entry a line. */
    public List<String> lines(String field) {
        return text(field).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    /**
     * A value of a type with rules of its own.
     *
     * @throws CommandRefused as {@code read}, naming this field
     */
    public <T> T value(String field, Function<String, T> read) {
        return named(field, () -> read.apply(text(field)));
    }

    /** The same for one a line. */
    public <T> List<T> values(String field, Function<String, T> read) {
        return named(field, () -> lines(field).stream().map(read).toList());
    }

    /** Null where the field is empty. */
    public @Nullable LocalDate day(String field) {
        var text = text(field);
        try {
            return text.isEmpty() ? null : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw CommandRefused.invalid(field, text, "give a day, such as 2027-01-31");
        }
    }

    private static <T> T named(String field, java.util.function.Supplier<T> reading) {
        try {
            return reading.get();
        } catch (CommandRefused refused) {
            throw new CommandRefused(refused.refusal().with("field", field));
        }
    }
}
