package io.countersign.governance.bias.engine;

import io.countersign.governance.bias.engine.Inspection.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Guesses a person may take or leave, from the names of columns. Which value is positive, and
 * whether that is favourable, is never guessed.
 *
 * @param prediction the column that looks most like one
 * @param label the column that looks most like what came true
 * @param attributes columns that look sensitive and hold few enough values
 */
public record Suggestion(
        @Nullable String prediction, @Nullable String label, List<String> attributes) {
    /** Most telling first. */
    private static final List<String> PREDICTION =
            List.of(
                    "prediction",
                    "predicted",
                    "pred",
                    "y_pred",
                    "decision",
                    "score_text",
                    "selected",
                    "approved",
                    "outcome",
                    "score",
                    "p");

    private static final List<String> LABEL =
            List.of(
                    "label",
                    "actual",
                    "y_true",
                    "truth",
                    "ground_truth",
                    "target",
                    "two_year_recid",
                    "repaid",
                    "defaulted",
                    "y");

    private static final Set<String> SENSITIVE =
            Set.of(
                    "sex",
                    "gender",
                    "race",
                    "ethnicity",
                    "ethnic",
                    "age",
                    "nationality",
                    "country",
                    "religion",
                    "disability",
                    "orientation",
                    "marital",
                    "pregnant",
                    "region");

    static Suggestion of(List<Column> columns) {
        var prediction = first(columns, PREDICTION, c -> !c.values().isEmpty());
        var label =
                first(columns, LABEL, c -> c.values().size() == 2 && !c.name().equals(prediction));
        var attributes = new ArrayList<String>();
        for (var column : columns) {
            var taken = column.name().equals(prediction) || column.name().equals(label);
            if (!taken && !column.more() && attributes.size() < 6 && sensitive(column.name())) {
                attributes.add(column.name());
            }
        }
        return new Suggestion(prediction, label, attributes);
    }

    private static @Nullable String first(
            List<Column> columns, List<String> names, Predicate<Column> fits) {
        for (var name : names) {
            for (var column : columns) {
                if (lower(column.name()).equals(name) && fits.test(column)) {
                    return column.name();
                }
            }
        }
        return null;
    }

    private static boolean sensitive(String name) {
        for (var word : lower(name).split("[^a-z]+", -1)) {
            if (SENSITIVE.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
