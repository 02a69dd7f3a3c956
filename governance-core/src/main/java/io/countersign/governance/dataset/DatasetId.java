package io.countersign.governance.dataset;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.regex.Pattern;

/** A dataset of a project: {@code credit.applications}. */
public record DatasetId(@JsonValue String value) implements Comparable<DatasetId> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN + "\\." + Slug.PATTERN);

    @JsonCreator
    public DatasetId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid(
                    "dataset", value, "write it as project.key; for each " + Slug.RULE);
        }
    }

    public static DatasetId of(ProjectId project, String key) {
        if (!key.matches(Slug.PATTERN)) {
            throw CommandRefused.invalid("key", key, Slug.RULE);
        }
        return new DatasetId(project + "." + key);
    }

    public ProjectId project() {
        return new ProjectId(value.substring(0, value.indexOf('.')));
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.DATASET, value);
    }

    @Override
    public int compareTo(DatasetId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
