package io.countersign.governance.audit;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.Map;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What may be asked of the audit trail itself. */
public sealed interface AuditCommand extends Command {
    /** Puts an export on record, before its first row leaves. */
    record RecordExport(
            @TargetAggregateIdentifier SubjectRef stream,
            String format,
            Map<String, String> filter,
            long position,
            @Nullable Long events)
            implements AuditCommand {
        /** Of what is not counted before it leaves. */
        public static RecordExport of(String format, Map<String, String> filter, long position) {
            return of(format, filter, position, null);
        }

        /**
         * @param events how many; null where that is not known
         */
        public static RecordExport of(
                String format, Map<String, String> filter, long position, @Nullable Long events) {
            return new RecordExport(
                    new SubjectRef(SubjectKind.AUDIT, UUID.randomUUID().toString()),
                    format,
                    filter,
                    position,
                    events);
        }
    }
}
