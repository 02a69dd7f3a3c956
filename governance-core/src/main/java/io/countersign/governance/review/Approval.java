package io.countersign.governance.review;

import io.countersign.governance.policy.PolicyRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last approval given.
 *
 * @param round that led to it
 * @param until in force before, not at it
 * @param ending what ended it early or marked its end, or null
 */
public record Approval(
        int round,
        Manifest manifest,
        PolicyRef policy,
        Instant from,
        Instant until,
        @Nullable Ending ending) {
    /**
     * @param how expired, revoked, superseded or stale
     * @param reason for people
     */
    public record Ending(Status how, Instant at, String reason) {}

    boolean inForce(Instant now) {
        return ending == null && now.isBefore(until);
    }

    Approval ended(Status how, Instant at, String reason) {
        return new Approval(round, manifest, policy, from, until, new Ending(how, at, reason));
    }
}
