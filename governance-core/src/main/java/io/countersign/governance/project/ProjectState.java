package io.countersign.governance.project;

import io.countersign.governance.shared.ProjectId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A project as its events have left it.
 *
 * @param id null where there is no such project
 * @param riskTier the one in force
 * @param intake the latest, or null where none was answered
 * @param overrides how many were asked for, ever
 * @param asked the override that waits for its second signature, or null
 * @param overriding the override in force, or null
 */
public record ProjectState(
        @Nullable ProjectId id,
        RiskTier riskTier,
        List<String> jurisdictions,
        boolean retired,
        @Nullable IntakeResult intake,
        int overrides,
        @Nullable TierOverride asked,
        @Nullable TierOverride overriding) {
    public static final ProjectState NONE =
            new ProjectState(null, RiskTier.HIGH, List.of(), false, null, 0, null, null);

    /** Where {@link #riskTier} comes from. */
    public TierOrigin origin() {
        return intake == null
                ? TierOrigin.DECLARED
                : overriding == null ? TierOrigin.DERIVED : TierOrigin.OVERRIDDEN;
    }

    public ProjectState evolve(ProjectEvent event, Instant at) {
        return switch (event) {
            case ProjectEvent.Registered e ->
                    new ProjectState(
                            e.id(), e.riskTier(), e.jurisdictions(), false, null, 0, null, null);
            case ProjectEvent.Amended e ->
                    new ProjectState(
                            id,
                            intake == null ? e.riskTier() : riskTier,
                            e.jurisdictions(),
                            retired,
                            intake,
                            overrides,
                            asked,
                            overriding);
            case ProjectEvent.IntakeAnswered e ->
                    tier(e.result().tier(), e.result(), overrides, null, null);
            case ProjectEvent.TierOverrideRequested e ->
                    tier(riskTier, intake, e.override().number(), e.override(), overriding);
            case ProjectEvent.TierOverridden e -> tier(e.tier(), intake, overrides, null, asked);
            case ProjectEvent.TierOverrideRefused _ ->
                    tier(riskTier, intake, overrides, null, overriding);
            // the intake before it has ended it already
            case ProjectEvent.TierOverrideEnded _ -> this;
            case ProjectEvent.Retired _ ->
                    new ProjectState(
                            id,
                            riskTier,
                            jurisdictions,
                            true,
                            intake,
                            overrides,
                            asked,
                            overriding);
        };
    }

    private ProjectState tier(
            RiskTier tier,
            @Nullable IntakeResult result,
            int number,
            @Nullable TierOverride waiting,
            @Nullable TierOverride inForce) {
        return new ProjectState(id, tier, jurisdictions, retired, result, number, waiting, inForce);
    }
}
