package io.countersign.governance.risk;

import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A risk as its events have left it.
 *
 * @param inherent null where there is no such risk
 * @param residual null until it was rated after treatment
 * @param responsible for the planned treatment
 * @param facts ids of the events that raised it, the first and each recurrence
 * @param factAt when the fact that raised it was last found
 */
public record RiskState(
        @Nullable Rating inherent,
        @Nullable Rating residual,
        List<SubjectRef> subjects,
        @Nullable UserId owner,
        @Nullable UserId responsible,
        @Nullable SubjectRef measured,
        List<String> facts,
        @Nullable Instant factAt,
        boolean open) {
    public static final RiskState NONE =
            new RiskState(null, null, List.of(), null, null, null, List.of(), null, false);

    public boolean exists() {
        return inherent != null;
    }

    /** What counts now: the residual rating once there is one, until then the inherent. */
    public Rating current() {
        return residual != null ? residual : Objects.requireNonNull(inherent);
    }

    public RiskState evolve(RiskEvent event, Instant at) {
        return switch (event) {
            case RiskEvent.Raised e ->
                    new RiskState(
                            e.inherent(),
                            null,
                            e.subjects(),
                            null,
                            null,
                            e.measured(),
                            e.causeEventId() == null ? List.of() : List.of(e.causeEventId()),
                            at,
                            true);
            case RiskEvent.Recurred e ->
                    new RiskState(
                            inherent,
                            residual,
                            Stream.concat(subjects.stream(), e.subjects().stream())
                                    .distinct()
                                    .toList(),
                            owner,
                            responsible,
                            measured,
                            Stream.concat(facts.stream(), Stream.of(e.causeEventId())).toList(),
                            at,
                            true);
            case RiskEvent.OwnerAssigned e ->
                    new RiskState(
                            inherent,
                            residual,
                            subjects,
                            e.owner(),
                            responsible,
                            measured,
                            facts,
                            factAt,
                            open);
            case RiskEvent.InherentRated e ->
                    new RiskState(
                            e.rating(),
                            residual,
                            subjects,
                            owner,
                            responsible,
                            measured,
                            facts,
                            factAt,
                            open);
            case RiskEvent.ResidualRated e ->
                    new RiskState(
                            inherent,
                            e.rating(),
                            subjects,
                            owner,
                            responsible,
                            measured,
                            facts,
                            factAt,
                            open);
            case RiskEvent.TreatmentPlanned e ->
                    new RiskState(
                            inherent,
                            residual,
                            subjects,
                            owner,
                            e.responsible(),
                            measured,
                            facts,
                            factAt,
                            open);
            case RiskEvent.ReviewScheduled _ -> this;
            case RiskEvent.Closed _ -> withOpen(false);
            case RiskEvent.Reopened _ -> withOpen(true);
        };
    }

    private RiskState withOpen(boolean now) {
        return new RiskState(
                inherent, residual, subjects, owner, responsible, measured, facts, factAt, now);
    }
}
