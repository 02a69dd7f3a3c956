package io.countersign.governance.shared;

import org.jspecify.annotations.Nullable;

/** Bounds on what people type, with the field's name in every refusal. */
public final class Text {
    /** For names and titles. */
    public static final int SHORT = 200;

    /** For descriptions, datasheets and model cards. */
    public static final int LONG = 20_000;

    private Text() {}

    /**
     * Trimmed, with line breaks as {@code \n}.
     *
     * @throws CommandRefused {@code input.required} where blank, {@code input.too-long} where
     *     longer than {@code most} characters, {@code input.control-characters}
     */
    public static String required(String field, @Nullable String value, int most) {
        var text = optional(field, value, most);
        if (text.isEmpty()) {
            throw new CommandRefused(
                    Refusal.invalid("input.required", "Fill in the " + words(field) + ".")
                            .with("field", field));
        }
        return text;
    }

    /** The same, but may be empty. */
    public static String optional(String field, @Nullable String value, int most) {
        var text = value == null ? "" : value.replace("\r\n", "\n").strip();
        if (text.length() > most) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "input.too-long",
                                    "The "
                                            + words(field)
                                            + " has "
                                            + text.length()
                                            + " characters; the most is "
                                            + most
                                            + ".")
                            .with("field", field));
        }
        if (text.codePoints().anyMatch(c -> c < 0x20 && c != '\n' && c != '\t')) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "input.control-characters",
                                    "The "
                                            + words(field)
                                            + " has control characters in it. Remove them.")
                            .with("field", field));
        }
        return text;
    }

    /** {@code businessProblem} as "business problem". */
    static String words(String field) {
        return field.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(java.util.Locale.ROOT);
    }
}
