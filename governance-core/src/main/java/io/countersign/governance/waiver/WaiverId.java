package io.countersign.governance.waiver;

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

/** A waiver of a project: {@code credit.w-7f3k2a9d}. */
public record WaiverId(@JsonValue String value) implements Comparable<WaiverId> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN + "\\.w-[a-z0-9]{8}");

    @JsonCreator
    public WaiverId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid("waiver", value, "write it as project.w-xxxxxxxx");
        }
    }

    public static WaiverId random(ProjectId project) {
        return caused(project, UUID.randomUUID().toString());
    }

    /** Always the same for the same cause, so that asking twice under one key makes one waiver. */
    public static WaiverId caused(ProjectId project, String cause) {
        return new WaiverId(project + ".w-" + Sha256.of(cause).hex().substring(0, 8));
    }

    public ProjectId project() {
        return new ProjectId(value.substring(0, value.indexOf('.')));
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.WAIVER, value);
    }

    @Override
    public int compareTo(WaiverId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
