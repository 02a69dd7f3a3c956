package io.countersign.governance.place;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.regex.Pattern;

/** An environment's key, such as {@code production}; the same for all projects. */
public record EnvironmentId(@JsonValue String value) implements Comparable<EnvironmentId> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN);

    @JsonCreator
    public EnvironmentId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid("environment", value, Slug.RULE);
        }
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.ENVIRONMENT, value);
    }

    @Override
    public int compareTo(EnvironmentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
