package io.countersign.governance.model;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.DatasetVersions;
import io.countersign.governance.project.Projects;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** One version of a model: an artifact that never changes, and what is known about it. */
@Aggregate(type = "model-version")
class ModelVersionAggregate {
    private static final int MOST_DATASETS = 100;
    private static final int MOST_METRICS = 200;

    @AggregateIdentifier private SubjectRef stream;

    private ModelVersionState state = ModelVersionState.NONE;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    ModelVersionAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    ModelVersionAggregate(
            ModelCommand.RegisterVersion command,
            Actor actor,
            Projects projects,
            ModelVersions versions,
            DatasetVersions datasets) {
        actor.require(command.id().project(), Role.REQUESTER);
        projects.active(command.id().project());
        versions.requireModel(command.id().model());
        var training = named("trainingDatasets", command.trainingDatasets());
        var test = named("testDatasets", command.testDatasets());
        var metrics = measured(command.metrics());
        Stream.of(
                        training.stream(),
                        test.stream(),
                        metrics.stream().flatMap(m -> Stream.ofNullable(m.dataset())))
                .flatMap(each -> each)
                .distinct()
                .sorted()
                .forEach(dataset -> datasets.registered(dataset, actor));
        apply(
                new ModelEvent.VersionRegistered(
                        command.id(),
                        command.artifactDigest(),
                        commit(command.codeCommit()),
                        training,
                        test,
                        metrics,
                        command.modelCard(),
                        Text.optional("limitations", command.limitations(), Text.LONG),
                        actor.id()));
    }

    @CommandHandler
    void handle(ModelCommand.WriteModelCard command, Actor actor) {
        actor.require(command.id().project(), Role.REQUESTER);
        ModelVersions.requireActive(state, command.id());
        if (!command.modelCard().equals(state.modelCard())) {
            apply(new ModelEvent.CardWritten(command.id(), command.modelCard()));
        }
    }

    @CommandHandler
    void handle(ModelCommand.RetireVersion command, Actor actor) {
        actor.require(command.id().project(), Role.REQUESTER, Role.COMPLIANCE_OFFICER);
        ModelVersions.requireActive(state, command.id());
        apply(
                new ModelEvent.VersionRetired(
                        command.id(),
                        new PersonalText(
                                actor.id(), Text.required("reason", command.reason(), Text.LONG))));
    }

    @EventSourcingHandler
    void on(ModelEvent.OfVersion event, @Timestamp Instant at) {
        stream = event.id().ref();
        state = state.evolve(event, at);
    }

    private static String commit(String given) {
        var commit = given.strip().toLowerCase(Locale.ROOT);
        if (!commit.matches("[0-9a-f]{7,64}")) {
            throw CommandRefused.invalid(
                    "codeCommit", given, "give the Git commit as 7 to 64 hex digits");
        }
        return commit;
    }

    private static List<DatasetVersionId> named(String field, List<DatasetVersionId> given) {
        requireAtMost(field, given.size(), MOST_DATASETS);
        return given.stream().distinct().sorted().toList();
    }

    /** In the order given; one number for each name and dataset. */
    private static List<ModelMetric> measured(List<ModelMetric> given) {
        requireAtMost("metrics", given.size(), MOST_METRICS);
        var seen = new HashSet<String>();
        for (var metric : given) {
            if (!seen.add(metric.name() + "\n" + metric.dataset())) {
                throw new CommandRefused(
                        Refusal.invalid(
                                        "model.metric-twice",
                                        "The metric '"
                                                + metric.name()
                                                + "' is given twice for the same dataset. Give one"
                                                + " value.")
                                .with("field", "metrics"));
            }
        }
        return List.copyOf(given);
    }

    private static void requireAtMost(String field, int size, int most) {
        if (size > most) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "input.too-many",
                                    "There are "
                                            + size
                                            + " entries in "
                                            + field
                                            + "; the most is "
                                            + most
                                            + ".")
                            .with("field", field));
        }
    }
}
