package io.countersign.governance.shared;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A project's key, such as {@code credit-scoring}: 2 to 40 characters of a-z, 0-9 and '-'. The ids
 * of its datasets and models begin with it.
 */
public record ProjectId(@JsonValue String value) implements Comparable<ProjectId> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN);

    @JsonCreator
    public ProjectId {
        if (!FORM.matcher(value).matches()) {
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
