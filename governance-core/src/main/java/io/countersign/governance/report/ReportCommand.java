package io.countersign.governance.report;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What may be asked of a report. Whoever has a role in the project may, an auditor too. */
public sealed interface ReportCommand extends Command {
    ReportId id();

    @Override
    @TargetAggregateIdentifier
    default SubjectRef stream() {
        return id().ref();
    }

    /**
     * Which report, and what it amounts to.
     *
     * @param template with its version, such as {@code bias-and-risk/1}
     * @param position of the ledger
     * @param sha256 of its canonical data
     */
    record Made(
            ProjectId project, String template, SubjectRef subject, long position, Sha256 sha256) {
        public ReportId id() {
            return ReportId.of(project, template, subject, position);
        }
    }

    /** Puts it on record; nothing happens where it is. */
    record Issue(Made made, ReportFormat format) implements ReportCommand {
        @Override
        public ReportId id() {
            return made.id();
        }
    }

    /** Records that somebody took it along, and issues it where nobody has. */
    record HandOut(Made made, ReportFormat format) implements ReportCommand {
        @Override
        public ReportId id() {
            return made.id();
        }
    }

    /**
     * Records that it was made again.
     *
     * @param found digest of the data made again
     */
    record Verify(ReportId id, Sha256 found) implements ReportCommand {}
}
