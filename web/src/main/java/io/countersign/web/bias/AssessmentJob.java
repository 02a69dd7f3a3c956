package io.countersign.web.bias;

import io.countersign.governance.bias.AssessmentCommand;
import io.countersign.governance.bias.AssessmentRun;
import io.countersign.governance.bias.Assessments;
import io.countersign.governance.bias.engine.AssessmentProcess;
import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.AssessmentSpec;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.job.Job;
import io.countersign.governance.job.JobCancelled;
import io.countersign.governance.job.JobHandler;
import io.countersign.governance.job.JobRun;
import io.countersign.governance.job.Jobs;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Runs started assessments in child processes. */
@Component
class AssessmentJob implements JobHandler {
    private final Assessments assessments;
    private final EvidenceStore store;
    private final Commands commands;
    private final Jobs jobs;
    private final AssessmentProcess process = Workers.within(Duration.ofHours(1));

    AssessmentJob(Assessments assessments, EvidenceStore store, Commands commands, Jobs jobs) {
        this.assessments = assessments;
        this.store = store;
        this.commands = commands;
        this.jobs = jobs;
    }

    @Override
    public String kind() {
        return AssessmentQueue.KIND;
    }

    @Override
    public @Nullable JsonNode run(JobRun run) {
        var id = AssessmentQueue.assessment(run.job());
        try {
            new AssessmentRun(
                            assessments::peek, store::file, spec -> watched(spec, run), this::send)
                    .run(id);
        } catch (JobCancelled cancelled) {
            // called off as a job, or by another node that has taken it up
            if (jobs.find(run.job().id()).filter(Job::cancelRequested).isPresent()) {
                try {
                    send(new AssessmentCommand.Cancel(id));
                } catch (CommandRefused refused) {
                    if (!refused.refusal().code().equals("assessment.ended")) {
                        throw refused;
                    }
                }
            }
            throw cancelled;
        }
        return null;
    }

    private void send(AssessmentCommand command) {
        commands.send(command, Actor.system());
    }

    /** The child's answer, once it is there; its progress is the job's. */
    private CompletableFuture<AssessmentResult> watched(AssessmentSpec spec, JobRun run) {
        var child = process.assess(spec);
        try {
            while (!ended(child.result())) {
                var percent = child.progress();
                run.progress(
                        (long) percent.orElse(0),
                        percent.isPresent() ? 100 : 0,
                        "Counting the rows of the prediction log");
            }
            return child.result();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while an assessment ran", e);
        } finally {
            child.cancel(); // does nothing once there is a result
        }
    }

    private static boolean ended(CompletableFuture<?> result) throws InterruptedException {
        try {
            result.get(250, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | CancellationException _) {
            return true; // whoever takes the result is told
        } catch (TimeoutException _) {
            return false;
        }
    }
}
