package io.countersign.governance.risk;

import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a fact has changed for the better since it raised a risk; answered by whoever measures.
 */
@FunctionalInterface
public interface LaterMeasurement {
    /** A passing measurement of {@code measured} that was completed after {@code since}. */
    Optional<SubjectRef> passing(SubjectRef measured, Instant since);
}
