package io.countersign.governance.report;

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

/** One report: issued once, handed out and verified any number of times. */
@Aggregate(type = "report")
class ReportAggregate {
    @AggregateIdentifier private SubjectRef stream;

    private @Nullable Sha256 issued;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    ReportAggregate() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(ReportCommand.Issue command, Actor actor) {
        requireSight(command.id(), actor);
        issue(command.made(), command.format());
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(ReportCommand.HandOut command, Actor actor) {
        requireSight(command.id(), actor);
        issue(command.made(), command.format());
        apply(new ReportEvent.Downloaded(command.id(), command.format()));
    }

    @CommandHandler
    void handle(ReportCommand.Verify command, Actor actor) {
        requireSight(command.id(), actor);
        var expected = java.util.Objects.requireNonNull(issued);
        apply(
                new ReportEvent.Verified(
                        command.id(), expected, command.found(), expected.equals(command.found())));
    }

    @EventSourcingHandler
    void on(ReportEvent event) {
        stream = event.id().ref();
        if (event instanceof ReportEvent.Issued e) {
            issued = e.sha256();
        }
    }

    private void issue(ReportCommand.Made made, ReportFormat format) {
        if (issued == null) {
            apply(
                    new ReportEvent.Issued(
                            made.id(),
                            made.template(),
                            made.subject(),
                            made.position(),
                            made.sha256(),
                            format));
        } else if (!issued.equals(made.sha256())) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "report.differs",
                                    "The report '"
                                            + made.id()
                                            + "' was issued with the digest "
                                            + issued
                                            + ", but now amounts to "
                                            + made.sha256()
                                            + ". Ask an administrator to check the read models;"
                                            + " the digest on record stands.")
                            .with("report", made.id().value()));
        }
    }

    private static void requireSight(ReportId id, Actor actor) {
        if (actor.rolesIn(id.project()).isEmpty()) {
            actor.require(id.project());
        }
    }
}
