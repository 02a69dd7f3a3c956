package io.countersign.governance.review;

import io.countersign.governance.policy.Facts;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.Policy;
import io.countersign.governance.policy.Waived;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Whether an approval still rests on something: its gates, of the edition it was given under, on
 * facts as they are now. What depends on an approval asks here, and so need not wait until the
 * approval has been marked stale.
 */
@Component
public class PinnedGates {
    private final PoliciesInForce policies;
    private final WaivedGates waivers;

    PinnedGates(PoliciesInForce policies, WaivedGates waivers) {
        this.policies = policies;
        this.waivers = waivers;
    }

    /**
     * The gates that were open when the approval in force was given and are not now; empty where
     * all hold, and where no approval is in force. What cannot be found out counts as closed.
     *
     * @param snapshot of the subject; asked for only where there is a gate to ask
     */
    public List<GateResult> closed(
            Review review, SubjectRef subject, Instant now, Supplier<Snapshot> snapshot) {
        var approval = review.approval();
        if (approval == null || !review.inForce(now)) {
            return List.of();
        }
        try {
            var round = review.rounds().get(approval.round() - 1);
            if (round.evaluation().gates().isEmpty()) {
                return List.of();
            }
            var policy = policies.adopted(approval.policy());
            var live = snapshot.get();
            return closed(
                    policy,
                    round,
                    ReviewDecision.facts(subject, live, now, round.number(), round.requester()),
                    live.riskTier(),
                    // most policies have no such gate, and then nothing needs to be looked up
                    policy.waivable().isEmpty() ? List.of() : waivers.of(subject, now));
        } catch (DataAccessException | ConcurrencyException e) {
            throw e;
        } catch (CommandRefused refused) {
            return unknown(refused.refusal().message());
        } catch (RuntimeException e) {
            return unknown(String.valueOf(e));
        }
    }

    static List<GateResult> closed(
            Policy policy, Round round, Facts facts, String riskTier, List<Waived> waived) {
        return policy.closedSince(
                round.evaluation().gates().stream()
                        .filter(GateResult::passed)
                        .map(GateResult::gate)
                        .collect(Collectors.toSet()),
                round.riskTier(),
                facts,
                riskTier,
                waived);
    }

    private static List<GateResult> unknown(String why) {
        return List.of(
                new GateResult(
                        "approval-stands",
                        GateResult.Status.ERROR,
                        "What the approval rests on still holds.",
                        "this could not be decided: " + why,
                        "critical",
                        Map.of()));
    }
}
