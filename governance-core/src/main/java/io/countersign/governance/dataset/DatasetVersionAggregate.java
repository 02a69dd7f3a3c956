package io.countersign.governance.dataset;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.project.Projects;
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

/** One version of a dataset: content that never changes, and what is known about it. */
@Aggregate(type = "dataset-version")
class DatasetVersionAggregate {
    @AggregateIdentifier private SubjectRef stream;

    private DatasetVersionState state = DatasetVersionState.NONE;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    DatasetVersionAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    DatasetVersionAggregate(
            DatasetCommand.RegisterVersion command,
            Actor actor,
            Projects projects,
            DatasetVersions versions,
            Lineage lineage) {
        actor.require(command.id().project(), Role.REQUESTER);
        projects.active(command.id().project());
        var owner = versions.ownerOf(command.id().dataset());
        var sources = command.sources().stream().distinct().sorted().toList();
        lineage.requireNoCircle(command.id(), sources);
        sources.forEach(source -> versions.registered(source, actor));
        apply(
                new DatasetEvent.VersionRegistered(
                        command.id(),
                        Text.required("location", command.location(), 2_000),
                        command.sha256(),
                        Text.required("schemaSummary", command.schemaSummary(), Text.LONG),
                        command.datasheet(),
                        Text.optional("licence", command.licence(), Text.SHORT),
                        Text.optional("legalBasis", command.legalBasis(), 2_000),
                        names(command.sensitiveAttributes()),
                        sources,
                        owner));
    }

    @CommandHandler
    void handle(DatasetCommand.WriteDatasheet command, Actor actor) {
        actor.require(command.id().project(), Role.REQUESTER);
        requireActive(state, command.id());
        if (!command.datasheet().equals(state.datasheet())) {
            apply(new DatasetEvent.DatasheetWritten(command.id(), command.datasheet()));
        }
    }

    @CommandHandler
    void handle(
            DatasetCommand.RecordSource command,
            Actor actor,
            DatasetVersions versions,
            Lineage lineage) {
        actor.require(command.id().project(), Role.REQUESTER);
        requireActive(state, command.id());
        lineage.requireNoCircle(command.id(), List.of(command.source()));
        versions.registered(command.source(), actor);
        if (!state.sources().contains(command.source())) {
            apply(new DatasetEvent.SourceRecorded(command.id(), command.source()));
        }
    }

    @CommandHandler
    void handle(DatasetCommand.RetireVersion command, Actor actor) {
        actor.require(command.id().project(), Role.REQUESTER, Role.DATA_STEWARD);
        requireActive(state, command.id());
        apply(
                new DatasetEvent.VersionRetired(
                        command.id(),
                        new PersonalText(
                                actor.id(), Text.required("reason", command.reason(), Text.LONG))));
    }

    @EventSourcingHandler
    void on(DatasetEvent.OfVersion event, @Timestamp Instant at) {
        stream = event.id().ref();
        state = state.evolve(event, at);
    }

    static void requireActive(DatasetVersionState state, DatasetVersionId id) {
        if (state.retired()) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "dataset.version-retired",
                            "The dataset version '"
                                    + id
                                    + "' is retired. Register a new version."));
        }
    }

    private static List<String> names(List<String> given) {
        return given.stream()
                .map(name -> Text.optional("sensitiveAttributes", name, Text.SHORT))
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }
}
