package io.countersign.governance.project;

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
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** One project, from the business problem to its retirement. */
@Aggregate(type = "project")
class ProjectAggregate {
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
