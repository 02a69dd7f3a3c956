package io.countersign.governance.job;

import io.countersign.governance.shared.CommandRefused;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Does jobs on this node, two at a time at most. */
@Component
public class JobWorkers implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(JobWorkers.class);
    private static final int WORKERS = 2;

    private final Jobs jobs;
    private final Map<String, JobHandler> handlers;
    private final Map<Thread, Job> running = new ConcurrentHashMap<>();
    private @Nullable ScheduledExecutorService threads;

    @Autowired
    JobWorkers(Jobs jobs, ObjectProvider<JobHandler> handlers) {
        this(jobs, handlers.stream().toList());
    }

    JobWorkers(Jobs jobs, List<JobHandler> handlers) {
        this.jobs = jobs;
        this.handlers =
                handlers.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        JobHandler::kind, Function.identity()));
    }

    @Override
    public synchronized void start() {
        if (threads != null || handlers.isEmpty()) {
            return;
        }
        var pool =
                Executors.newScheduledThreadPool(
                        WORKERS + 1, Thread.ofPlatform().name("job-", 1).daemon().factory());
        for (int i = 0; i < WORKERS; i++) {
            pool.scheduleWithFixedDelay(this::workThroughQueue, 0, 500, TimeUnit.MILLISECONDS);
        }
        pool.scheduleWithFixedDelay(this::heartbeat, 10, 10, TimeUnit.SECONDS);
        threads = pool;
    }

    /** Running jobs are interrupted and wait for the next start, or for another node. */
    @Override
    public synchronized void stop() {
        if (threads == null) {
            return;
        }
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(20, TimeUnit.SECONDS)) {
                LOG.warn("A job did not stop in time; it is taken up again after a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return threads != null;
    }

    // an exception that escaped would end the schedule for good
    private void workThroughQueue() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                var job = jobs.claim(handlers.keySet());
                if (job.isEmpty()) {
                    return;
                }
                run(job.get());
            }
        } catch (RuntimeException e) {
            LOG.warn("No job could be taken up; this is tried again", e);
        }
    }

    private void heartbeat() {
        try {
            running.values().forEach(jobs::heartbeat);
            jobs.giveUp();
        } catch (RuntimeException e) {
            LOG.warn("The database could not be told that jobs still run; this is tried again", e);
        }
    }

    private void run(Job job) {
        var run = new JobRun(job, jobs);
        running.put(Thread.currentThread(), job);
        try {
            run.write();
            var handler = handlers.get(job.kind());
            var result = handler == null ? null : handler.run(run);
            run.write();
            jobs.end(job, Job.State.DONE, null, result);
        } catch (JobCancelled e) {
            jobs.end(job, Job.State.CANCELLED, "Called off.", null);
        } catch (CommandRefused e) {
            jobs.end(job, Job.State.FAILED, e.refusal().message(), null);
        } catch (InterruptedException e) {
            putBack(job);
        } catch (Exception e) {
            if (Thread.currentThread().isInterrupted()) {
                putBack(job);
                return;
            }
            LOG.error("Job {} ({}) failed", job.id(), job.kind(), e);
            jobs.end(
                    job,
                    Job.State.FAILED,
                    "This failed for a reason of the server's own. Try again; if it fails again,"
                            + " give the administrator the number "
                            + job.id()
                            + ".",
                    null);
        } finally {
            running.remove(Thread.currentThread());
        }
    }

    private void putBack(Job job) {
        // the database driver does not work on an interrupted thread
        Thread.interrupted();
        jobs.putBack(job);
        Thread.currentThread().interrupt();
    }
}
