package io.countersign.governance.evidence;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What a person may ask of evidence. */
public sealed interface EvidenceCommand extends Command {
    EvidenceId id();

    @Override
    @TargetAggregateIdentifier
    default SubjectRef stream() {
        return id().ref();
    }

    /**
     * The content is in the store already; see {@link EvidenceIntake}.
     *
     * @param size in bytes
     * @param retainedUntil before that it cannot be deleted
     */
    record Attach(
            SubjectRef subject,
            Sha256 digest,
            String fileName,
            EvidenceType type,
            long size,
            String note,
            Instant retainedUntil)
            implements EvidenceCommand {
        @Override
        public EvidenceId id() {
            return EvidenceId.of(subject, digest);
        }
    }

    /** Destroys the content once nothing else needs it; its digest stays on record. */
    record Delete(EvidenceId id, String reason) implements EvidenceCommand {}
}
