package io.countersign.governance.waiver;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.review.Stake;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has happened to a waiver; the rest happens in its review. */
public sealed interface WaiverEvent {
    WaiverId id();

    /**
     * With what policy said of it then. Reason and control are part of every answer of the gate and
     * so not sealed to a person: the form asks to name nobody.
     *
     * @param sentence of the gate: what would have to hold
     * @param by the roles of which one has to sign it
     * @param policy that has the gate
     * @param excluded who may not sign it, besides whoever asks for its review
     */
    @EventName("waiver.requested")
    record Requested(
            WaiverId id,
            String gate,
            String sentence,
            SubjectRef subject,
            @Nullable String environment,
            String reason,
            String control,
            Instant until,
            List<Role> by,
            PolicyRef policy,
            UserId requester,
            List<Stake> excluded)
            implements WaiverEvent {
        public Requested {
            by = List.copyOf(by);
            excluded = List.copyOf(excluded);
        }
    }
}
