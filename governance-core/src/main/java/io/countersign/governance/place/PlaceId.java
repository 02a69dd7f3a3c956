package io.countersign.governance.place;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.regex.Pattern;

/** An application, service or pipeline of a project: {@code credit.loan-desk}. */
public record PlaceId(@JsonValue String value) implements Comparable<PlaceId> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN + "\\." + Slug.PATTERN);

    @JsonCreator
    public PlaceId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid(
                    "place", value, "write it as project.key; for each " + Slug.RULE);
        }
    }

    public static PlaceId of(ProjectId project, String key) {
        if (!key.matches(Slug.PATTERN)) {
            throw CommandRefused.invalid("key", key, Slug.RULE);
        }
        return new PlaceId(project + "." + key);
    }

    public ProjectId project() {
        return new ProjectId(value.substring(0, value.indexOf('.')));
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.PLACE, value);
    }

    @Override
    public int compareTo(PlaceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
