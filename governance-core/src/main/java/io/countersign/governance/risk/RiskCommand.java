package io.countersign.governance.risk;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.LocalDate;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What may be asked of a risk. */
public sealed interface RiskCommand extends Command {
    RiskId id();

    @Override
    @TargetAggregateIdentifier
    default SubjectRef stream() {
        return id().ref();
    }

    /**
     * @param description as cause, event and consequence
     * @param subjects what it is about: projects, datasets, models, versions, deployments
     * @param harmed who would be harmed
     * @param inherent before anything is done about it
     */
    record Raise(
            RiskId id,
            String title,
            String description,
            String category,
            List<SubjectRef> subjects,
            String harmed,
            Rating inherent)
            implements RiskCommand {}

    /**
     * The product found a fact that policy calls a risk: raises it, or says that it is there again.
     *
     * @param eventId of the fact
     * @param measured what a later measurement must be of before the risk can be closed
     */
    record RaiseByFact(
            RiskId id,
            String title,
            String description,
            String category,
            List<SubjectRef> subjects,
            Rating inherent,
            String eventId,
            SubjectRef measured)
            implements RiskCommand {}

    record AssignOwner(RiskId id, UserId owner) implements RiskCommand {}

    /** Rates the risk before treatment. */
    record RateInherent(RiskId id, Rating rating, String reason) implements RiskCommand {}

    /** Rates what is left of the risk after treatment. */
    record RateResidual(RiskId id, Rating rating, String reason) implements RiskCommand {}

    record PlanTreatment(
            RiskId id, Treatment treatment, String plan, UserId responsible, LocalDate due)
            implements RiskCommand {}

    record ScheduleReview(RiskId id, LocalDate on) implements RiskCommand {}

    record Close(RiskId id, String reason) implements RiskCommand {}

    record Reopen(RiskId id, String reason, @Nullable String eventId) implements RiskCommand {}
}
