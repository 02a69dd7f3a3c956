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

    /** The rules decided the risk tier from the answers; an override ends with it. */
    @EventName("project.intake-answered")
    record IntakeAnswered(ProjectId id, IntakeResult result) implements ProjectEvent {}

    @EventName("project.tier-override-requested")
    record TierOverrideRequested(ProjectId id, TierOverride override) implements ProjectEvent {}

    /**
     * From now on the project has another tier than the rules decided.
     *
     * @param number of the request that was signed
     */
    @EventName("project.tier-overridden")
    record TierOverridden(ProjectId id, int number, RiskTier tier, TierOverride.Signature signature)
            implements ProjectEvent {}

    /**
     * The tier stays as it is.
     *
     * @param number of the request that was refused
     */
    @EventName("project.tier-override-refused")
    record TierOverrideRefused(ProjectId id, int number, TierOverride.Signature signature)
            implements ProjectEvent {}

    /**
     * A later intake has taken its place.
     *
     * @param tier the one it set or would have set
     * @param wasInForce or only asked for
     */
    @EventName("project.tier-override-ended")
    record TierOverrideEnded(ProjectId id, int number, RiskTier tier, boolean wasInForce)
            implements ProjectEvent {}

    @EventName("project.retired")
    record Retired(ProjectId id, PersonalText reason) implements ProjectEvent {}
}
