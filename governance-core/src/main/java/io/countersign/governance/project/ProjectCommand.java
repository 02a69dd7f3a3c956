package io.countersign.governance.project;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What a person may ask of a project. */
public sealed interface ProjectCommand extends Command {
    ProjectId id();

    @Override
    @TargetAggregateIdentifier
    default SubjectRef stream() {
        return ref(id());
    }

    static SubjectRef ref(ProjectId id) {
        return new SubjectRef(SubjectKind.PROJECT, id.value());
    }

    /**
     * @param jurisdictions where its systems are used, such as {@code EU} or {@code US-NYC}
     */
    record Register(
            ProjectId id,
            String name,
            String businessProblem,
            String intendedPurpose,
            String ownerTeam,
            List<String> jurisdictions,
            RiskTier riskTier)
            implements ProjectCommand {}

    record Amend(
            ProjectId id,
            String name,
            String businessProblem,
            String intendedPurpose,
            String ownerTeam,
            List<String> jurisdictions,
            RiskTier riskTier)
            implements ProjectCommand {}

    /** Its history stays whole; nothing new can be registered in it. */
    record Retire(ProjectId id, String reason) implements ProjectCommand {}
}
