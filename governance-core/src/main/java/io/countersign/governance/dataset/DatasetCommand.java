package io.countersign.governance.dataset;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What a person may ask of a dataset or of one of its versions. */
public sealed interface DatasetCommand extends Command {
    @Override
    @TargetAggregateIdentifier
    SubjectRef stream();

    /** A dataset; its versions follow. The one who registers it owns it. */
    record Register(DatasetId id, String name, String description) implements DatasetCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }

    /**
     * @param location where the content is, as a person would look for it
     * @param sha256 of the content
     * @param sources the dataset versions it was made from
     */
    record RegisterVersion(
            DatasetVersionId id,
            String location,
            Sha256 sha256,
            String schemaSummary,
            Datasheet datasheet,
            String licence,
            String legalBasis,
            List<String> sensitiveAttributes,
            List<DatasetVersionId> sources)
            implements DatasetCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }

    /** Completes the datasheet of a version; its content stays what it is. */
    record WriteDatasheet(DatasetVersionId id, Datasheet datasheet) implements DatasetCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }

    /** States a source that was not named when the version was registered. */
    record RecordSource(DatasetVersionId id, DatasetVersionId source) implements DatasetCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }

    record RetireVersion(DatasetVersionId id, String reason) implements DatasetCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }
}
