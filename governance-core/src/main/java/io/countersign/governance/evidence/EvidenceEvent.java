package io.countersign.governance.evidence;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;

/** What has happened to a piece of evidence. */
public sealed interface EvidenceEvent {
    EvidenceId id();

    Sha256 digest();

    /**
     * @param size in bytes
     */
    @EventName("evidence.attached")
    record Attached(
            EvidenceId id,
            SubjectRef subject,
            Sha256 digest,
            String name,
            EvidenceType type,
            long size,
            PersonalText note,
            Instant retainedUntil)
            implements EvidenceEvent {}

    @EventName("evidence.deleted")
    record Deleted(EvidenceId id, Sha256 digest, PersonalText reason) implements EvidenceEvent {}
}
