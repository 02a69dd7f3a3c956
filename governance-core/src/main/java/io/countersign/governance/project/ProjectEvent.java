package io.countersign.governance.project;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.UserId;
import java.util.List;

/** What has happened to a project. */
public sealed interface ProjectEvent {
    ProjectId id();

    /**
     * @param firstRequester who registered it, and by that holds the role requester in it
     */
    @EventName("project.registered")
    record Registered(
            ProjectId id,
            String name,
            String businessProblem,
            String intendedPurpose,
            String ownerTeam,
            List<String> jurisdictions,
            RiskTier riskTier,
            UserId firstRequester)
            implements ProjectEvent {}

    @EventName("project.amended")
    record Amended(
            ProjectId id,
            String name,
            String businessProblem,
            String intendedPurpose,
            String ownerTeam,
            List<String> jurisdictions,
            RiskTier riskTier)
            implements ProjectEvent {}

    @EventName("project.retired")
    record Retired(ProjectId id, PersonalText reason) implements ProjectEvent {}
}
