package io.countersign.governance.deployment;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.deployment.DeploymentEvent.GateChanged.Gate;
import io.countersign.governance.model.ModelVersions;
import io.countersign.governance.place.Places;
import io.countersign.governance.project.Projects;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** One model version in one place, from the request to its end. */
@Aggregate(type = "deployment")
class DeploymentAggregate {
    @AggregateIdentifier private SubjectRef stream;

    private DeploymentState state = DeploymentState.NONE;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    DeploymentAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    DeploymentAggregate(
            DeploymentCommand.Request command,
            Actor actor,
            Projects projects,
            ModelVersions versions,
            Places places) {
        var project = command.id().project();
        actor.require(project, Role.REQUESTER);
        projects.active(project);
        requireSameProject("modelVersion", command, command.modelVersion().project().value());
        requireSameProject("place", command, command.place().project().value());
        versions.active(command.modelVersion(), actor);
        var environment = places.environment(command.environment());
        var place = places.place(command.place(), actor);
        var comment = Text.optional("comment", command.comment(), Text.LONG);
        apply(
                new DeploymentEvent.Requested(
                        command.id(),
                        command.modelVersion(),
                        command.environment(),
                        environment.production(),
                        command.place(),
                        place.kind(),
                        command.artifactDigest(),
                        actor.id(),
                        comment.isEmpty() ? null : new PersonalText(actor.id(), comment)));
    }

    @CommandHandler
    void handle(
            DeploymentCommand.AskGate command,
            Actor actor,
            Clock clock,
            DeploymentGate gate,
            RepeatedAnswers repeated) {
        actor.require(
                command.id().project(),
                Role.REQUESTER,
                Role.RELEASE_MANAGER,
                Role.COMPLIANCE_OFFICER);
        requireNotEnded();
        if (!recorded(gate.answer(state))) {
            repeated.count(command.id(), clock.instant());
        }
    }

    @CommandHandler
    void handle(DeploymentCommand.Activate command, Actor actor, DeploymentGate gate) {
        actor.require(command.id().project(), Role.RELEASE_MANAGER);
        require("activated", DeploymentStatus.REQUESTED);
        var answer = yes(gate.answer(state));
        recorded(answer);
        apply(new DeploymentEvent.Activated(command.id(), actor.id(), answer.gates()));
    }

    @CommandHandler
    void handle(DeploymentCommand.Suspend command, Actor actor) {
        actor.require(command.id().project(), Role.RELEASE_MANAGER, Role.COMPLIANCE_OFFICER);
        require("suspended", DeploymentStatus.ACTIVE);
        apply(
                new DeploymentEvent.Suspended(
                        command.id(), actor.id(), reason(actor, command.reason())));
    }

    @CommandHandler
    void handle(DeploymentCommand.Resume command, Actor actor, DeploymentGate gate) {
        actor.require(command.id().project(), Role.RELEASE_MANAGER);
        require("resumed", DeploymentStatus.SUSPENDED);
        var answer = yes(gate.answer(state));
        recorded(answer);
        apply(new DeploymentEvent.Resumed(command.id(), actor.id(), answer.gates()));
    }

    @CommandHandler
    void handle(DeploymentCommand.RollBack command, Actor actor) {
        actor.require(command.id().project(), Role.RELEASE_MANAGER);
        require("rolled back", DeploymentStatus.ACTIVE, DeploymentStatus.SUSPENDED);
        apply(
                new DeploymentEvent.RolledBack(
                        command.id(), actor.id(), reason(actor, command.reason())));
    }

    @CommandHandler
    void handle(DeploymentCommand.Retire command, Actor actor) {
        actor.require(command.id().project(), Role.RELEASE_MANAGER);
        requireNotEnded();
        apply(
                new DeploymentEvent.Retired(
                        command.id(), actor.id(), reason(actor, command.reason())));
    }

    @EventSourcingHandler
    void on(DeploymentEvent event, @Timestamp Instant at) {
        stream = event.id().ref();
        state = state.evolve(event, at);
    }

    /** Whether the answer was another one and went on record. */
    private boolean recorded(DeploymentGate.Answer answer) {
        var before = state.gate();
        var gate = answer.yes() ? Gate.OPEN : Gate.CLOSED;
        if (before != null && before.gate() == gate && before.reasons().equals(answer.reasons())) {
            return false;
        }
        var id = java.util.Objects.requireNonNull(state.requested()).id();
        apply(new DeploymentEvent.GateChanged(id, gate, answer.reasons(), answer.gates()));
        return true;
    }

    private DeploymentGate.Answer yes(DeploymentGate.Answer answer) {
        if (!answer.yes()) {
            throw new CommandRefused(
                    Refusal.policy(
                            "deployment.gate-closed",
                            "The gate of deployment '"
                                    + stream.id()
                                    + "' is closed: "
                                    + String.join("; ", answer.reasons())
                                    + ".",
                            Map.of("reasons", answer.reasons())));
        }
        return answer;
    }

    private void requireNotEnded() {
        require(
                "changed",
                DeploymentStatus.REQUESTED,
                DeploymentStatus.ACTIVE,
                DeploymentStatus.SUSPENDED);
    }

    private void require(String done, DeploymentStatus... anyOf) {
        if (!Arrays.asList(anyOf).contains(state.status())) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "deployment." + state.status().words().replace(' ', '-'),
                                    "The deployment '"
                                            + stream.id()
                                            + "' is "
                                            + state.status().words()
                                            + " and cannot be "
                                            + done
                                            + "; that takes one that is "
                                            + Arrays.stream(anyOf)
                                                    .map(DeploymentStatus::words)
                                                    .collect(Collectors.joining(" or "))
                                            + ".")
                            .with("status", state.status().words()));
        }
    }

    private static void requireSameProject(
            String field, DeploymentCommand.Request command, String project) {
        if (!project.equals(command.id().project().value())) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "deployment.other-project",
                                    "The deployment is of project '"
                                            + command.id().project()
                                            + "', so its model version and its place must be"
                                            + " too.")
                            .with("field", field));
        }
    }

    private static PersonalText reason(Actor actor, String given) {
        return new PersonalText(actor.id(), Text.required("reason", given, Text.LONG));
    }
}
