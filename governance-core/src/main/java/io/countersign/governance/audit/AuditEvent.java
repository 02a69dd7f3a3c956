package io.countersign.governance.audit;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.SubjectRef;
import java.util.Map;

/** What has been done with the audit trail itself. */
public sealed interface AuditEvent {
    /**
     * Events left the product as a file. Filter, position and what the person may see together say
     * which.
     *
     * @param export names this one export
     * @param format csv or json
     * @param filter the parts that were given, by name
     * @param position the newest that was included
     */
    @EventName("audit.exported")
    record Exported(SubjectRef export, String format, Map<String, String> filter, long position)
            implements AuditEvent {}
}
