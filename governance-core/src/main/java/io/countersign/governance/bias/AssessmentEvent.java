package io.countersign.governance.bias;

import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.bias.engine.Verdict;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has happened in an assessment. */
public sealed interface AssessmentEvent {
    AssessmentId id();

    /**
     * Everything the result will be bound to.
     *
     * @param artifactDigest of the model version
     * @param method the engine's
     */
    @EventName("bias.assessment-started")
    record Started(
            AssessmentId id,
            ModelVersionId modelVersion,
            Sha256 artifactDigest,
            @Nullable DatasetVersionId datasetVersion,
            Sha256 file,
            String fileName,
            ColumnMapping mapping,
            PinnedRules rules,
            String method,
            UserId startedBy)
            implements AssessmentEvent {}

    /**
     * @param failures none unless the verdict is fail
     * @param result of groups below the minimum size only their size
     */
    @EventName("bias.assessment-completed")
    record Completed(
            AssessmentId id,
            ModelVersionId modelVersion,
            Verdict verdict,
            List<Failure> failures,
            AssessmentResult result)
            implements AssessmentEvent {}

    /**
     * @param code stable and dotted
     * @param problem sealed for who started it, since it may quote the file
     */
    @EventName("bias.assessment-failed")
    record Failed(AssessmentId id, ModelVersionId modelVersion, String code, PersonalText problem)
            implements AssessmentEvent {}

    @EventName("bias.assessment-cancelled")
    record Cancelled(AssessmentId id, ModelVersionId modelVersion, UserId by)
            implements AssessmentEvent {}
}
