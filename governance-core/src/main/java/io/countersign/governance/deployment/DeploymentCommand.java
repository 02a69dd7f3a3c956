package io.countersign.governance.deployment;

import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What a person, a pipeline or the product may ask of a deployment. */
public sealed interface DeploymentCommand extends Command {
    DeploymentId id();

    @Override
    @TargetAggregateIdentifier
    default SubjectRef stream() {
        return id().ref();
    }

    /**
     * @param artifactDigest of what is to run, as it was built; the gate compares it with the one
     *     that was signed off
     * @param comment for whoever decides, may be empty
     */
    record Request(
            DeploymentId id,
            ModelVersionId modelVersion,
            EnvironmentId environment,
            PlaceId place,
            Sha256 artifactDigest,
            String comment)
            implements DeploymentCommand {}

    /** Asks the gate; its answer is recorded where it is another than before, else counted. */
    record AskGate(DeploymentId id) implements DeploymentCommand {}

    /** States that it runs. The gate is asked again, and anything but a yes is a refusal. */
    record Activate(DeploymentId id) implements DeploymentCommand {}

    record Suspend(DeploymentId id, String reason) implements DeploymentCommand {}

    /** Lets it run again, if the gate still says yes. */
    record Resume(DeploymentId id) implements DeploymentCommand {}

    /** It was taken back; to run it again takes a new request. */
    record RollBack(DeploymentId id, String reason) implements DeploymentCommand {}

    /** It is over, or never came to be. Its history remains whole. */
    record Retire(DeploymentId id, String reason) implements DeploymentCommand {}
}
