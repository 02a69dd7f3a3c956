package io.countersign.governance.bias.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many rows share one prediction, one label and one value of every attribute.
 *
 * @param group one value per attribute, in the mapping's order; null where missing
 * @param rows 1 or more
 */
public record Cell(Outcome prediction, Outcome label, List<@Nullable String> group, long rows) {
    /** How a prediction or label was read. */
    public enum Outcome {
        POSITIVE,
        NEGATIVE,
        /** Empty, or a text the mapping lists as missing; every label, where there is no column. */
        MISSING,
        /** On neither list, or a score that is no finite number. */
        UNLISTED
    }
}
