package io.countersign.governance.bias;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** One assessment of a model version: {@code credit.scorer@1.0/7f3k2a9d}. */
public record AssessmentId(@JsonValue String value) implements Comparable<AssessmentId> {
    private static final Pattern FORM = Pattern.compile(Slug.RANDOM_PATTERN);

    @JsonCreator
    public AssessmentId {
        var slash = value.indexOf('/');
        if (slash < 0 || !FORM.matcher(value.substring(slash + 1)).matches()) {
            throw CommandRefused.invalid(
                    "assessment",
                    value,
                    "copy it from the assessment, such as credit.scorer@1.0/7f3k2a9d");
        }
        var unused = new ModelVersionId(value.substring(0, slash));
    }

    /** A new one; the caller makes it, so that a command sent twice is one command. */
    public static AssessmentId random(ModelVersionId modelVersion, RandomGenerator random) {
        return new AssessmentId(modelVersion + "/" + Slug.random(random));
    }

    public ModelVersionId modelVersion() {
        return new ModelVersionId(value.substring(0, value.indexOf('/')));
    }

    public ProjectId project() {
        return modelVersion().project();
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.ASSESSMENT, value);
    }

    @Override
    public int compareTo(AssessmentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
