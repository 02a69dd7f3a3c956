package io.countersign.web.waiver;

import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.waiver.WaiverId;
import io.countersign.governance.waiver.Waivers;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A waiver as pages and programs show it.
 *
 * @param sentence of the gate: what would have to hold
 * @param environment the only one it holds for, or null
 * @param control what is done instead
 * @param by keys of the roles of which one has to sign it
 * @param policy that has the gate, with its version when the waiver was asked for
 * @param state open, in-force or ended
 * @param review how its review stands: open, approved, rejected, revoked, expired, ...
 * @param endsSoon in force, and for at most 14 days more
 */
record WaiverView(
        WaiverId id,
        String project,
        String gate,
        String sentence,
        SubjectRef subject,
        @Nullable String environment,
        String reason,
        String control,
        Instant until,
        List<String> by,
        String policy,
        UserId requester,
        Instant askedAt,
        String state,
        String review,
        boolean endsSoon) {
    static WaiverView of(Waivers.Listed row, Instant now) {
        return new WaiverView(
                row.id(),
                row.projectId().value(),
                row.gate(),
                row.sentence(),
                row.subject(),
                row.environment(),
                row.reason(),
                row.control(),
                row.until(),
                row.by(),
                row.policy().toString(),
                row.requester(),
                row.askedAt(),
                row.state().key(),
                row.status().word(),
                row.soon(now));
    }
}
