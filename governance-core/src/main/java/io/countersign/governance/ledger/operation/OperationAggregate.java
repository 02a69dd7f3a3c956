package io.countersign.governance.ledger.operation;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectRef;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;

/** One operation on the ledger: recorded once, by the product itself. */
@Aggregate(type = "ledger-operation")
class OperationAggregate {
    @AggregateIdentifier private SubjectRef stream;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    OperationAggregate() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(OperationCommand.Record command, Actor actor) {
        if (!actor.isSystem()) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "ledger.product-only",
                            "The product itself records what operators did to the ledger; nobody else may."));
        }
        if (stream == null) {
            apply(command.event());
        }
    }

    @EventSourcingHandler
    void on(OperationEvent event) {
        stream = OperationCommand.ref(event.operation());
    }
}
