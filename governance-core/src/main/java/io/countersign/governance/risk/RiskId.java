package io.countersign.governance.risk;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.UUID;
import java.util.regex.Pattern;

/** A risk of a project: {@code credit.r-7f3k2a9d}. */
public record RiskId(@JsonValue String value) implements Comparable<RiskId> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN + "\\.r-[a-z0-9]{8}");

    @JsonCreator
    public RiskId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid("risk", value, "write it as project.r-xxxxxxxx");
        }
    }

    public static RiskId random(ProjectId project) {
        return caused(project, UUID.randomUUID().toString());
    }

    /** Always the same for the same cause, so that one cause raises one risk. */
    public static RiskId caused(ProjectId project, String cause) {
        return new RiskId(project + ".r-" + Sha256.of(cause).hex().substring(0, 8));
    }

    public ProjectId project() {
        return new ProjectId(value.substring(0, value.indexOf('.')));
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.RISK, value);
    }

    @Override
    public int compareTo(RiskId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
