package io.countersign.governance.review;

import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.shared.CommandRefused;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.dao.DataAccessException;

/**
 * Asks the gates an approval rests on again, on facts as they are now. One that was open when the
 * approval was given, and that what moved has closed, makes it stale. What cannot be found out is
 * put on record, once, and asked again later.
 */
record Reconsideration(
        Review review, Instant now, ReviewedSubjects subjects, PoliciesInForce policies) {
    private static final int LONGEST = 4_000;

    List<ReviewEvent> decide(ReviewCommand.Reconsider c) {
        var approval = review.approval();
        if (approval == null || !review.inForce(now)) {
            return List.of();
        }
        List<GateResult> closed;
        try {
            closed = closedBy(c, approval);
        } catch (CommandRefused refused) {
            // Of what is retired or has ended no gate can be asked, and none is: it does not run.
            return refused.refusal().code().endsWith("-retired")
                            || refused.refusal().code().endsWith(".retired")
                            || refused.refusal().code().endsWith(".ended")
                    ? List.of()
                    : undecided(c, approval, refused.refusal().message());
        } catch (DataAccessException | ConcurrencyException e) {
            throw e; // the whole command is tried again
        } catch (RuntimeException e) {
            return undecided(c, approval, String.valueOf(e));
        }
        var failed =
                closed.stream().filter(gate -> gate.status() == GateResult.Status.FAILED).toList();
        if (!failed.isEmpty()) {
            return List.of(
                    new ReviewEvent.BecameStale(
                            c.stream(), approval.round(), c.cause(), reason(c, failed), failed));
        }
        if (!closed.isEmpty()) {
            return undecided(c, approval, explained(closed));
        }
        return approval.undecided().contains(c.cause())
                ? List.of(new ReviewEvent.Reconsidered(c.stream(), approval.round(), c.cause()))
                : List.of();
    }

    private List<GateResult> closedBy(ReviewCommand.Reconsider c, Approval approval) {
        var policy = policies.adopted(approval.policy());
        if (!policy.staleBy(c.change())) {
            return List.of();
        }
        var subject = Review.subject(c.stream());
        var round = review.rounds().get(approval.round() - 1);
        var snapshot = subjects.snapshot(subject, now);
        var facts = ReviewDecision.facts(subject, snapshot, now, round.number(), round.requester());
        return PinnedGates.closed(policy, round, facts, snapshot.riskTier(), snapshot.waived())
                .stream()
                .filter(gate -> policy.closedBy(c.change(), c.moved().id(), gate, facts))
                .toList();
    }

    private List<ReviewEvent> undecided(
            ReviewCommand.Reconsider c, Approval approval, String problem) {
        return approval.undecided().contains(c.cause())
                ? List.of()
                : List.of(
                        new ReviewEvent.CouldNotBeReconsidered(
                                c.stream(),
                                approval.round(),
                                c.cause(),
                                c.change(),
                                c.moved(),
                                c.what(),
                                cut(problem)));
    }

    /** The event, each gate, and what is in its way. */
    private static String reason(ReviewCommand.Reconsider c, List<GateResult> failed) {
        return cut(c.what() + "; " + explained(failed));
    }

    private static String explained(List<GateResult> gates) {
        return gates.stream()
                .map(gate -> gate.gate() + ": " + gate.explanation())
                .collect(Collectors.joining("; "));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
