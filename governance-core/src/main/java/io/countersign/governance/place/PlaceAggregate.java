package io.countersign.governance.place;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.project.Projects;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import java.time.Instant;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** An application, service or pipeline that models run in. */
@Aggregate(type = "place")
class PlaceAggregate {
    @AggregateIdentifier private SubjectRef stream;

    private PlaceState state = PlaceState.NONE;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    PlaceAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    PlaceAggregate(PlaceCommand.RegisterPlace command, Actor actor, Projects projects) {
        actor.require(command.id().project(), Role.REQUESTER, Role.RELEASE_MANAGER);
        projects.active(command.id().project());
        apply(
                new PlaceEvent.Registered(
                        command.id(),
                        command.kind(),
                        Text.required("name", command.name(), Text.SHORT),
                        Text.required("ownerTeam", command.ownerTeam(), Text.SHORT)));
    }

    @CommandHandler
    void handle(PlaceCommand.RetirePlace command, Actor actor) {
        actor.require(command.id().project(), Role.REQUESTER, Role.RELEASE_MANAGER);
        Places.requireActive(state, command.id());
        apply(
                new PlaceEvent.Retired(
                        command.id(),
                        new PersonalText(
                                actor.id(), Text.required("reason", command.reason(), Text.LONG))));
    }

    @EventSourcingHandler
    void on(PlaceEvent event, @Timestamp Instant at) {
        stream = event.id().ref();
        state = state.evolve(event, at);
    }
}
