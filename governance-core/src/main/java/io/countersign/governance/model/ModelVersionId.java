package io.countersign.governance.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.regex.Pattern;

/** One immutable version of a model: {@code credit.scorer@1.0}. */
public record ModelVersionId(@JsonValue String value) implements Comparable<ModelVersionId> {
    private static final Pattern FORM =
            Pattern.compile(Slug.PATTERN + "\\." + Slug.PATTERN + "@" + Slug.VERSION_PATTERN);

    @JsonCreator
    public ModelVersionId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid("model version", value, "write it as project.key@version");
        }
    }

    public static ModelVersionId of(ModelId model, String version) {
        if (!version.matches(Slug.VERSION_PATTERN)) {
            throw CommandRefused.invalid("version", version, Slug.VERSION_RULE);
        }
        return new ModelVersionId(model + "@" + version);
    }

    public ModelId model() {
        return new ModelId(value.substring(0, value.indexOf('@')));
    }

    public String version() {
        return value.substring(value.indexOf('@') + 1);
    }

    public ProjectId project() {
        return model().project();
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.MODEL_VERSION, value);
    }

    @Override
    public int compareTo(ModelVersionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
