package io.countersign.governance.deployment;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has happened to a deployment. */
public sealed interface DeploymentEvent {
    DeploymentId id();

    /**
     * @param production whether the environment counts as production
     */
    @EventName("deployment.requested")
    record Requested(
            DeploymentId id,
            ModelVersionId modelVersion,
            EnvironmentId environment,
            boolean production,
            PlaceId place,
            PlaceKind placeKind,
            Sha256 artifactDigest,
            UserId requester,
            @Nullable PersonalText comment)
            implements DeploymentEvent {}

    /** The gate answers otherwise than before; before its first answer it is closed. */
    @EventName("deployment.gate-changed")
    record GateChanged(DeploymentId id, Gate gate, List<String> reasons, List<GateResult> gates)
            implements DeploymentEvent {
        public enum Gate {
            OPEN,
            CLOSED
        }
    }

    /**
     * @param gates each as it was answered at that moment
     */
    @EventName("deployment.activated")
    record Activated(DeploymentId id, UserId by, List<GateResult> gates)
            implements DeploymentEvent {}

    @EventName("deployment.suspended")
    record Suspended(DeploymentId id, UserId by, PersonalText reason) implements DeploymentEvent {}

    @EventName("deployment.resumed")
    record Resumed(DeploymentId id, UserId by, List<GateResult> gates) implements DeploymentEvent {}

    @EventName("deployment.rolled-back")
    record RolledBack(DeploymentId id, UserId by, PersonalText reason) implements DeploymentEvent {}

    @EventName("deployment.retired")
    record Retired(DeploymentId id, UserId by, PersonalText reason) implements DeploymentEvent {}
}
