package io.countersign.web.review;

import io.countersign.governance.policy.GateResult;
import io.countersign.governance.review.Status;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a decision is taken on, for one person at one position.
 *
 * @param approval the last one given, in force or not
 * @param round the latest, or null where nothing was asked for yet
 * @param earlier rounds before it, newest first
 * @param live how the subject stands at this moment; null in the past and where it cannot be said
 * @param problem why it cannot be said
 */
record Sheet(
        SubjectRef subject,
        String project,
        Status status,
        @Nullable Approved approval,
        @Nullable Asked round,
        List<Asked> earlier,
        @Nullable Live live,
        @Nullable String problem,
        May may) {
    record Person(String id, String name) {}

    record Item(String subject, String name, Sha256 digest, String label) {}

    /**
     * @param count how many are still asked for
     */
    record Wanted(String role, String title, int count, String meaning) {}

    record Kept(Person person, String reason) {}

    /**
     * A condition of a round.
     *
     * @param state open, fulfilled, confirmed or missed; void where nobody waits for it any more
     * @param fulfilled what the owner brought last
     * @param answered what was said to that
     * @param mayFulfil whether the person asking may say that it is
     * @param answerAs titles by key of the roles they may confirm it in
     */
    record On(
            int round,
            int number,
            String text,
            String evidence,
            Person owner,
            Instant dueAt,
            String confirmer,
            String confirmerTitle,
            Person setBy,
            String state,
            @Nullable Fulfilled fulfilled,
            @Nullable Answered answered,
            boolean mayFulfil,
            Map<String, String> answerAs) {}

    /**
     * @param attached ids of pieces of evidence
     */
    record Fulfilled(String note, List<String> attached, Instant at) {}

    record Answered(
            Person by,
            @Nullable Person onBehalfOf,
            String title,
            boolean confirmed,
            @Nullable String reason,
            Instant at) {}

    /**
     * @param grade must, should or note
     */
    record Remarked(String grade, String text, Person by, Instant at) {}

    record Signed(
            Person person,
            String printedName,
            @Nullable Person onBehalfOf,
            String role,
            String title,
            Verdict verdict,
            String meaning,
            @Nullable String comment,
            Instant at,
            Sha256 manifest) {}

    record Approved(
            int round,
            Sha256 manifest,
            Instant from,
            Instant until,
            boolean inForce,
            @Nullable Status ending,
            @Nullable Instant endedAt,
            @Nullable String reason) {}

    /**
     * One round as it was pinned.
     *
     * @param askedInWords how the signatures asked for hang together, where not all are wanted at
     *     once; else null
     * @param outstanding signatures that can be given next
     * @param missing the fewest signatures that approve it
     * @param voided signatures on an earlier manifest of the round, which no longer count
     * @param remarks the weightiest first
     * @param changes what differs from the round before; empty in the first
     */
    record Asked(
            int number,
            Status status,
            Person requester,
            @Nullable String comment,
            Instant openedAt,
            Instant dueAt,
            @Nullable Instant closedAt,
            String policy,
            Sha256 policySha256,
            Sha256 manifest,
            List<Item> items,
            List<GateResult> gates,
            List<Wanted> asked,
            @Nullable String askedInWords,
            List<Wanted> outstanding,
            int missing,
            List<Signed> signatures,
            List<Signed> voided,
            List<Kept> excluded,
            List<On> conditions,
            List<Remarked> remarks,
            List<String> changes) {}

    /**
     * @param open whether every gate holds
     * @param askedInWords as of a round
     * @param moved what changed since the open round was pinned
     * @param waivable ids of the gates that policy lets be waived
     */
    record Live(
            Instant at,
            boolean open,
            String title,
            String policy,
            Sha256 policySha256,
            Sha256 manifest,
            List<Item> items,
            List<GateResult> gates,
            List<Wanted> asked,
            @Nullable String askedInWords,
            List<Kept> excluded,
            List<String> moved,
            List<String> waivable) {}

    /**
     * What the person asking may do now.
     *
     * @param signAs titles by key of the roles they may sign in
     * @param notSigning why they may not sign, where a round is open
     * @param confirmers titles by key of the roles that can confirm a condition set now
     */
    record May(
            boolean request,
            Map<String, String> signAs,
            @Nullable String notSigning,
            Map<String, String> confirmers,
            boolean withdraw,
            boolean refresh,
            boolean revoke) {}
}
