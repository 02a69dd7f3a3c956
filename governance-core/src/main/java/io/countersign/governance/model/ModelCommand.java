package io.countersign.governance.model;

import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What a person may ask of a model or of one of its versions. */
public sealed interface ModelCommand extends Command {
    @Override
    @TargetAggregateIdentifier
    SubjectRef stream();

    /** A model; its versions follow. The one who registers it owns it. */
    record Register(ModelId id, String name, String description) implements ModelCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }

    /**
     * The one who registers it is its developer.
     *
     * @param artifactDigest of what would be deployed, byte for byte
     * @param codeCommit the Git commit it was built from, 7 to 64 hex digits
     */
    record RegisterVersion(
            ModelVersionId id,
            Sha256 artifactDigest,
            String codeCommit,
            List<DatasetVersionId> trainingDatasets,
            List<DatasetVersionId> testDatasets,
            List<ModelMetric> metrics,
            ModelCard modelCard,
            String limitations)
            implements ModelCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }

    /** Completes the model card of a version; the artifact stays what it is. */
    record WriteModelCard(ModelVersionId id, ModelCard modelCard) implements ModelCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }

    record RetireVersion(ModelVersionId id, String reason) implements ModelCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }
}
