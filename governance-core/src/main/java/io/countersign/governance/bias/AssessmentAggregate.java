package io.countersign.governance.bias;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.bias.engine.Assessment;
import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.dataset.DatasetVersions;
import io.countersign.governance.model.ModelVersions;
import io.countersign.governance.project.Projects;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import java.time.Instant;
import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** One assessment: what was asked under which limits, and how it ended. */
@Aggregate(type = "assessment")
class AssessmentAggregate {
    @AggregateIdentifier private SubjectRef stream;

    private AssessmentState state = AssessmentState.NONE;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    AssessmentAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    AssessmentAggregate(
            AssessmentCommand.Start command,
            Actor actor,
            Projects projects,
            ModelVersions versions,
            DatasetVersions datasets,
            RuleSets ruleSets,
            LogFiles logs) {
        var project = command.id().project();
        actor.require(project, Role.REQUESTER, Role.VALIDATOR);
        projects.active(project);
        var version = versions.active(command.id().modelVersion(), actor);
        if (command.datasetVersion() != null) {
            datasets.registered(command.datasetVersion(), actor);
        }
        logs.requireHere(command.file());
        apply(
                new AssessmentEvent.Started(
                        command.id(),
                        version.id(),
                        version.artifactDigest(),
                        command.datasetVersion(),
                        command.file(),
                        Text.required("fileName", command.fileName(), Text.SHORT),
                        command.mapping(),
                        ruleSets.pinned(command.rules()),
                        Assessment.METHOD,
                        actor.id()));
    }

    @CommandHandler
    void handle(AssessmentCommand.Complete command, Actor actor) {
        requireSystem(actor);
        requireRunning();
        requireAsStarted(command.result());
        var kept = command.result().withoutSmallGroups();
        apply(
                new AssessmentEvent.Completed(
                        command.id(),
                        command.id().modelVersion(),
                        kept.verdict(),
                        Failure.of(kept),
                        kept));
    }

    @CommandHandler
    void handle(AssessmentCommand.Fail command, Actor actor) {
        requireSystem(actor);
        requireRunning();
        apply(
                new AssessmentEvent.Failed(
                        command.id(),
                        command.id().modelVersion(),
                        command.problem().code(),
                        new PersonalText(started().startedBy(), command.problem().message())));
    }

    @CommandHandler
    void handle(AssessmentCommand.Cancel command, Actor actor) {
        actor.require(command.id().project(), Role.REQUESTER, Role.VALIDATOR);
        requireRunning();
        apply(new AssessmentEvent.Cancelled(command.id(), command.id().modelVersion(), actor.id()));
    }

    @EventSourcingHandler
    void on(AssessmentEvent event, @Timestamp Instant at) {
        stream = event.id().ref();
        state = state.evolve(event, at);
    }

    private AssessmentEvent.Started started() {
        return Objects.requireNonNull(state.started());
    }

    /** The limits were fixed before the run: a result of anything else is not this one's. */
    private void requireAsStarted(AssessmentResult result) {
        var started = started();
        if (!result.content().equals(started.file())
                || !result.mapping().equals(started.mapping())
                || !result.rules().equals(started.rules().rules())
                || !result.method().equals(started.method())) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "assessment.other-run",
                            "The result is of another file, mapping, rule set or method than the"
                                    + " assessment '"
                                    + stream.id()
                                    + "' was started with. Start a new assessment."));
        }
    }

    private void requireRunning() {
        if (state.status() != AssessmentStatus.RUNNING) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "assessment.ended",
                                    "The assessment '"
                                            + stream.id()
                                            + "' is "
                                            + state.status().word()
                                            + ". Start a new one.")
                            .with("status", state.status().word()));
        }
    }

    private static void requireSystem(Actor actor) {
        if (!actor.isSystem()) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "assessment.system-only",
                            "Only the product itself records how an assessment ended. Start one,"
                                    + " and it will."));
        }
    }
}
