package io.countersign.governance.bias.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The groups of one attribute, or of a pair.
 *
 * @param attributes one name, or two
 * @param reference the group with the highest favourable rate among the eligible, the first by name
 *     among equals; null when there is none or nothing to compare with it
 * @param groups every group there is, by value, missing last
 */
public record AttributeResult(
        List<String> attributes, @Nullable List<String> reference, List<GroupResult> groups) {
    public AttributeResult {
        attributes = List.copyOf(attributes);
        groups = List.copyOf(groups);
    }

    /** {@code sex}, or {@code sex x race}. */
    public String name() {
        return String.join(" x ", attributes);
    }
}
