package io.countersign.governance.bias.engine;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the columns of a prediction log are read. Values are compared as text, exactly: not trimmed,
 * not case-folded.
 *
 * @param label what came true; null when the log does not say
 * @param attributes names of the sensitive columns, 1 to 6; assessed alone and in pairs
 * @param missing texts that mean "not known", besides the empty cell, such as {@code N/A}
 * @param unlisted what becomes of a prediction or label that is on neither list
 */
public record ColumnMapping(
        Prediction prediction,
        @Nullable Label label,
        List<String> attributes,
        List<String> missing,
        Unlisted unlisted) {
    private static final int ATTRIBUTES = 6;
    private static final int VALUES = 1_000;

    /**
     * @param positiveIsFavourable declared, never guessed: whether the positive prediction is good
     *     for the person it is about
     */
    public record Prediction(String column, Reading reading, boolean positiveIsFavourable) {
        public Prediction {
            given("prediction column", column);
            if (reading == null) {
                throw invalid("prediction", "Say how the prediction column is read.");
            }
        }
    }

    /** When a prediction is positive. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "as")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Classes.class, name = "classes"),
        @JsonSubTypes.Type(value = Score.class, name = "score")
    })
    public sealed interface Reading permits Classes, Score {}

    /** Positive and negative are listed; both lists hold at least one value. */
    public record Classes(List<String> positive, List<String> negative) implements Reading {
        public Classes {
            positive = listed("prediction", "positive", positive);
            negative = listed("prediction", "negative", negative);
            disjoint("prediction", positive, negative);
        }
    }

    /**
     * Positive is a score of at least the threshold, both as IEEE 754 doubles. Text that is no
     * number, NaN and the infinities are unlisted values.
     */
    public record Score(BigDecimal threshold) implements Reading {
        public Score {
            if (threshold == null) {
                throw invalid("prediction", "Give the threshold of the score.");
            }
        }
    }

    /** The outcome that came true, of the same sense as the prediction. */
    public record Label(String column, List<String> positive, List<String> negative) {
        public Label {
            given("label column", column);
            positive = listed("label", "positive", positive);
            negative = listed("label", "negative", negative);
            disjoint("label", positive, negative);
        }
    }

    /** What becomes of a value on neither list. */
    public enum Unlisted {
        /** The log is refused, naming value and count. */
        REFUSE("refuse"),
        /** The row counts as unknown: shown, and neither positive nor negative. */
        COUNT("count");

        private final String word;

        Unlisted(String word) {
            this.word = word;
        }

        @JsonValue
        public String word() {
            return word;
        }
    }

    public ColumnMapping {
        if (prediction == null) {
            throw invalid("prediction", "Name the prediction column.");
        }
        attributes = attributes == null ? List.of() : List.copyOf(attributes);
        missing = missing == null ? List.of() : List.copyOf(missing);
        unlisted = unlisted == null ? Unlisted.REFUSE : unlisted;
        if (attributes.isEmpty() || attributes.size() > ATTRIBUTES) {
            throw invalid(
                    "attributes",
                    "Name 1 to "
                            + ATTRIBUTES
                            + " sensitive columns, not "
                            + attributes.size()
                            + ".");
        }
        var roles = new ArrayList<>(attributes);
        roles.add(prediction.column());
        if (label != null) {
            roles.add(label.column());
        }
        var seen = new HashSet<String>();
        for (var column : roles) {
            given("column name", column);
            if (!seen.add(column)) {
                throw invalid(
                        "attributes",
                        "The column '"
                                + column
                                + "' is named twice: prediction, label and each attribute need a"
                                + " column of their own.");
            }
        }
        if (missing.size() > VALUES) {
            throw invalid("missing", "List at most " + VALUES + " values as missing.");
        }
        var classes =
                Stream.concat(
                        prediction.reading() instanceof Classes c
                                ? Stream.concat(c.positive().stream(), c.negative().stream())
                                : Stream.empty(),
                        label == null
                                ? Stream.empty()
                                : Stream.concat(
                                        label.positive().stream(), label.negative().stream()));
        var both = classes.filter(missing::contains).findFirst();
        if (both.isPresent()) {
            throw invalid(
                    "missing",
                    "The value '" + both.get() + "' is listed as missing and as an outcome.");
        }
    }

    private static List<String> listed(String of, String side, @Nullable List<String> values) {
        if (values == null || values.isEmpty() || values.size() > VALUES || values.contains("")) {
            throw invalid(
                    of,
                    "List 1 to "
                            + VALUES
                            + " values of the "
                            + of
                            + " that mean "
                            + side
                            + "; an empty cell is always missing.");
        }
        return List.copyOf(values);
    }

    private static void disjoint(String of, List<String> positive, List<String> negative) {
        for (var value : positive) {
            if (negative.contains(value)) {
                throw invalid(
                        of,
                        "The " + of + " '" + value + "' is listed as positive and as negative.");
            }
        }
    }

    private static void given(String what, @Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw invalid("attributes", "The " + what + " is empty; name a column of the file.");
        }
    }

    private static CommandRefused invalid(String field, String message) {
        return new CommandRefused(
                Refusal.invalid("bias.mapping-invalid", message).with("field", field));
    }
}
