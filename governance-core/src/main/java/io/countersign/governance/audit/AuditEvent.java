package io.countersign.governance.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.SubjectRef;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has been done with the audit trail itself. */
public sealed interface AuditEvent {
    /**
     * Events left the product as a file. Filter, position and what the person may see together say
     * which.
     *
     * @param export names this one export
     * @param format csv, json or bundle
     * @param filter the parts that were given, by name
     * @param position the newest that was included
     * @param events how many left; null where they were not counted before they did, as in csv and
     *     json, and in exports of versions that counted none
     */
    @EventName("audit.exported")
    record Exported(
            SubjectRef export,
            String format,
            Map<String, String> filter,
            long position,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long events)
            implements AuditEvent {}
}
