package io.countersign.governance.review;

import io.countersign.governance.policy.Change;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What can be asked of a review; {@code stream} is {@link Review#stream} of its subject. */
public sealed interface ReviewCommand extends Command {
    /** The subject and its project. */
    @Override
    default Collection<SubjectRef> reliesOn() {
        var subject = stream().id();
        var colon = subject.indexOf(':');
        var project = subject.substring(colon + 1).split("\\.", 2)[0];
        // whether there is such a subject is for the decision to say
        return colon < 1 || project.isBlank()
                ? List.of()
                : List.of(SubjectRef.parse(subject), new SubjectRef(SubjectKind.PROJECT, project));
    }

    /** Asks for approval as the subject stands now. By somebody with the role requester. */
    record Request(@TargetAggregateIdentifier SubjectRef stream, @Nullable String comment)
            implements ReviewCommand {}

    /**
     * A decision by one person.
     *
     * @param manifest digest of what the signer was shown
     * @param role the one to sign in, held by the signer and asked for by policy
     * @param comment needed to return or reject, unless a remark says why
     * @param printedName of the signer
     * @param conditions what the approval is given on; none with any other verdict
     * @param remarks with an approval none that must be acted on: that is a condition
     */
    record Sign(
            @TargetAggregateIdentifier SubjectRef stream,
            Sha256 manifest,
            Role role,
            Verdict verdict,
            @Nullable String comment,
            String printedName,
            List<Terms> conditions,
            List<Said> remarks)
            implements ReviewCommand {
        public Sign {
            conditions = List.copyOf(conditions);
            remarks = List.copyOf(remarks);
        }

        @Override
        public boolean delegable() {
            return true;
        }

        /** Without conditions and remarks. */
        public Sign(
                SubjectRef stream,
                Sha256 manifest,
                Role role,
                Verdict verdict,
                @Nullable String comment,
                String printedName) {
            this(stream, manifest, role, verdict, comment, printedName, List.of(), List.of());
        }

        /** A condition as {@link Condition} describes it. */
        public record Terms(
                String text, String evidence, UserId owner, Instant dueAt, Role confirmer) {}

        public record Said(Remark.Grade grade, String text) {}
    }

    /**
     * Says that a condition is fulfilled. By its owner; again, where what was brought before was
     * not enough.
     *
     * @param attached ids of pieces of evidence
     */
    record FulfilCondition(
            @TargetAggregateIdentifier SubjectRef stream,
            int round,
            int condition,
            String note,
            List<String> attached)
            implements ReviewCommand {
        public FulfilCondition {
            attached = List.copyOf(attached);
        }
    }

    /**
     * Confirms that a fulfilled condition is, or says why not. By somebody in the role that was
     * named, who is neither its owner nor kept from signing.
     *
     * @param reason needed where it is not
     */
    record AnswerCondition(
            @TargetAggregateIdentifier SubjectRef stream,
            int round,
            int condition,
            boolean confirmed,
            @Nullable String reason)
            implements ReviewCommand {
        @Override
        public boolean delegable() {
            return true;
        }
    }

    /**
     * Pins the round to how the subject stands now; signatures on what moved are void and asked for
     * again. By the requester or the product.
     */
    record Refresh(@TargetAggregateIdentifier SubjectRef stream) implements ReviewCommand {}

    /** Takes an open request back. By the requester. */
    record Withdraw(@TargetAggregateIdentifier SubjectRef stream, @Nullable String reason)
            implements ReviewCommand {}

    /** Takes an approval back. By a compliance officer or a role that signed it. */
    record Revoke(@TargetAggregateIdentifier SubjectRef stream, String reason)
            implements ReviewCommand {}

    /**
     * Puts on record that time is over, for the request, the approval or a condition of it. By the
     * product.
     */
    record Expire(@TargetAggregateIdentifier SubjectRef stream) implements ReviewCommand {}

    /**
     * Something the approval rests on has got worse. By the product; without effect where no
     * approval is in force, so that it can be repeated.
     *
     * @param cause id of the event
     * @param reason for people
     */
    record MarkStale(@TargetAggregateIdentifier SubjectRef stream, String cause, String reason)
            implements ReviewCommand {}

    /**
     * Asks the gates that the approval rests on again, since something it depends on has moved: one
     * that was open when it was given and is closed by that now makes it stale. By the product;
     * without effect where no approval is in force or nothing is worse, so that it can be repeated.
     *
     * @param cause id of the event
     * @param moved what the event is about
     * @param what happened, for people: {@code the approval of ... was revoked}
     */
    record Reconsider(
            @TargetAggregateIdentifier SubjectRef stream,
            String cause,
            Change change,
            SubjectRef moved,
            String what)
            implements ReviewCommand {}
}
