package io.countersign.governance.dataset;

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

/** A dataset: the name its versions share, and who owns it. */
@Aggregate(type = "dataset")
class DatasetAggregate {
    @AggregateIdentifier private SubjectRef stream;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    DatasetAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    DatasetAggregate(DatasetCommand.Register command, Actor actor, Projects projects) {
        actor.require(command.id().project(), Role.REQUESTER);
        projects.active(command.id().project());
        apply(
                new DatasetEvent.Registered(
                        command.id(),
                        Text.required("name", command.name(), Text.SHORT),
                        Text.optional("description", command.description(), Text.LONG),
                        actor.id()));
    }

    @EventSourcingHandler
    void on(DatasetEvent.Registered event) {
        stream = event.id().ref();
    }
}
