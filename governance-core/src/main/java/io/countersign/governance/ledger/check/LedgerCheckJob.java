package io.countersign.governance.ledger.check;

import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.job.JobCancelled;
import io.countersign.governance.job.JobHandler;
import io.countersign.governance.job.JobRun;
import io.countersign.governance.job.Jobs;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.ledger.LedgerSettings;
import io.countersign.governance.ledger.WriterKeys;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.UserId;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks the ledger as a job, with progress, and called off as any. One that was called off or cut
 * short goes on where it was the next time on this host.
 */
@Component
public class LedgerCheckJob implements JobHandler {
    /** The job's kind. */
    public static final String KIND = "check-ledger";

    private final Jobs jobs;
    private final LedgerChecks checks;
    private final DatabaseAccess access;
    private final KeyFolder keys;
    private final WriterKeys writers;
    private final LedgerSettings settings;
    private final JsonMapper json;
    private final Clock clock;
    private final TransactionTemplate queueing;

    LedgerCheckJob(
            Jobs jobs,
            LedgerChecks checks,
            DatabaseAccess access,
            KeyFolder keys,
            WriterKeys writers,
            LedgerSettings settings,
            JsonMapper json,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.jobs = jobs;
        this.checks = checks;
        this.access = access;
        this.keys = keys;
        this.writers = writers;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
        this.queueing = new TransactionTemplate(transactions);
    }

    /**
     * Queues one. There is one at a time: two would write over each other how far they are.
     *
     * @param readModels whether to compare read models too
     * @param resume whether to go on where an earlier one was called off
     * @throws CommandRefused {@code ledger.check-running}
     */
    public UUID start(UserId requestedBy, boolean readModels, boolean resume) {
        return Objects.requireNonNull(
                queueing.execute(_ -> {
                    jobs.unfinished(KIND)
                            .ifPresent(job -> {
                                throw running(job.id());
                            });
                    return jobs.submit(
                            KIND,
                            requestedBy,
                            null,
                            json.createObjectNode()
                                    .put("readModels", readModels)
                                    .put("resume", resume));
                }));
    }

    private static CommandRefused running(UUID id) {
        return new CommandRefused(
                Refusal.conflict(
                                "ledger.check-running",
                                "A full verification waits or runs already (%s). Wait for its result, or call it off."
                                        .formatted(id))
                        .with("job", id.toString()));
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** The result has {@code whole}, {@code size}, {@code findings} and the sentences. */
    @Override
    public JsonNode run(JobRun run) {
        var asked = run.job().parameters();
        var stop = new JobCancelled[1];
        var result =
                LedgerCheck.run(
                        new LedgerCheck.Target(
                                access,
                                asked.path("readModels").asBoolean(true) ? keys : null,
                                writers,
                                settings.folder()),
                        clock,
                        state(settings.folder()),
                        asked.path("resume").asBoolean(false) || run.job().attempt() > 1,
                        progress -> run(run, progress, stop),
                        () -> stop[0] != null || Thread.currentThread().isInterrupted());
        if (!Thread.currentThread().isInterrupted()) {
            checks.keep(run.job().requestedBy(), result);
        }
        if (stop[0] != null) {
            throw stop[0];
        }
        return json(result);
    }

    /** Where a check on this host keeps how far it is: beside the signer's folder. */
    public static Path state(Path signer) {
        return signer.toAbsolutePath().resolveSibling("ledger-check.json");
    }

    private static void run(
            JobRun run, LedgerCheck.Progress progress, @Nullable JobCancelled[] stop) {
        try {
            run.progress(progress.done(), progress.total(), progress.what());
        } catch (JobCancelled e) {
            stop[0] = e; // it is to keep how far it came
        }
    }

    private JsonNode json(CheckResult result) {
        var node =
                json.createObjectNode()
                        .put("whole", result.whole())
                        .put("epoch", result.epoch())
                        .put("size", result.size())
                        .put("findings", result.total())
                        .put("after", result.after());
        var listed = node.putArray("list");
        result.findings()
                .forEach(finding ->
                        listed.addObject()
                                .put("code", finding.kind().code())
                                .put("title", finding.kind().title())
                                .put("position", finding.position())
                                .put("words", finding.words()));
        var unchecked = node.putArray("unchecked");
        result.unchecked().forEach(unchecked::add);
        return node;
    }
}
