package io.countersign.governance.audit;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.Map;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What may be asked of the audit trail itself. */
public sealed interface AuditCommand extends Command {
    /** Puts an export on record, before its first row leaves. */
    record RecordExport(
            @TargetAggregateIdentifier SubjectRef stream,
            String format,
            Map<String, String> filter,
            long position)
            implements AuditCommand {
        public static RecordExport of(String format, Map<String, String> filter, long position) {
            return new RecordExport(
                    new SubjectRef(SubjectKind.AUDIT, UUID.randomUUID().toString()),
                    format,
                    filter,
                    position);
        }
    }
}
