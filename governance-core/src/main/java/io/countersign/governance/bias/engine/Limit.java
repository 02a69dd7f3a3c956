package io.countersign.governance.bias.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import java.util.regex.Pattern;

/** The number a rule compares with, as two integers, written {@code 4/5}; between 0 and 1. */
public record Limit(int numerator, int denominator) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})/([1-9]\\d{0,8})");

    public Limit {
        if (numerator < 0 || denominator < 1 || numerator > denominator) {
            throw CommandRefused.invalid(
                    "limit", numerator + "/" + denominator, "give a fraction from 0/1 to 1/1");
        }
    }

    @JsonCreator
    public static Limit parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw CommandRefused.invalid("limit", text, "give a fraction of integers, such as 4/5");
        }
        return new Limit(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
    }

    /** YAML reads 0.8 as a binary number, which is not four fifths. */
    @JsonCreator
    static Limit ofNumber(double number) {
        return parse(Double.toString(number));
    }

    Fraction asFraction() {
        return new Fraction(numerator, denominator, null);
    }

    @JsonValue
    @Override
    public String toString() {
        return numerator + "/" + denominator;
    }
}
