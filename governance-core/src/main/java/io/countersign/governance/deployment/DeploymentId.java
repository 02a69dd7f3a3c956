package io.countersign.governance.deployment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** One request to run a model version somewhere: {@code credit.d-7f3k2a9d}. */
public record DeploymentId(@JsonValue String value) implements Comparable<DeploymentId> {
    private static final Pattern FORM =
            Pattern.compile(Slug.PATTERN + "\\.d-" + Slug.RANDOM_PATTERN);

    @JsonCreator
    public DeploymentId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid(
                    "deployment", value, "copy it from the deployment, such as credit.d-7f3k2a9d");
        }
    }

    /** A new one; the caller makes it, so that a command sent twice is one command. */
    public static DeploymentId random(ProjectId project, RandomGenerator random) {
        return new DeploymentId(project + ".d-" + Slug.random(random));
    }

    public ProjectId project() {
        return new ProjectId(value.substring(0, value.indexOf('.')));
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.DEPLOYMENT, value);
    }

    @Override
    public int compareTo(DeploymentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
