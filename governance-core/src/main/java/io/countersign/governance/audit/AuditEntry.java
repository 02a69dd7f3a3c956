package io.countersign.governance.audit;

import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event in the audit trail.
 *
 * @param subjectKind the key of a {@link SubjectKind}; for a review or a refusal, of what it is
 *     about
 * @param projectId null where it belongs to no one project
 * @param roles the actor's at that time, as {@code requester@credit auditor@*}
 * @param decision approved, rejected, returned, withdrawn, expired, revoked, refused, or null
 * @param command shared by all events of one command
 * @param correlation shared by everything one first cause set in motion
 * @param causation the event that caused it, or the command's id where a person did
 */
public record AuditEntry(
        long position,
        String eventId,
        Instant at,
        String name,
        String stream,
        String subjectKind,
        String subjectId,
        @Nullable String projectId,
        String actor,
        @Nullable String onBehalfOf,
        String channel,
        String roles,
        @Nullable String decision,
        String command,
        String correlation,
        String causation,
        String words,
        String personalWords,
        List<String> persons) {
    public SubjectRef subject() {
        return new SubjectRef(SubjectKind.ofKey(subjectKind), subjectId);
    }
}
