package io.countersign.governance.review;

import io.countersign.governance.policy.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last approval given.
 *
 * @param round that led to it
 * @param until in force before, not at it
 * @param ending what ended it early or marked its end, or null
 * @param undecided ids of the events after which a gate it rests on could not be asked
 */
public record Approval(
        int round,
        Manifest manifest,
        PolicyRef policy,
        Instant from,
        Instant until,
        @Nullable Ending ending,
        List<String> undecided) {
    public Approval {
        // Rows stored before there was such a list have none.
        undecided = undecided == null ? List.of() : List.copyOf(undecided);
    }

    Approval(
            int round,
            Manifest manifest,
            PolicyRef policy,
            Instant from,
            Instant until,
            @Nullable Ending ending) {
        this(round, manifest, policy, from, until, ending, List.of());
    }

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

    Approval undecided(String cause) {
        return with(Stream.concat(undecided.stream(), Stream.of(cause)).distinct().toList());
    }

    Approval decided(String cause) {
        return with(undecided.stream().filter(each -> !each.equals(cause)).toList());
    }

    private Approval with(List<String> causes) {
        return new Approval(round, manifest, policy, from, until, ending, causes);
    }
}
