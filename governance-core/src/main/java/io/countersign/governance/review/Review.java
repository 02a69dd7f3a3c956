package io.countersign.governance.review;

import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The review of one subject: its rounds, oldest first, and the approval they led to. Immutable and
 * a function of its events alone.
 */
public record Review(List<Round> rounds, @Nullable Approval approval) {
    public static final Review NONE = new Review(List.of(), null);

    /** An approval may be renewed this long before it ends. */
    public static final Duration RENEWAL = Duration.ofDays(30);

    public Review {
        rounds = List.copyOf(rounds);
    }

    /** The stream of a subject's review. */
    public static SubjectRef stream(SubjectRef subject) {
        return new SubjectRef(SubjectKind.REVIEW, subject.toString());
    }

    /** The other way round. */
    public static SubjectRef subject(SubjectRef stream) {
        return SubjectRef.parse(stream.id());
    }

    /** The state after one more event, which happened at this time. */
    public Review evolve(ReviewEvent event, Instant at) {
        return switch (event) {
            case ReviewEvent.Requested e ->
                    new Review(
                            Stream.concat(rounds.stream(), Stream.of(opened(e, at))).toList(),
                            approval);
            case ReviewEvent.Signed e -> latest(rounds.getLast().with(e.signature()), approval);
            case ReviewEvent.SignaturesVoided e -> latest(rounds.getLast().pinnedAnew(e), approval);
            case ReviewEvent.Approved e ->
                    latest(
                            rounds.getLast().closed(Status.APPROVED, at),
                            new Approval(
                                    e.round(),
                                    rounds.getLast().manifest(),
                                    e.policy(),
                                    at,
                                    e.validUntil(),
                                    null));
            case ReviewEvent.Returned _ -> closed(Status.RETURNED, at);
            case ReviewEvent.Rejected _ -> closed(Status.REJECTED, at);
            case ReviewEvent.Withdrawn _ -> closed(Status.WITHDRAWN, at);
            case ReviewEvent.Expired e ->
                    switch (e.of()) {
                        case REQUEST -> closed(Status.EXPIRED, at);
                        case APPROVAL -> ended(Status.EXPIRED, at, "its time is over");
                    };
            case ReviewEvent.Revoked e -> ended(Status.REVOKED, at, e.reason().text());
            case ReviewEvent.BecameStale e -> ended(Status.STALE, at, e.reason());
        };
    }

    /** Approved, and neither over, revoked nor stale. Nothing depends on a timer having fired. */
    public boolean inForce(Instant now) {
        return approval != null && approval.inForce(now);
    }

    /** The end of the approval in force, or empty where none is. */
    public Optional<Instant> approvedUntil(Instant now) {
        return Optional.ofNullable(approval).filter(a -> a.inForce(now)).map(Approval::until);
    }

    /** What the approval in force was given for, or empty where none is. */
    public Optional<Manifest> approvedManifest(Instant now) {
        return Optional.ofNullable(approval).filter(a -> a.inForce(now)).map(Approval::manifest);
    }

    /** The round that takes signatures, or empty. */
    public Optional<Round> open(Instant now) {
        return latest().filter(round -> round.openAt(now));
    }

    public Optional<Round> latest() {
        return rounds.isEmpty() ? Optional.empty() : Optional.of(rounds.getLast());
    }

    /**
     * In one word: an open request first, then an approval in force, then how the last one ended.
     */
    public Status status(Instant now) {
        if (rounds.isEmpty()) {
            return Status.NONE;
        }
        var last = rounds.getLast();
        if (last.openAt(now)) {
            return Status.OPEN;
        }
        if (inForce(now)) {
            return Status.APPROVED;
        }
        return switch (last.status()) {
            case OPEN -> Status.EXPIRED;
            case APPROVED ->
                    approval == null || approval.ending() == null
                            ? Status.EXPIRED
                            : approval.ending().how();
            default -> last.status();
        };
    }

    private static Round opened(ReviewEvent.Requested e, Instant at) {
        return new Round(
                e.round(),
                e.project(),
                e.riskTier(),
                e.requester(),
                e.comment(),
                e.manifest(),
                e.policy(),
                e.evaluation(),
                e.excluded(),
                at,
                e.dueAt(),
                List.of(),
                List.of(),
                Status.OPEN,
                null);
    }

    private Review closed(Status outcome, Instant at) {
        return latest(rounds.getLast().closed(outcome, at), approval);
    }

    private Review ended(Status how, Instant at, String reason) {
        return new Review(rounds, approval == null ? null : approval.ended(how, at, reason));
    }

    private Review latest(Round round, @Nullable Approval approval) {
        return new Review(
                Stream.concat(rounds.stream().limit(rounds.size() - 1), Stream.of(round)).toList(),
                approval);
    }
}
