package io.countersign.governance.review;

import io.countersign.governance.policy.Evaluation;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.policy.SignatureRule;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request and the signatures given to it.
 *
 * @param number from 1
 * @param evaluation what policy said when the manifest was pinned
 * @param excluded who may not sign, and why
 * @param dueAt signatures are taken before, not at it
 * @param voided signatures on an earlier manifest of this round, that no longer count
 * @param closedAt when the outcome was reached, or null while open
 */
public record Round(
        int number,
        ProjectId project,
        String riskTier,
        UserId requester,
        @Nullable PersonalText comment,
        Manifest manifest,
        PolicyRef policy,
        Evaluation evaluation,
        List<Stake> excluded,
        Instant openedAt,
        Instant dueAt,
        List<Signature> signatures,
        List<Signature> voided,
        Status status,
        @Nullable Instant closedAt) {
    public Round {
        excluded = List.copyOf(excluded);
        signatures = List.copyOf(signatures);
        voided = List.copyOf(voided);
    }

    /** Who must still sign, with the number still needed; empty when all have. */
    public List<SignatureRule> outstanding() {
        return evaluation.signatures().stream()
                .map(rule ->
                        new SignatureRule(
                                rule.role(), rule.count() - approvals(rule.role()), rule.meaning()))
                .filter(rule -> rule.count() > 0)
                .toList();
    }

    /** What keeps this person from signing, or empty. */
    public Optional<Stake> stakeOf(UserId person) {
        return excluded.stream().filter(stake -> stake.person().equals(person)).findFirst();
    }

    /** Open, and there is still time. */
    boolean openAt(Instant now) {
        return status == Status.OPEN && now.isBefore(dueAt);
    }

    Round closed(Status outcome, Instant at) {
        return new Round(
                number,
                project,
                riskTier,
                requester,
                comment,
                manifest,
                policy,
                evaluation,
                excluded,
                openedAt,
                dueAt,
                signatures,
                voided,
                outcome,
                at);
    }

    Round with(Signature signature) {
        return new Round(
                number,
                project,
                riskTier,
                requester,
                comment,
                manifest,
                policy,
                evaluation,
                excluded,
                openedAt,
                dueAt,
                joined(signatures, List.of(signature)),
                voided,
                status,
                closedAt);
    }

    Round pinnedAnew(ReviewEvent.SignaturesVoided e) {
        return new Round(
                number,
                project,
                e.riskTier(),
                requester,
                comment,
                e.manifest(),
                policy,
                e.evaluation(),
                e.excluded(),
                openedAt,
                dueAt,
                List.of(),
                joined(voided, signatures),
                status,
                closedAt);
    }

    private int approvals(Role role) {
        return (int)
                signatures.stream()
                        .filter(s -> s.verdict() == Verdict.APPROVE && s.role().equals(role))
                        .count();
    }

    private static List<Signature> joined(List<Signature> first, List<Signature> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }
}
