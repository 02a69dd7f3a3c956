package io.countersign.governance.job;

import java.util.concurrent.TimeUnit;

/** A job while it runs. Used by the thread that runs it. */
public final class JobRun {
    private static final long WRITE_EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    private final Job job;
    private final Jobs jobs;
    private long lastWrite = System.nanoTime() - WRITE_EVERY;
    private long done;
    private long total;
    private String message = "";

    JobRun(Job job, Jobs jobs) {
        this.job = job;
        this.jobs = jobs;
    }

    public Job job() {
        return job;
    }

    /**
     * Cheap enough for every row: it is written four times a second at most.
     *
     * @param total 0 while it is not known
     * @throws JobCancelled when the job is to stop
     */
    public void progress(long done, long total, String message) {
        this.done = done;
        this.total = total;
        this.message = message;
        checkCancelled();
    }

    /**
     * @throws JobCancelled when the job is to stop
     */
    public void checkCancelled() {
        if (System.nanoTime() - lastWrite >= WRITE_EVERY) {
            write();
        }
    }

    /** What was said last, whenever that was. */
    void write() {
        lastWrite = System.nanoTime();
        if (!jobs.progress(job, done, total, message)) {
            throw new JobCancelled();
        }
    }
}
