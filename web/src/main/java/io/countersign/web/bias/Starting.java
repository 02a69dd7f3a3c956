package io.countersign.web.bias;

import io.countersign.governance.bias.AssessmentCommand;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.AssessmentStatus;
import io.countersign.governance.bias.Assessments;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.job.Job;
import io.countersign.governance.job.Jobs;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.Models;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the pages and the API both do with assessments. */
@Component
class Starting {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Assessments assessments;
    private final Models models;
    private final AdoptedFiles files;
    private final AssessmentQueue queue;
    private final Jobs jobs;
    private final Commands commands;
    private final PredictionLogs logs;

    Starting(
            Assessments assessments,
            Models models,
            AdoptedFiles files,
            AssessmentQueue queue,
            Jobs jobs,
            Commands commands,
            PredictionLogs logs) {
        this.assessments = assessments;
        this.models = models;
        this.files = files;
        this.queue = queue;
        this.jobs = jobs;
        this.commands = commands;
        this.logs = logs;
    }

    record Started(AssessmentId id, Commands.Sent sent) {}

    /** Before a file is taken: the version is there, and this person may assess it. */
    Models.VersionRow version(ModelVersionId id, Actor actor, At at) {
        var version =
                models.findVersion(id, at, actor.visibility())
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.notFound(
                                                        "model.version-unknown",
                                                        "There is no model version '"
                                                                + id
                                                                + "' that you may see. Check the"
                                                                + " name.")
                                                .with("modelVersion", id.value())));
        actor.require(id.project(), Role.REQUESTER, Role.VALIDATOR);
        return version;
    }

    /** Names of the rule sets adopted. */
    List<String> ruleSets() {
        return files.names("bias/").stream()
                .map(file -> file.substring("bias/".length()).replaceFirst("\\.yml$", ""))
                .toList();
    }

    /**
     * @throws CommandRefused at once where the log cannot be read, or not so: what shows only
     *     further down ends the assessment later
     */
    Started start(
            ModelVersionId version,
            @Nullable DatasetVersionId dataset,
            PredictionLogs.Log log,
            ColumnMapping mapping,
            String rules,
            Actor actor,
            Commands.Context context) {
        logs.inspect(log.digest()).requireReadBy(mapping);
        var id = id(version, actor, context.idempotencyKey());
        return new Started(
                id,
                commands.send(
                        new AssessmentCommand.Start(
                                id, dataset, log.digest(), log.fileName(), mapping, rules),
                        actor,
                        context));
    }

    /** The command first; the job ends at its next step, or finds that nothing is to be done. */
    Commands.Sent cancel(AssessmentId id, Actor actor, Commands.Context context) {
        var sent = commands.send(new AssessmentCommand.Cancel(id), actor, context);
        job(assessments.peek(id).started(), id)
                .filter(job -> !job.state().isFinal())
                .ifPresent(job -> {
                    try {
                        jobs.cancel(job.id(), Actor.system());
                    } catch (CommandRefused refused) {
                        if (!refused.refusal().code().equals("job.ended")) {
                            throw refused;
                        }
                    }
                });
        return sent;
    }

    Assessments.Row find(AssessmentId id, Actor actor, At at) {
        return assessments
                .find(id, at, actor.visibility())
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "assessment.unknown",
                                                "There is no assessment '"
                                                        + id
                                                        + "' that you may see. Check the address.")
                                        .with("assessment", id.value())));
    }

    /** The job that runs it, while it does. */
    Optional<Job> running(Assessments.Row row) {
        return row.status() == AssessmentStatus.RUNNING
                ? queue.of(row.id(), row.startedBy())
                : Optional.empty();
    }

    private Optional<Job> job(
            io.countersign.governance.bias.AssessmentEvent.@Nullable Started started,
            AssessmentId id) {
        return started == null ? Optional.empty() : queue.of(id, started.startedBy());
    }

    /** A command sent again with its key is about the same assessment. */
    private static AssessmentId id(ModelVersionId version, Actor actor, @Nullable String key) {
        if (key == null) {
            return AssessmentId.random(version, RANDOM);
        }
        var digest = Sha256.of(actor.id() + "\n" + version + "\n" + key);
        return AssessmentId.random(
                version,
                new Random(ByteBuffer.wrap(HexFormat.of().parseHex(digest.hex())).getLong()));
    }
}
