package io.countersign.governance.review;

import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
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

    private static final String OVER = "its time is over";

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
                        case APPROVAL -> ended(Status.EXPIRED, at, OVER);
                    };
            case ReviewEvent.Revoked e -> ended(Status.REVOKED, at, e.reason().text());
            case ReviewEvent.BecameStale e -> ended(Status.STALE, at, e.reason());
            case ReviewEvent.Superseded e ->
                    ended(Status.SUPERSEDED, at, "round " + e.byRound() + " took its place");
            case ReviewEvent.Remarked e ->
                    latest(
                            rounds.getLast().with(new Round.Said(e.by(), e.remarks(), at)),
                            approval);
            case ReviewEvent.ConditionSet e ->
                    latest(
                            rounds.getLast()
                                    .with(
                                            new Condition(
                                                    e.condition(),
                                                    e.text(),
                                                    e.evidence(),
                                                    e.owner(),
                                                    e.dueAt(),
                                                    e.confirmer(),
                                                    e.by(),
                                                    Condition.State.OPEN,
                                                    null,
                                                    null)),
                            approval);
            case ReviewEvent.ConditionFulfilled e ->
                    condition(
                            e.round(),
                            e.condition(),
                            c -> c.fulfilled(new Condition.Fulfilment(e.note(), e.attached(), at)));
            case ReviewEvent.ConditionConfirmed e ->
                    condition(
                            e.round(),
                            e.condition(),
                            c ->
                                    c.answered(
                                            new Condition.Answer(
                                                    e.by(),
                                                    e.onBehalfOf(),
                                                    e.role(),
                                                    true,
                                                    e.reason(),
                                                    at)));
            case ReviewEvent.ConditionNotConfirmed e ->
                    condition(
                            e.round(),
                            e.condition(),
                            c ->
                                    c.answered(
                                            new Condition.Answer(
                                                    e.by(),
                                                    e.onBehalfOf(),
                                                    e.role(),
                                                    false,
                                                    e.reason(),
                                                    at)));
            case ReviewEvent.ConditionMissed e ->
                    condition(e.round(), e.condition(), Condition::over)
                            .ended(Status.STALE, at, missed(e.condition(), e.dueAt()));
            case ReviewEvent.CouldNotBeReconsidered e -> undecided(a -> a.undecided(e.cause()));
            case ReviewEvent.Reconsidered e -> undecided(a -> a.decided(e.cause()));
        };
    }

    /** Approved, and neither over, revoked nor stale. Nothing depends on a timer having fired. */
    public boolean inForce(Instant now) {
        return approval != null && approval.inForce(now) && missed(now).isEmpty();
    }

    /** Conditions of the approval that were not confirmed in time, the first due first. */
    List<Condition> missed(Instant now) {
        return approval == null ? List.of() : rounds.get(approval.round() - 1).missed(now);
    }

    /** How the last approval ended, whether or not that is on record; empty while in force. */
    public Optional<Approval.Ending> ending(Instant now) {
        if (approval == null || inForce(now)) {
            return Optional.empty();
        }
        if (approval.ending() != null) {
            return Optional.of(approval.ending());
        }
        return missed(now).stream()
                .findFirst()
                .map(c ->
                        new Approval.Ending(Status.STALE, c.dueAt(), missed(c.number(), c.dueAt())))
                .or(() -> Optional.of(new Approval.Ending(Status.EXPIRED, approval.until(), OVER)));
    }

    /** What the approval in force was given on, or empty. */
    public List<Condition> approvedOn(Instant now) {
        return approval != null && inForce(now)
                ? rounds.get(approval.round() - 1).conditions()
                : List.of();
    }

    /** Whether anything still depends on this condition of that round, and there is time. */
    public boolean waitsFor(Round round, Condition condition, Instant now) {
        var counts =
                round.openAt(now)
                        || (approval != null && approval.round() == round.number() && inForce(now));
        return counts && condition.pending() && !condition.missed(now);
    }

    /** The end of the approval in force, or empty where none is. */
    public Optional<Instant> approvedUntil(Instant now) {
        return Optional.ofNullable(approval).filter(_ -> inForce(now)).map(Approval::until);
    }

    /** What the approval in force was given for, or empty where none is. */
    public Optional<Manifest> approvedManifest(Instant now) {
        return Optional.ofNullable(approval).filter(_ -> inForce(now)).map(Approval::manifest);
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
            case APPROVED -> ending(now).map(Approval.Ending::how).orElse(Status.EXPIRED);
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
                List.of(),
                List.of(),
                Status.OPEN,
                null);
    }

    private static String missed(int condition, Instant dueAt) {
        return "condition " + condition + " was not confirmed by " + dueAt;
    }

    private Review condition(int round, int number, UnaryOperator<Condition> change) {
        return new Review(
                rounds.stream()
                        .map(r ->
                                r.number() == round
                                        ? r.condition(number)
                                                .map(c -> r.with(change.apply(c)))
                                                .orElse(r)
                                        : r)
                        .toList(),
                approval);
    }

    private Review closed(Status outcome, Instant at) {
        return latest(rounds.getLast().closed(outcome, at), approval);
    }

    private Review ended(Status how, Instant at, String reason) {
        return new Review(rounds, approval == null ? null : approval.ended(how, at, reason));
    }

    private Review undecided(UnaryOperator<Approval> change) {
        return new Review(rounds, approval == null ? null : change.apply(approval));
    }

    private Review latest(Round round, @Nullable Approval approval) {
        return new Review(
                Stream.concat(rounds.stream().limit(rounds.size() - 1), Stream.of(round)).toList(),
                approval);
    }
}
