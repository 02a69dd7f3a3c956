package io.countersign.governance.automation;

import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.Assessments;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.risk.LaterMeasurement;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** A model is measured by the assessments of its versions. */
@Component
class LaterAssessment implements LaterMeasurement {
    private final Assessments assessments;

    LaterAssessment(Assessments assessments) {
        this.assessments = assessments;
    }

    @Override
    public Optional<SubjectRef> passing(SubjectRef measured, Instant since) {
        return measured.kind() == SubjectKind.MODEL
                ? assessments.passedSince(new ModelId(measured.id()), since).map(AssessmentId::ref)
                : Optional.empty();
    }
}
