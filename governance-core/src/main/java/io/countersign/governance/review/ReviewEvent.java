package io.countersign.governance.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.policy.Change;
import io.countersign.governance.policy.Evaluation;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened in a review. */
public sealed interface ReviewEvent {
    SubjectRef stream();

    /** Which round of the review it belongs to, from 1. */
    int round();

    /** What is under review. */
    default SubjectRef subject() {
        return Review.subject(stream());
    }

    /**
     * With everything the request rests on: later edits of policy or subject change none of it.
     * Until revision 1 signatures were a list of rules; since then a rule may be a group.
     */
    @EventName(value = "review.requested", revision = "2")
    record Requested(
            SubjectRef stream,
            int round,
            ProjectId project,
            String riskTier,
            UserId requester,
            @Nullable PersonalText comment,
            Manifest manifest,
            Sha256 manifestDigest,
            PolicyRef policy,
            Evaluation evaluation,
            List<Stake> excluded,
            Instant dueAt)
            implements ReviewEvent {}

    /**
     * @param gates as they stood at an approving signature; empty for any other
     */
    @EventName("review.signed")
    record Signed(SubjectRef stream, int round, Signature signature, List<GateResult> gates)
            implements ReviewEvent {}

    /** The manifest moved before the outcome; what is pinned from now on. Revisions as above. */
    @EventName(value = "review.signatures-voided", revision = "2")
    record SignaturesVoided(
            SubjectRef stream,
            int round,
            List<UserId> signers,
            List<String> moved,
            String riskTier,
            Manifest manifest,
            Sha256 manifestDigest,
            Evaluation evaluation,
            List<Stake> excluded)
            implements ReviewEvent {}

    /**
     * @param byRule true where policy asked for no signature
     */
    @EventName("review.approved")
    record Approved(
            SubjectRef stream,
            int round,
            Sha256 manifestDigest,
            PolicyRef policy,
            boolean byRule,
            Instant validUntil)
            implements ReviewEvent {}

    @EventName("review.returned")
    record Returned(SubjectRef stream, int round, UserId by) implements ReviewEvent {}

    @EventName("review.rejected")
    record Rejected(SubjectRef stream, int round, UserId by) implements ReviewEvent {}

    @EventName("review.withdrawn")
    record Withdrawn(SubjectRef stream, int round, UserId by, @Nullable PersonalText reason)
            implements ReviewEvent {}

    /** The time for signatures, or that of the approval, is over. */
    @EventName("review.expired")
    record Expired(SubjectRef stream, int round, Of of, Instant dueAt) implements ReviewEvent {
        public enum Of {
            REQUEST,
            APPROVAL
        }
    }

    /**
     * @param role the one that allowed it
     */
    @EventName("review.revoked")
    record Revoked(SubjectRef stream, int round, UserId by, Role role, PersonalText reason)
            implements ReviewEvent {}

    /**
     * @param cause id of the event that made it so
     * @param gates those it rests on that are closed now, with what they were asked about; null
     *     where something else than a gate made it so, and in events stored before gates were kept
     */
    @EventName("review.became-stale")
    record BecameStale(
            SubjectRef stream,
            int round,
            String cause,
            String reason,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<GateResult> gates)
            implements ReviewEvent {
        public BecameStale(SubjectRef stream, int round, String cause, String reason) {
            this(stream, round, cause, reason, null);
        }
    }

    /**
     * Something the approval depends on moved, and a gate it rests on could not be asked. Until it
     * can be, deployment gates take it for closed; the approval is not stale.
     *
     * @param cause id of the event that moved it
     * @param moved what the event is about
     * @param what happened, for people
     * @param problem why it could not be asked
     */
    @EventName("review.could-not-be-reconsidered")
    record CouldNotBeReconsidered(
            SubjectRef stream,
            int round,
            String cause,
            Change change,
            SubjectRef moved,
            String what,
            String problem)
            implements ReviewEvent {}

    /** With the signature before it. */
    @EventName("review.condition-set")
    record ConditionSet(
            SubjectRef stream,
            int round,
            int condition,
            PersonalText text,
            PersonalText evidence,
            UserId owner,
            Instant dueAt,
            Role confirmer,
            UserId by)
            implements ReviewEvent {}

    @EventName("review.condition-fulfilled")
    record ConditionFulfilled(
            SubjectRef stream,
            int round,
            int condition,
            UserId by,
            PersonalText note,
            List<String> attached)
            implements ReviewEvent {}

    /**
     * @param onBehalfOf whom they stood in for; not there where nobody
     */
    @EventName("review.condition-confirmed")
    record ConditionConfirmed(
            SubjectRef stream,
            int round,
            int condition,
            UserId by,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UserId onBehalfOf,
            Role role,
            @Nullable PersonalText reason)
            implements ReviewEvent {}

    /**
     * What the owner brought was not enough: it is open again.
     *
     * @param onBehalfOf whom they stood in for; not there where nobody
     */
    @EventName("review.condition-not-confirmed")
    record ConditionNotConfirmed(
            SubjectRef stream,
            int round,
            int condition,
            UserId by,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UserId onBehalfOf,
            Role role,
            PersonalText reason)
            implements ReviewEvent {}

    /** It was not confirmed in time, and so the approval is stale. */
    @EventName("review.condition-missed")
    record ConditionMissed(SubjectRef stream, int round, int condition, UserId owner, Instant dueAt)
            implements ReviewEvent {}

    /** With the signature before it. */
    @EventName("review.remarked")
    record Remarked(SubjectRef stream, int round, UserId by, List<Remark> remarks)
            implements ReviewEvent {}

    /** A later round has led to an approval in its place. */
    @EventName("review.superseded")
    record Superseded(SubjectRef stream, int round, int byRound) implements ReviewEvent {}

    /**
     * What could not be asked before was asked, and the approval stands.
     *
     * @param cause id of the event that had moved something
     */
    @EventName("review.reconsidered")
    record Reconsidered(SubjectRef stream, int round, String cause) implements ReviewEvent {}
}
