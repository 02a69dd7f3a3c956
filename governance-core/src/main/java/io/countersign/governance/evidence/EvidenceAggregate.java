package io.countersign.governance.evidence;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import java.time.Clock;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** One file attached to one subject. */
@Aggregate(type = "evidence")
class EvidenceAggregate {
    @AggregateIdentifier private SubjectRef stream;

    /** What is attached now; null once deleted. */
    private EvidenceEvent.@Nullable Attached attached;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    EvidenceAggregate() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(EvidenceCommand.Attach command, Actor actor, EvidenceFiles files, Clock clock) {
        EvidenceIntake.requireMayAttach(actor, command.subject());
        if (attached != null) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "evidence.attached-already",
                                    "This very file is attached to '"
                                            + command.subject().id()
                                            + "' already, as '"
                                            + attached.name()
                                            + "'.")
                            .with("field", "file")
                            .with("subject", command.stream().toString()));
        }
        if (!command.retainedUntil().isAfter(clock.instant())) {
            throw CommandRefused.invalid(
                    "keepUntil", command.retainedUntil().toString(), "give a day still to come");
        }
        files.requireSubject(command.subject());
        files.requireHere(command.digest());
        apply(
                new EvidenceEvent.Attached(
                        command.id(),
                        command.subject(),
                        command.digest(),
                        FileName.safe(command.fileName()),
                        command.type(),
                        command.size(),
                        new PersonalText(actor.id(), Text.optional("note", command.note(), 2_000)),
                        command.retainedUntil()));
    }

    @CommandHandler
    void handle(EvidenceCommand.Delete command, Actor actor, Clock clock) {
        actor.require(command.id().project(), Role.COMPLIANCE_OFFICER);
        if (attached == null) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "evidence.deleted", "This evidence has been deleted already."));
        }
        if (clock.instant().isBefore(attached.retainedUntil())) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "evidence.retained",
                                    "The file '"
                                            + attached.name()
                                            + "' must be kept until "
                                            + attached.retainedUntil()
                                            + ". Delete it after that.")
                            .with("retainedUntil", attached.retainedUntil().toString()));
        }
        apply(
                new EvidenceEvent.Deleted(
                        command.id(),
                        attached.digest(),
                        new PersonalText(
                                actor.id(), Text.required("reason", command.reason(), 2_000))));
    }

    @EventSourcingHandler
    void on(EvidenceEvent event) {
        stream = event.id().ref();
        attached =
                switch (event) {
                    case EvidenceEvent.Attached e -> e;
                    case EvidenceEvent.Deleted _ -> null;
                };
    }
}
