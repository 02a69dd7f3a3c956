package io.countersign.governance.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.regex.Pattern;

/** A model of a project: {@code credit.scorer}. */
public record ModelId(@JsonValue String value) implements Comparable<ModelId> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN + "\\." + Slug.PATTERN);

    @JsonCreator
    public ModelId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid(
                    "model", value, "write it as project.key; for each " + Slug.RULE);
        }
    }

    public static ModelId of(ProjectId project, String key) {
        if (!key.matches(Slug.PATTERN)) {
            throw CommandRefused.invalid("key", key, Slug.RULE);
        }
        return new ModelId(project + "." + key);
    }

    public ProjectId project() {
        return new ProjectId(value.substring(0, value.indexOf('.')));
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.MODEL, value);
    }

    @Override
    public int compareTo(ModelId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
