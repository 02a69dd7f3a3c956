package io.countersign.governance.bias;

import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What a person, or the job that runs it, may ask of an assessment. */
public sealed interface AssessmentCommand extends Command {
    AssessmentId id();

    @Override
    @TargetAggregateIdentifier
    default SubjectRef stream() {
        return id().ref();
    }

    /**
     * Fixes what is assessed and the limits, before anything is computed.
     *
     * @param datasetVersion what the predictions were made on, or null where it is not registered
     * @param file the prediction log, in the evidence store
     * @param fileName as it was uploaded, for people
     * @param rules the name of a rule set
     */
    record Start(
            AssessmentId id,
            @Nullable DatasetVersionId datasetVersion,
            Sha256 file,
            String fileName,
            ColumnMapping mapping,
            String rules)
            implements AssessmentCommand {}

    /** The product's own: what the engine found. */
    record Complete(AssessmentId id, AssessmentResult result) implements AssessmentCommand {}

    /** The product's own: why the engine could not finish. */
    record Fail(AssessmentId id, Refusal problem) implements AssessmentCommand {}

    record Cancel(AssessmentId id) implements AssessmentCommand {}
}
