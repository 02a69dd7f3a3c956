package io.countersign.governance.report;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.regex.Pattern;

/**
 * One report: {@code credit.rp-0f3a9c1b2d4e5f60}. Template, subject and position make it, so that
 * the same report has the same id whoever asks for it.
 */
public record ReportId(@JsonValue String value) implements Comparable<ReportId> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN + "\\.rp-[0-9a-f]{16}");

    @JsonCreator
    public ReportId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid(
                    "report", value, "copy it from the list of reports: project.rp-xxxxxxxx");
        }
    }

    /**
     * @param template with its version, such as {@code bias-and-risk/1}
     */
    public static ReportId of(
            ProjectId project, String template, SubjectRef subject, long position) {
        return new ReportId(
                project
                        + ".rp-"
                        + Sha256.of(template + "\n" + subject + "\n" + position)
                                .hex()
                                .substring(0, 16));
    }

    public ProjectId project() {
        return new ProjectId(value.substring(0, value.indexOf('.')));
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.REPORT, value);
    }

    @Override
    public int compareTo(ReportId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
