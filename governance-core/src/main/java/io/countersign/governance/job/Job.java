package io.countersign.governance.job;

import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One piece of long work.
 *
 * @param done how much of {@code total} is, in the handler's own unit
 * @param total null while it is not known
 * @param message where it is, or why it ended
 * @param attempt how often it was taken up; more than once only after a crash
 */
public record Job(
        UUID id,
        String kind,
        @Nullable ProjectId project,
        UserId requestedBy,
        JsonNode parameters,
        State state,
        long done,
        @Nullable Long total,
        String message,
        @Nullable JsonNode result,
        int attempt,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        boolean cancelRequested) {
    /** How far a job is. The last three are final. */
    public enum State {
        QUEUED,
        RUNNING,
        DONE,
        FAILED,
        CANCELLED;

        public boolean isFinal() {
            return this != QUEUED && this != RUNNING;
        }
    }
}
