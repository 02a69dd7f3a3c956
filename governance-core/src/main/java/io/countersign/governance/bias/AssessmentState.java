package io.countersign.governance.bias;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An assessment as its events have left it.
 *
 * @param started null where there is no such assessment
 * @param completed null unless it is
 */
public record AssessmentState(
        AssessmentEvent.@Nullable Started started,
        AssessmentStatus status,
        AssessmentEvent.@Nullable Completed completed) {
    public static final AssessmentState NONE =
            new AssessmentState(null, AssessmentStatus.RUNNING, null);

    public AssessmentState evolve(AssessmentEvent event, Instant at) {
        return switch (event) {
            case AssessmentEvent.Started e ->
                    new AssessmentState(e, AssessmentStatus.RUNNING, null);
            case AssessmentEvent.Completed e ->
                    new AssessmentState(started, AssessmentStatus.COMPLETED, e);
            case AssessmentEvent.Failed _ ->
                    new AssessmentState(started, AssessmentStatus.FAILED, null);
            case AssessmentEvent.Cancelled _ ->
                    new AssessmentState(started, AssessmentStatus.CANCELLED, null);
        };
    }
}
