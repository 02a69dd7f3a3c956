package io.countersign.governance.project;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** One project, from the business problem to its retirement. */
@Aggregate(type = "project")
class ProjectAggregate {
    /** How long a password given counts as given for a signature, as for a review. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    @AggregateIdentifier private SubjectRef stream;

    private ProjectState state = ProjectState.NONE;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    ProjectAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    ProjectAggregate(ProjectCommand.Register command, Actor actor) {
        // Whoever may request anywhere may begin something new, and is its first requester.
        if (actor.grants().stream().noneMatch(grant -> grant.role().equals(Role.REQUESTER))) {
            actor.requireForAll(Role.REQUESTER);
        }
        requireDeclarable(command.riskTier());
        apply(
                new ProjectEvent.Registered(
                        command.id(),
                        Text.required("name", command.name(), Text.SHORT),
                        Text.required("businessProblem", command.businessProblem(), Text.LONG),
                        Text.required("intendedPurpose", command.intendedPurpose(), Text.LONG),
                        Text.required("ownerTeam", command.ownerTeam(), Text.SHORT),
                        jurisdictions(command.jurisdictions()),
                        command.riskTier(),
                        actor.id()));
    }

    @CommandHandler
    void handle(ProjectCommand.Amend command, Actor actor) {
        actor.require(command.id(), Role.REQUESTER);
        requireActive();
        if (state.intake() == null) {
            requireDeclarable(command.riskTier());
        } else if (command.riskTier() != state.riskTier()) {
            throw ProjectRefusals.tierDerived(command.riskTier(), state);
        }
        apply(
                new ProjectEvent.Amended(
                        command.id(),
                        Text.required("name", command.name(), Text.SHORT),
                        Text.required("businessProblem", command.businessProblem(), Text.LONG),
                        Text.required("intendedPurpose", command.intendedPurpose(), Text.LONG),
                        Text.required("ownerTeam", command.ownerTeam(), Text.SHORT),
                        jurisdictions(command.jurisdictions()),
                        command.riskTier()));
    }

    @CommandHandler
    void handle(ProjectCommand.AnswerIntake command, Actor actor, TierRules rules) {
        actor.require(command.id(), Role.REQUESTER, Role.COMPLIANCE_OFFICER);
        requireActive();
        var before = state;
        var result = rules.decide(command.version(), command.answers(), actor.id());
        apply(new ProjectEvent.IntakeAnswered(command.id(), result));
        end(before.overriding(), true);
        end(before.asked(), false);
    }

    private void end(@Nullable TierOverride override, boolean wasInForce) {
        if (override != null) {
            apply(
                    new ProjectEvent.TierOverrideEnded(
                            Objects.requireNonNull(state.id()),
                            override.number(),
                            override.tier(),
                            wasInForce));
        }
    }

    @CommandHandler
    void handle(ProjectCommand.RequestTierOverride command, Actor actor) {
        actor.require(command.id(), Role.REQUESTER, Role.RISK_OWNER, Role.COMPLIANCE_OFFICER);
        requireActive();
        var intake = state.intake();
        if (intake == null) {
            throw ProjectRefusals.intakeMissing(state);
        }
        if (intake.tier() == RiskTier.PROHIBITED) {
            throw ProjectRefusals.prohibited(intake);
        }
        if (state.asked() != null) {
            throw ProjectRefusals.overrideOpen(state.asked());
        }
        if (command.riskTier() == state.riskTier()) {
            throw ProjectRefusals.sameTier(state.riskTier());
        }
        var number = state.overrides() + 1;
        apply(
                new ProjectEvent.TierOverrideRequested(
                        command.id(),
                        new TierOverride(
                                number,
                                state.riskTier(),
                                command.riskTier(),
                                new PersonalText(
                                        actor.id(),
                                        Text.required("reason", command.reason(), Text.LONG)),
                                actor.id(),
                                actor.onBehalfOf(),
                                TierOverride.digest(
                                        command.id(),
                                        number,
                                        state.riskTier(),
                                        command.riskTier(),
                                        intake))));
    }

    @CommandHandler
    void handle(ProjectCommand.DecideTierOverride command, Actor actor, Clock clock) {
        actor.require(command.id(), Role.COMPLIANCE_OFFICER);
        requireActive();
        if (actor.channel() != Channel.PAGE && actor.channel() != Channel.API) {
            throw ProjectRefusals.channelCannotSign(actor.channel());
        }
        var now = clock.instant();
        var freshAt = actor.freshAt();
        if (freshAt == null || freshAt.isBefore(now.minus(FRESH))) {
            throw ProjectRefusals.notFresh(FRESH);
        }
        var asked = state.asked();
        if (asked == null) {
            throw ProjectRefusals.noOverrideOpen();
        }
        if (!asked.digest().equals(command.digest())) {
            throw ProjectRefusals.overrideMoved(asked);
        }
        if (asked.askedBy(actor.id())
                || actor.onBehalfOf() != null && asked.askedBy(actor.onBehalfOf())) {
            throw ProjectRefusals.ownOverride();
        }
        var comment =
                command.approve()
                        ? Text.optional("comment", command.comment(), Text.LONG)
                        : Text.required("comment", command.comment(), Text.LONG);
        var signature =
                new TierOverride.Signature(
                        actor.id(),
                        actor.onBehalfOf(),
                        Role.COMPLIANCE_OFFICER,
                        command.approve()
                                ? "I approve that this project has another risk tier than its"
                                        + " intake decided."
                                : "I refuse that this project has another risk tier.",
                        new PersonalText(
                                actor.id(),
                                Text.required("printedName", command.printedName(), Text.SHORT)),
                        comment.isEmpty() ? null : new PersonalText(actor.id(), comment),
                        now,
                        freshAt,
                        asked.digest());
        apply(
                command.approve()
                        ? new ProjectEvent.TierOverridden(
                                command.id(), asked.number(), asked.tier(), signature)
                        : new ProjectEvent.TierOverrideRefused(
                                command.id(), asked.number(), signature));
    }

    @CommandHandler
    void handle(ProjectCommand.Retire command, Actor actor) {
        actor.require(command.id(), Role.REQUESTER, Role.COMPLIANCE_OFFICER);
        requireActive();
        apply(
                new ProjectEvent.Retired(
                        command.id(),
                        new PersonalText(
                                actor.id(), Text.required("reason", command.reason(), Text.LONG))));
    }

    @EventSourcingHandler
    void on(ProjectEvent event, @Timestamp Instant at) {
        stream = ProjectCommand.ref(event.id());
        state = state.evolve(event, at);
    }

    private void requireActive() {
        if (state.retired()) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "project.retired",
                            "The project '" + state.id() + "' is retired. Register a new one."));
        }
    }

    private static void requireDeclarable(RiskTier tier) {
        if (tier == RiskTier.PROHIBITED) {
            throw CommandRefused.invalid(
                    "riskTier",
                    tier.key(),
                    "use low, medium, high or critical; prohibited follows from an intake or an"
                            + " override");
        }
    }

    private static List<String> jurisdictions(List<String> given) {
        var clean = given.stream().map(String::strip).filter(j -> !j.isEmpty()).distinct().toList();
        for (var jurisdiction : clean) {
            if (!jurisdiction.matches("[A-Z]{2}(-[A-Z0-9]{1,8})?")) {
                throw CommandRefused.invalid(
                        "jurisdictions", jurisdiction, "write EU, or as ISO 3166: DE, US, US-NYC");
            }
        }
        if (clean.isEmpty()) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "input.required",
                                    "Name at least one jurisdiction, such as EU or US.")
                            .with("field", "jurisdictions"));
        }
        return clean;
    }
}
