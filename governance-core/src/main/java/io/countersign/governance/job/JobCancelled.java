package io.countersign.governance.job;

/** The job was called off, or another node has taken it up; the handler lets it through. */
public final class JobCancelled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobCancelled() {
        super("the job was called off", null, false, false);
    }
}
