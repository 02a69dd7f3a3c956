package io.countersign.governance.review;

import io.countersign.governance.policy.Evaluation;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.policy.SignatureRule;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
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
 * @param conditions that the signatures which count were given on
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
        List<Condition> conditions,
        List<Said> remarks,
        Status status,
        @Nullable Instant closedAt) {
    /** What one reviewer remarked. */
    public record Said(UserId by, List<Remark> remarks, Instant at) {
        public Said {
            remarks = List.copyOf(remarks);
        }
    }

    @SuppressWarnings("NullAway") // rounds stored before there were conditions have none
    public Round {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        remarks = remarks == null ? List.of() : List.copyOf(remarks);
        excluded = List.copyOf(excluded);
        signatures = List.copyOf(signatures);
        voided = List.copyOf(voided);
    }

    /** Who can sign next, with the number still needed; empty when all have signed. */
    public List<SignatureRule> outstanding() {
        return evaluation.signatures().stream()
                .flatMap(demand -> demand.next(this::approvals).stream())
                .toList();
    }

    /** The fewest signatures that approve it from here on. */
    public int missing() {
        return evaluation.signatures().stream()
                .mapToInt(demand -> demand.missing(this::approvals))
                .sum();
    }

    /** A signature in this role may still be needed, now or when its turn comes. */
    boolean waitsFor(Role role) {
        return evaluation.signatures().stream()
                .flatMap(demand -> demand.unmet(this::approvals))
                .anyMatch(rule -> rule.role().equals(role));
    }

    /** Every demand of policy is met. */
    boolean signed() {
        return evaluation.signatures().stream().allMatch(demand -> demand.met(this::approvals));
    }

    /** The roles that can confirm a condition. */
    public List<Role> confirmers() {
        return Stream.concat(
                        evaluation.rules().stream().map(SignatureRule::role),
                        Stream.of(Role.COMPLIANCE_OFFICER))
                .distinct()
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
                conditions,
                remarks,
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
                conditions,
                remarks,
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
                List.of(),
                remarks,
                status,
                closedAt);
    }

    Round with(Said said) {
        return with(conditions, joined(remarks, List.of(said)));
    }

    /** With this condition, in the place of the one of its number if there is one. */
    Round with(Condition condition) {
        return with(
                Stream.concat(
                                conditions.stream().filter(c -> c.number() != condition.number()),
                                Stream.of(condition))
                        .sorted(Comparator.comparingInt(Condition::number))
                        .toList(),
                remarks);
    }

    private Round with(List<Condition> conditions, List<Said> remarks) {
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
                conditions,
                remarks,
                status,
                closedAt);
    }

    Optional<Condition> condition(int wanted) {
        return conditions.stream().filter(c -> c.number() == wanted).findFirst();
    }

    /** The conditions not confirmed in time, the first due first. */
    List<Condition> missed(Instant now) {
        return conditions.stream()
                .filter(c -> c.missed(now))
                .sorted(Comparator.comparing(Condition::dueAt))
                .toList();
    }

    /** What differs from an earlier round: what it rests on, tier, policy and gates. */
    public List<String> differencesFrom(Round earlier) {
        var differences = new ArrayList<>(manifest.differencesFrom(earlier.manifest));
        if (!riskTier.equals(earlier.riskTier)) {
            differences.add(
                    "the risk tier changed from '" + earlier.riskTier + "' to '" + riskTier + "'");
        }
        if (!policy.equals(earlier.policy)) {
            differences.add("the policy is " + policy + ", it was " + earlier.policy);
        }
        var before =
                earlier.evaluation.gates().stream()
                        .collect(
                                Collectors.toMap(
                                        GateResult::gate, GateResult::status, (a, _) -> a));
        evaluation.gates().stream()
                .filter(gate -> before.get(gate.gate()) != gate.status())
                .map(gate ->
                        "the gate '"
                                + gate.gate()
                                + "' is "
                                + gate.status().word()
                                + ", it was "
                                + Optional.ofNullable(before.get(gate.gate()))
                                        .map(GateResult.Status::word)
                                        .orElse("not asked"))
                .forEach(differences::add);
        return differences;
    }

    private int approvals(Role role) {
        return (int)
                signatures.stream()
                        .filter(s -> s.verdict() == Verdict.APPROVE && s.role().equals(role))
                        .count();
    }

    private static <T> List<T> joined(List<T> first, List<T> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }
}
