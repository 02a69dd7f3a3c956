package io.countersign.governance.bias.engine;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a prediction log looks like, for the person who maps its columns. Texts are cut at 200
 * characters.
 *
 * @param rows in the whole file
 * @param sampled rows that the values were counted in, from the first
 * @param firstRows at most ten, null where a cell is empty
 */
public record Inspection(
        Sha256 content,
        long rows,
        long sampled,
        List<Column> columns,
        List<List<@Nullable String>> firstRows,
        Suggestion suggestion) {
    /** The length texts are cut at. */
    static final int TEXT = 200;

    static final int FIRST_ROWS = 10;
    static final int VALUES = 50;

    /**
     * @param values the most frequent first, at most 50
     * @param more whether there are others
     * @param empty sampled rows where the cell is empty
     * @param numeric whether every value is a finite number
     */
    public record Column(
            String name, List<Value> values, boolean more, long empty, boolean numeric) {}

    public record Value(String value, long rows) {}

    /**
     * Refuses a mapping that cannot read this log, as far as can be seen here: the assessment
     * itself looks at every row.
     *
     * @throws CommandRefused {@code bias.missing-columns} or {@code bias.unlisted-values}, as the
     *     assessment would
     */
    public void requireReadBy(ColumnMapping mapping) {
        requireColumns(columns.stream().map(Column::name).toList(), mapping);
        if (mapping.unlisted() == ColumnMapping.Unlisted.REFUSE) {
            if (mapping.prediction().reading() instanceof ColumnMapping.Classes classes) {
                requireListed(
                        "prediction",
                        mapping.prediction().column(),
                        classes.positive(),
                        classes.negative(),
                        mapping.missing());
            }
            var label = mapping.label();
            if (label != null) {
                requireListed(
                        "label",
                        label.column(),
                        label.positive(),
                        label.negative(),
                        mapping.missing());
            }
        }
    }

    private void requireListed(
            String field,
            String column,
            List<String> positive,
            List<String> negative,
            List<String> missing) {
        var unlisted = new LinkedHashMap<String, Long>();
        columns.stream()
                .filter(c -> c.name().equals(column))
                .flatMap(c -> c.values().stream())
                .filter(v -> v.value().length() < TEXT) // one that was cut may be listed whole
                .filter(v ->
                        Stream.of(positive, negative, missing)
                                .noneMatch(list -> list.contains(v.value())))
                .forEach(v -> unlisted.put(v.value(), v.rows()));
        if (!unlisted.isEmpty()) {
            throw unlisted(field, column, unlisted, unlisted.size() >= VALUES);
        }
    }

    static void requireColumns(List<String> there, ColumnMapping mapping) {
        var wanted = new ArrayList<>(mapping.attributes());
        wanted.add(mapping.prediction().column());
        var label = mapping.label();
        if (label != null) {
            wanted.add(label.column());
        }
        var absent = wanted.stream().filter(name -> !there.contains(name)).toList();
        if (!absent.isEmpty()) {
            var named = there.stream().limit(100).toList();
            throw new CommandRefused(
                    CsvFile.refused(
                                    "missing-columns",
                                    "The file has no column '"
                                            + String.join("', '", absent)
                                            + "'. Its columns are: "
                                            + String.join(", ", named)
                                            + (there.size() > named.size() ? ", …" : "")
                                            + ".")
                            .refusal()
                            .with("missing", absent)
                            .with("columns", named));
        }
    }

    static CommandRefused unlisted(
            String field, String column, Map<String, Long> values, boolean more) {
        var shown =
                values.entrySet().stream()
                        .map(e -> "'" + e.getKey() + "' (" + e.getValue() + " rows)")
                        .collect(Collectors.joining(", "));
        return new CommandRefused(
                Refusal.invalid(
                                "bias.unlisted-values",
                                "The "
                                        + field
                                        + " column '"
                                        + column
                                        + "' holds values that the mapping does not read as"
                                        + " positive or negative: "
                                        + shown
                                        + (more ? ", …" : "")
                                        + ". List them, or have them counted as unknown.")
                        .with("field", field)
                        .with("column", column)
                        .with("values", values));
    }
}
