package io.countersign.governance.job;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Does the jobs of one kind. */
public interface JobHandler {
    String kind();

    /**
     * Does the work; after a crash it is asked again from the start, so doing it twice must do no
     * harm. Calls {@link JobRun#progress} or {@link JobRun#checkCancelled} often.
     *
     * @return what came out, for whoever asked, or null
     * @throws io.countersign.governance.shared.CommandRefused with what the person is told
     * @throws Exception any other ends the job as failed, with a plain message; details are logged
     */
    @Nullable JsonNode run(JobRun run) throws Exception;
}
