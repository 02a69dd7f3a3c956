package io.countersign.governance.risk;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has happened to a risk. */
public sealed interface RiskEvent {
    RiskId id();

    /**
     * @param level of the inherent rating, by the scale in force then
     * @param scaleVersion of {@code risk-scale.yml}
     * @param causeEventId of the fact that raised it, or null where a person did
     * @param measured what a later measurement must be of before it can be closed, or null
     */
    @EventName("risk.raised")
    record Raised(
            RiskId id,
            String title,
            String description,
            String category,
            List<SubjectRef> subjects,
            String harmed,
            Rating inherent,
            String level,
            int scaleVersion,
            @Nullable String causeEventId,
            @Nullable SubjectRef measured)
            implements RiskEvent {}

    /** The fact that raised it was found again while it was open. */
    @EventName("risk.recurred")
    record Recurred(RiskId id, String description, List<SubjectRef> subjects, String causeEventId)
            implements RiskEvent {}

    @EventName("risk.owner-assigned")
    record OwnerAssigned(RiskId id, UserId owner) implements RiskEvent {}

    @EventName("risk.inherent-rated")
    record InherentRated(
            RiskId id, Rating rating, String level, int scaleVersion, PersonalText reason)
            implements RiskEvent {}

    @EventName("risk.residual-rated")
    record ResidualRated(
            RiskId id, Rating rating, String level, int scaleVersion, PersonalText reason)
            implements RiskEvent {}

    @EventName("risk.treatment-planned")
    record TreatmentPlanned(
            RiskId id, Treatment treatment, String plan, UserId responsible, LocalDate due)
            implements RiskEvent {}

    @EventName("risk.review-scheduled")
    record ReviewScheduled(RiskId id, LocalDate on) implements RiskEvent {}

    /**
     * @param measurement the later measurement that allows it, or null where none was needed
     */
    @EventName("risk.closed")
    record Closed(RiskId id, PersonalText reason, @Nullable SubjectRef measurement)
            implements RiskEvent {}

    @EventName("risk.reopened")
    record Reopened(RiskId id, PersonalText reason, @Nullable String causeEventId)
            implements RiskEvent {}
}
