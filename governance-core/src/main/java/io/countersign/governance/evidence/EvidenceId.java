package io.countersign.governance.evidence;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.Slug;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.Set;
import java.util.regex.Pattern;

/** A file attached to one subject: {@code credit.3f2a91c07be4}. */
public record EvidenceId(@JsonValue String value) implements Comparable<EvidenceId> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN + "\\.[0-9a-f]{12}");

    private static final Set<SubjectKind> KINDS =
            Set.of(
                    SubjectKind.PROJECT,
                    SubjectKind.DATASET,
                    SubjectKind.DATASET_VERSION,
                    SubjectKind.MODEL,
                    SubjectKind.MODEL_VERSION,
                    SubjectKind.ASSESSMENT,
                    SubjectKind.DEPLOYMENT,
                    SubjectKind.RISK,
                    SubjectKind.WAIVER,
                    SubjectKind.PLACE);

    @JsonCreator
    public EvidenceId {
        if (!FORM.matcher(value).matches()) {
            throw CommandRefused.invalid(
                    "evidence", value, "write it as project.xxxxxxxxxxxx, twelve hex digits");
        }
    }

    /** Always the same for the same content and subject, so that nothing is attached twice. */
    public static EvidenceId of(SubjectRef subject, Sha256 digest) {
        return new EvidenceId(
                projectOf(subject) + "." + Sha256.of(subject + "\n" + digest.hex()).brief());
    }

    /**
     * The project of what evidence can go with.
     *
     * @throws CommandRefused {@code input.invalid} for other kinds of subjects
     */
    public static ProjectId projectOf(SubjectRef subject) {
        var dot = subject.id().indexOf('.');
        var project = subject.kind() == SubjectKind.PROJECT;
        if (!KINDS.contains(subject.kind()) || (!project && dot < 0)) {
            throw CommandRefused.invalid(
                    "subject",
                    subject.toString(),
                    "evidence goes with a project, dataset, model, assessment, deployment, risk or"
                            + " place");
        }
        return new ProjectId(project ? subject.id() : subject.id().substring(0, dot));
    }

    public ProjectId project() {
        return new ProjectId(value.substring(0, value.indexOf('.')));
    }

    public SubjectRef ref() {
        return new SubjectRef(SubjectKind.EVIDENCE, value);
    }

    @Override
    public int compareTo(EvidenceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
