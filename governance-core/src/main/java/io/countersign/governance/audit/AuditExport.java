package io.countersign.governance.audit;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectRef;
import java.util.TreeMap;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** One export of the audit trail. */
@Aggregate(type = "audit")
class AuditExport {
    @AggregateIdentifier private SubjectRef stream;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    AuditExport() {}

    /** Whoever may see events may take them along; the role auditor is not needed. */
    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    AuditExport(AuditCommand.RecordExport command, Actor actor) {
        if (actor.grants().isEmpty()) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "access.role-needed",
                            "Exporting the audit trail needs a role in some project. Ask an"
                                    + " administrator for one."));
        }
        apply(
                new AuditEvent.Exported(
                        command.stream(),
                        command.format(),
                        new TreeMap<>(command.filter()),
                        command.position(),
                        command.events()));
    }

    @EventSourcingHandler
    void on(AuditEvent event) {
        switch (event) {
            case AuditEvent.Exported e -> stream = e.export();
        }
    }
}
