package io.countersign.web.review;

import io.countersign.governance.policy.GateResult;
import io.countersign.governance.review.DecisionRecord;
import io.countersign.governance.review.Status;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.web.ledger.Included;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decision: what was asked, on what, by which rules, who signed, what came of it, where that
 * stands in the ledger, and what computing it again gives.
 *
 * @param same whether everything comes out again as it was decided
 * @param outcome the last step of the round
 */
record DecisionReceipt(
        SubjectRef subject,
        String project,
        int round,
        Status status,
        Person requester,
        @Nullable String comment,
        Instant requestedAt,
        Instant dueAt,
        @Nullable Instant closedAt,
        String riskTier,
        String policy,
        Sha256 policySha256,
        @Nullable String signaturesAskedFor,
        Sha256 manifest,
        List<Item> items,
        List<Answer> gates,
        List<Signed> signatures,
        List<Condition> conditions,
        List<Remark> remarks,
        List<Step> steps,
        @Nullable Included outcome,
        boolean same,
        List<DecisionRecord.Check> checks) {
    record Person(String id, String name) {}

    record Item(String subject, String name, Sha256 digest, String label) {}

    /**
     * @param at when it was asked
     * @param eventId the event it is pinned in
     * @param again what the policy answers from the same inputs now
     * @param same whether that is the same
     */
    record Answer(
            Instant at,
            String eventId,
            GateResult recorded,
            GateResult.Status again,
            boolean same) {}

    /**
     * 21 CFR 11.50: printed name, time and meaning, with what was signed.
     *
     * @param password when it was given for this signature
     * @param counts false where the manifest moved afterwards
     */
    record Signed(
            Person person,
            String printedName,
            @Nullable Person onBehalfOf,
            String role,
            Verdict verdict,
            String meaning,
            @Nullable String comment,
            Instant at,
            Instant password,
            Sha256 manifest,
            boolean counts) {}

    record Condition(
            int number,
            String text,
            String evidence,
            Person owner,
            Instant dueAt,
            String confirmer,
            String state) {}

    record Remark(Person by, String grade, String text, Instant at) {}

    record Step(String eventId, String name, Instant at) {}
}
