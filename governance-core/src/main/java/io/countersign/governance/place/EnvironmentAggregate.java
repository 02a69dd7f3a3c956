package io.countersign.governance.place;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** An environment. Whether it counts as production never changes: register another instead. */
@Aggregate(type = "environment")
class EnvironmentAggregate {
    @AggregateIdentifier private SubjectRef stream;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    EnvironmentAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    EnvironmentAggregate(PlaceCommand.RegisterEnvironment command, Actor actor) {
        actor.requireForAll(Role.ADMINISTRATOR);
        apply(
                new EnvironmentEvent.Registered(
                        command.id(),
                        Text.required("name", command.name(), Text.SHORT),
                        command.production()));
    }

    @EventSourcingHandler
    void on(EnvironmentEvent.Registered event) {
        stream = event.id().ref();
    }
}
