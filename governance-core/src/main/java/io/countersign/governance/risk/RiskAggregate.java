package io.countersign.governance.risk;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** One entry of the risk register. */
@Aggregate(type = "risk")
class RiskAggregate {
    @AggregateIdentifier private SubjectRef stream;

    private RiskState state = RiskState.NONE;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    RiskAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    RiskAggregate(RiskCommand.Raise command, Actor actor, RiskScales scales) {
        actor.require(
                command.id().project(),
                Role.REQUESTER,
                Role.DATA_STEWARD,
                Role.VALIDATOR,
                Role.COMPLIANCE_OFFICER,
                Role.RISK_OWNER,
                Role.RELEASE_MANAGER);
        var scale = scales.inForce();
        apply(
                new RiskEvent.Raised(
                        command.id(),
                        Text.required("title", command.title(), Text.SHORT),
                        Text.required("description", command.description(), Text.LONG),
                        scale.scale().category(command.category()).key(),
                        subjects(command.id(), command.subjects()),
                        Text.optional("harmed", command.harmed(), 2_000),
                        command.inherent(),
                        scale.scale().level(command.inherent()).key(),
                        scale.version(),
                        null,
                        null));
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(RiskCommand.RaiseByFact command, Actor actor, RiskScales scales) {
        if (!actor.isSystem()) {
            throw new CommandRefused(
                    Refusal.forbidden("risk.by-fact", "Only a recorded fact raises a risk so."));
        }
        if (!state.exists()) {
            var scale = scales.inForce();
            apply(
                    new RiskEvent.Raised(
                            command.id(),
                            command.title(),
                            command.description(),
                            command.category(),
                            subjects(command.id(), command.subjects()),
                            "",
                            command.inherent(),
                            scale.scale().level(command.inherent()).key(),
                            scale.version(),
                            command.eventId(),
                            command.measured()));
            return;
        }
        if (!state.open()) {
            apply(
                    new RiskEvent.Reopened(
                            command.id(),
                            new PersonalText(
                                    actor.id(), "The fact that raised it was found again."),
                            command.eventId()));
        }
        apply(
                new RiskEvent.Recurred(
                        command.id(),
                        command.description(),
                        subjects(command.id(), command.subjects()),
                        command.eventId()));
    }

    @CommandHandler
    void handle(RiskCommand.AssignOwner command, Actor actor, RiskPeople people) {
        actor.require(command.id().project(), Role.RISK_OWNER, Role.COMPLIANCE_OFFICER);
        requireOpen();
        if (!people.holds(command.owner(), Role.RISK_OWNER, command.id().project())) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "risk.owner-without-role",
                                    "'"
                                            + command.owner()
                                            + "' does not hold the role risk-owner in project '"
                                            + command.id().project()
                                            + "'. Choose somebody who does.")
                            .with("field", "owner"));
        }
        if (!command.owner().equals(state.owner())) {
            apply(new RiskEvent.OwnerAssigned(command.id(), command.owner()));
        }
    }

    @CommandHandler
    void handle(RiskCommand.RateInherent command, Actor actor, RiskScales scales) {
        requireRater(command.id(), actor);
        var scale = scales.inForce();
        var level = scale.scale().level(command.rating()).key();
        takeOwnership(command.id(), actor);
        apply(
                new RiskEvent.InherentRated(
                        command.id(),
                        command.rating(),
                        level,
                        scale.version(),
                        reason(actor, command.reason())));
    }

    @CommandHandler
    void handle(RiskCommand.RateResidual command, Actor actor, RiskScales scales) {
        requireRater(command.id(), actor);
        var scale = scales.inForce();
        var level = scale.scale().level(command.rating()).key();
        takeOwnership(command.id(), actor);
        apply(
                new RiskEvent.ResidualRated(
                        command.id(),
                        command.rating(),
                        level,
                        scale.version(),
                        reason(actor, command.reason())));
    }

    @CommandHandler
    void handle(RiskCommand.PlanTreatment command, Actor actor) {
        requireRater(command.id(), actor);
        takeOwnership(command.id(), actor);
        apply(
                new RiskEvent.TreatmentPlanned(
                        command.id(),
                        command.treatment(),
                        Text.required("plan", command.plan(), Text.LONG),
                        command.responsible(),
                        command.due()));
    }

    @CommandHandler
    void handle(RiskCommand.ScheduleReview command, Actor actor) {
        requireRater(command.id(), actor);
        apply(new RiskEvent.ReviewScheduled(command.id(), command.on()));
    }

    @CommandHandler
    void handle(RiskCommand.Close command, Actor actor, LaterMeasurement measurements) {
        actor.require(command.id().project(), Role.RISK_OWNER, Role.COMPLIANCE_OFFICER);
        requireOpen();
        if (actor.id().equals(state.owner()) || actor.id().equals(state.responsible())) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "risk.own-closure",
                            "Whoever owns a risk, or its treatment, cannot close it. Ask a"
                                    + " compliance officer or another risk owner."));
        }
        var measured = state.measured();
        @Nullable SubjectRef measurement = null;
        if (measured != null) {
            var later =
                    measurements.later(
                            measured, state.facts(), Objects.requireNonNull(state.factAt()));
            measurement = later.passing();
            if (measurement == null) {
                throw new CommandRefused(
                        Refusal.conflict(
                                        "risk.not-measured-since",
                                        "This risk was raised by a measurement of '"
                                                + measured.id()
                                                + "'. It can be closed only after a later one"
                                                + " that passes: "
                                                + later.missing())
                                .with("missing", later.missing()));
            }
        }
        apply(new RiskEvent.Closed(command.id(), reason(actor, command.reason()), measurement));
    }

    @CommandHandler
    void handle(RiskCommand.Reopen command, Actor actor) {
        actor.require(command.id().project(), Role.RISK_OWNER, Role.COMPLIANCE_OFFICER);
        if (state.open()) {
            throw new CommandRefused(
                    Refusal.conflict("risk.open", "The risk '" + command.id() + "' is open."));
        }
        apply(
                new RiskEvent.Reopened(
                        command.id(), reason(actor, command.reason()), command.eventId()));
    }

    @EventSourcingHandler
    void on(RiskEvent event, @Timestamp Instant at) {
        stream = event.id().ref();
        state = state.evolve(event, at);
    }

    private void requireRater(RiskId id, Actor actor) {
        actor.require(id.project(), Role.RISK_OWNER, Role.COMPLIANCE_OFFICER);
        requireOpen();
    }

    /** The first risk owner who does something about a risk that has none becomes its owner. */
    private void takeOwnership(RiskId id, Actor actor) {
        if (state.owner() == null && actor.rolesIn(id.project()).contains(Role.RISK_OWNER)) {
            apply(new RiskEvent.OwnerAssigned(id, actor.id()));
        }
    }

    private void requireOpen() {
        if (!state.open()) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "risk.closed",
                            "The risk '" + stream.id() + "' is closed. Reopen it first."));
        }
    }

    private static PersonalText reason(Actor actor, String reason) {
        return new PersonalText(actor.id(), Text.required("reason", reason, Text.LONG));
    }

    private static List<SubjectRef> subjects(RiskId id, List<SubjectRef> subjects) {
        for (var subject : subjects) {
            if (!subject.id().equals(id.project().value())
                    && !subject.id().startsWith(id.project() + ".")) {
                throw new CommandRefused(
                        Refusal.invalid(
                                        "risk.subject-of-another-project",
                                        "'"
                                                + subject
                                                + "' does not belong to project '"
                                                + id.project()
                                                + "'. Name subjects of that project.")
                                .with("field", "subjects"));
            }
        }
        return subjects.stream().distinct().sorted().toList();
    }
}
