package io.countersign.governance.risk;

import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a fact has changed for the better since it raised a risk; answered by whoever measures.
 */
@FunctionalInterface
public interface LaterMeasurement {
    /**
     * What there is.
     *
     * @param passing a measurement that allows the closing, or null
     * @param missing which one would, and why what there is does not; empty where one passes
     */
    record Later(@Nullable SubjectRef passing, String missing) {
        public static Later passed(SubjectRef by) {
            return new Later(by, "");
        }

        public static Later missing(String what) {
            return new Later(null, what);
        }
    }

    /**
     * Inside a command: a measurement of {@code measured}, completed after {@code since}, that
     * passes what the facts say was failed.
     *
     * @param facts ids of the events that raised the risk
     */
    Later later(SubjectRef measured, List<String> facts, Instant since);
}
