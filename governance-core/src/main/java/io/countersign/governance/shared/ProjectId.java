package io.countersign.governance.shared;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A project's key, such as {@code credit-scoring}: 2 to 40 characters of a-z, 0-9 and '-'. The ids
 * of its datasets and models begin with it.
 */
public record ProjectId(@JsonValue String value) implements Comparable<ProjectId> {
    @JsonCreator
    public ProjectId {
        if (!value.matches(Slug.PATTERN)) {
            throw CommandRefused.invalid("project", value, Slug.RULE);
        }
    }

    @Override
    public int compareTo(ProjectId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
