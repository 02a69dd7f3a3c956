package io.countersign.web.audit;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event as programs get it.
 *
 * @param roles the actor's at that time
 * @param payload as stored, personal words sealed; null in lists
 */
record AuditView(
        long position,
        String id,
        Instant at,
        String name,
        SubjectRef subject,
        @Nullable String project,
        String actor,
        @Nullable String onBehalfOf,
        String channel,
        List<String> roles,
        @Nullable String decision,
        String command,
        String correlation,
        String causation,
        @Nullable JsonNode payload) {
    static AuditView listed(AuditEntry entry) {
        return stored(entry, null);
    }

    static AuditView stored(AuditEntry entry, @Nullable JsonNode payload) {
        return new AuditView(
                entry.position(),
                entry.eventId(),
                entry.at(),
                entry.name(),
                entry.subject(),
                entry.projectId(),
                entry.actor(),
                entry.onBehalfOf(),
                entry.channel(),
                entry.roles().isEmpty() ? List.of() : List.of(entry.roles().split(" ", -1)),
                entry.decision(),
                entry.command(),
                entry.correlation(),
                entry.causation(),
                payload);
    }
}
