package io.countersign.governance.bias.engine;

import io.countersign.governance.shared.Sha256;
import java.util.List;
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
}
