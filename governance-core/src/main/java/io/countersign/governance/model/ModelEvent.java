package io.countersign.governance.model;

import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.util.List;

/** What has happened to a model or to one of its versions. */
public sealed interface ModelEvent {
    @EventName("model.registered")
    record Registered(ModelId id, String name, String description, UserId owner)
            implements ModelEvent {}

    /** The events of one version; each version is a stream of its own. */
    sealed interface OfVersion extends ModelEvent {
        ModelVersionId id();
    }

    /**
     * @param developer who registered this version and may not sign it off
     */
    @EventName("model.version-registered")
    record VersionRegistered(
            ModelVersionId id,
            Sha256 artifactDigest,
            String codeCommit,
            List<DatasetVersionId> trainingDatasets,
            List<DatasetVersionId> testDatasets,
            List<ModelMetric> metrics,
            ModelCard modelCard,
            String limitations,
            UserId developer)
            implements OfVersion {}

    @EventName("model.card-written")
    record CardWritten(ModelVersionId id, ModelCard modelCard) implements OfVersion {}

    @EventName("model.version-retired")
    record VersionRetired(ModelVersionId id, PersonalText reason) implements OfVersion {}
}
