package io.countersign.governance.ledger.heads;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** The stream heads at one size of the ledger: recorded once, by the product itself. */
@Aggregate(type = "ledger")
class StreamHeadsAggregate {
    @AggregateIdentifier private SubjectRef stream;

    private @Nullable Sha256 root;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    StreamHeadsAggregate() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(LedgerCommand.RecordStreamHeads command, Actor actor) {
        if (!actor.isSystem()) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "ledger.product-only",
                            "The product itself records the stream heads; nobody else may."));
        }
        if (root == null) {
            apply(
                    new LedgerEvent.StreamHeadsRecorded(
                            command.size(), command.streams(), command.root()));
        } else if (!root.equals(command.root())) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "ledger.stream-heads-differ",
                            "The stream heads at size %d are on record with the root %s, and now amount to %s. Verify the whole ledger: events were changed, or are gone."
                                    .formatted(command.size(), root, command.root())));
        }
    }

    @EventSourcingHandler
    void on(LedgerEvent event) {
        switch (event) {
            case LedgerEvent.StreamHeadsRecorded e -> {
                stream = LedgerCommand.ref(e.size());
                root = e.root();
            }
        }
    }
}
