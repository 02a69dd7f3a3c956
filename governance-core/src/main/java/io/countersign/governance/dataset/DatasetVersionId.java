package io.countersign.governance.dataset;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.regex.Pattern;

/** One immutable version of a dataset: {@code credit.applications@1.0}. */
public record DatasetVersionId(@JsonValue String value) implements Comparable<DatasetVersionId> {
    private static final Pattern FORM =
            Pattern.compile(Slug.PATTERN + "\\." + Slug.PATTERN + "@" + Slug.VERSION_PATTERN);

    @JsonCreator
    public DatasetVersionId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid(
                    "dataset version", value, "write it as project.key@version");
        }
    }

    public static DatasetVersionId of(DatasetId dataset, String version) {
        if (!version.matches(Slug.VERSION_PATTERN)) {
            throw CommandRefused.invalid("version", version, Slug.VERSION_RULE);
        }
        return new DatasetVersionId(dataset + "@" + version);
    }

    public DatasetId dataset() {
        return new DatasetId(value.substring(0, value.indexOf('@')));
    }

    public String version() {
        return value.substring(value.indexOf('@') + 1);
    }

    public ProjectId project() {
        return dataset().project();
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.DATASET_VERSION, value);
    }

    @Override
    public int compareTo(DatasetVersionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
