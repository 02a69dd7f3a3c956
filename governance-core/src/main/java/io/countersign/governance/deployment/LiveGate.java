package io.countersign.governance.deployment;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.policy.Facts;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.review.PinnedGates;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.Snapshot;
import io.countersign.governance.review.WaivedGates;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.SubjectKind;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Answers from the deployment's review and from the policy in force now, over the facts as they are
 * now. Anything but a clear yes is a no.
 */
@Component
class LiveGate implements DeploymentGate {
    private final DeploymentApproval approval;
    private final PoliciesInForce policies;
    private final Streams streams;
    private final PinnedGates pinned;
    private final WaivedGates waivers;
    private final Clock clock;

    LiveGate(
            DeploymentApproval approval,
            PoliciesInForce policies,
            Streams streams,
            PinnedGates pinned,
            WaivedGates waivers,
            Clock clock) {
        this.waivers = waivers;
        this.approval = approval;
        this.policies = policies;
        this.streams = streams;
        this.pinned = pinned;
        this.clock = clock;
    }

    @Override
    public Answer answer(DeploymentState deployment) {
        var requested = deployment.requested();
        if (requested == null) {
            return Answer.no("there is no such deployment");
        }
        var now = clock.instant();
        var review =
                streams.read(
                        Review.stream(requested.id().ref()),
                        ReviewEvent.class,
                        Review.NONE,
                        Review::evolve);
        var reasons = new ArrayList<String>();
        if (!review.inForce(now)) {
            reasons.add(notApproved(review, now));
        }
        try {
            var snapshot = approval.snapshot(requested, now);
            var inForce = policies.forSubject(SubjectKind.DEPLOYMENT);
            var gates =
                    inForce.policy()
                            .evaluate(
                                    facts(requested, snapshot.facts(), review, now),
                                    snapshot.riskTier(),
                                    waivers.of(requested.id().ref(), now))
                            .gates();
            gates.stream()
                    .filter(gate -> !gate.passed())
                    .forEach(gate -> reasons.add(gate.gate() + ": " + gate.explanation()));
            reasons.addAll(earlierEdition(inForce.ref(), review, requested, snapshot, now));
            return new Answer(reasons.isEmpty(), reasons, gates);
        } catch (CommandRefused refused) {
            reasons.add(refused.refusal().message());
            return new Answer(false, reasons, List.of());
        }
    }

    /** Of the edition the deployment was approved under, where another is in force by now. */
    private List<String> earlierEdition(
            PolicyRef inForce,
            Review review,
            DeploymentEvent.Requested requested,
            Snapshot snapshot,
            Instant now) {
        var approval = review.approval();
        return approval == null || approval.policy().equals(inForce)
                ? List.of()
                : pinned.closed(review, requested.id().ref(), now, () -> snapshot).stream()
                        .map(gate ->
                                approval.policy() + ", " + gate.gate() + ": " + gate.explanation())
                        .toList();
    }

    private static Facts facts(
            DeploymentEvent.Requested requested,
            Map<String, Object> facts,
            Review review,
            Instant now) {
        return new Facts(facts)
                .with("now", now.toString())
                .with(
                        "subject",
                        Map.of("kind", SubjectKind.DEPLOYMENT.key(), "id", requested.id().value()))
                .with(
                        "review",
                        Map.of(
                                "round",
                                review.rounds().size(),
                                "requester",
                                review.latest()
                                        .map(round -> round.requester().value())
                                        .orElse(requested.requester().value())));
    }

    private static String notApproved(Review review, Instant now) {
        var approval = review.approval();
        if (approval == null) {
            return "the deployment is not approved: "
                    + switch (review.status(now)) {
                        case NONE -> "its approval has not been asked for";
                        case OPEN -> "signatures are still missing";
                        default -> "the last request was " + review.status(now).word();
                    };
        }
        var ending = approval.ending();
        return ending == null
                ? "the approval of the deployment ended at " + approval.until()
                : "the approval of the deployment is "
                        + ending.how().word()
                        + ": "
                        + ending.reason();
    }
}
