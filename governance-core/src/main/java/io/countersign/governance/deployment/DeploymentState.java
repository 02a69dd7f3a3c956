package io.countersign.governance.deployment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as its events have left it.
 *
 * @param requested null where there is no such deployment
 * @param gate the answer on record, null before the first
 */
public record DeploymentState(
        DeploymentEvent.@Nullable Requested requested,
        DeploymentStatus status,
        DeploymentEvent.@Nullable GateChanged gate) {
    public static final DeploymentState NONE =
            new DeploymentState(null, DeploymentStatus.REQUESTED, null);

    public DeploymentState evolve(DeploymentEvent event, Instant at) {
        return switch (event) {
            case DeploymentEvent.Requested e ->
                    new DeploymentState(e, DeploymentStatus.REQUESTED, null);
            case DeploymentEvent.GateChanged e -> new DeploymentState(requested, status, e);
            case DeploymentEvent.Activated _ -> with(DeploymentStatus.ACTIVE);
            case DeploymentEvent.Suspended _ -> with(DeploymentStatus.SUSPENDED);
            case DeploymentEvent.Resumed _ -> with(DeploymentStatus.ACTIVE);
            case DeploymentEvent.RolledBack _ -> with(DeploymentStatus.ROLLED_BACK);
            case DeploymentEvent.Retired _ -> with(DeploymentStatus.RETIRED);
        };
    }

    /** Whether the answer on record is a yes; it may have changed since. */
    public boolean open() {
        return gate != null && gate.gate() == DeploymentEvent.GateChanged.Gate.OPEN;
    }

    private DeploymentState with(DeploymentStatus next) {
        return new DeploymentState(requested, next, gate);
    }
}
