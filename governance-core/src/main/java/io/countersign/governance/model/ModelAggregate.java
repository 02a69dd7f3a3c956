package io.countersign.governance.model;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.project.Projects;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** A model: the name its versions share, and who owns it. */
@Aggregate(type = "model")
class ModelAggregate {
    @AggregateIdentifier private SubjectRef stream;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    ModelAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    ModelAggregate(ModelCommand.Register command, Actor actor, Projects projects) {
        actor.require(command.id().project(), Role.REQUESTER);
        projects.active(command.id().project());
        apply(
                new ModelEvent.Registered(
                        command.id(),
                        Text.required("name", command.name(), Text.SHORT),
                        Text.optional("description", command.description(), Text.LONG),
                        actor.id()));
    }

    @EventSourcingHandler
    void on(ModelEvent.Registered event) {
        stream = event.id().ref();
    }
}
