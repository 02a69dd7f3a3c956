package io.countersign.governance.review;

import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.SignatureRule;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Why a review says no. */
final class ReviewRefusals {
    private ReviewRefusals() {}

    static CommandRefused notReviewed(SubjectRef subject) {
        return refused(
                Refusal.notFound(
                        "review.not-reviewed",
                        "A "
                                + subject.kind().key()
                                + " is never reviewed; ask for a review of a version or a"
                                + " deployment."));
    }

    static CommandRefused gatesClosed(List<GateResult> closed) {
        return refused(
                Refusal.policy(
                        "review.gates-closed",
                        "Policy does not allow this yet. "
                                + closed.stream()
                                        .map(gate ->
                                                gate.sentence()
                                                        + " Not so ("
                                                        + gate.gate()
                                                        + "): "
                                                        + gate.explanation()
                                                        + ".")
                                        .collect(Collectors.joining(" ")),
                        Map.of(
                                "gates",
                                closed.stream()
                                        .map(gate ->
                                                Map.of(
                                                        "gate", gate.gate(),
                                                        "status", gate.status().name(),
                                                        "sentence", gate.sentence(),
                                                        "explanation", gate.explanation()))
                                        .toList())));
    }

    static CommandRefused alreadyOpen(Round round) {
        return refused(
                Refusal.conflict(
                                "review.already-open",
                                "Round "
                                        + round.number()
                                        + " of this review is open until "
                                        + round.dueAt()
                                        + "; wait for its outcome or withdraw it.")
                        .with("round", round.number()));
    }

    static CommandRefused stillApproved(Instant until) {
        return refused(
                Refusal.conflict(
                                "review.still-approved",
                                "This is approved until "
                                        + until
                                        + "; a renewal can be asked for in the last "
                                        + Review.RENEWAL.toDays()
                                        + " days before.")
                        .with("until", until.toString()));
    }

    static CommandRefused notOpen(Status status) {
        return refused(
                Refusal.conflict(
                                "review.not-open",
                                "This review takes no decisions now: it is "
                                        + status.word()
                                        + ", and that stands.")
                        .with("status", status.name()));
    }

    static CommandRefused pastDue(Instant dueAt) {
        return refused(
                Refusal.conflict(
                                "review.past-due",
                                "Signatures were taken until "
                                        + dueAt
                                        + "; the requester has to ask again.")
                        .with("dueAt", dueAt.toString()));
    }

    static CommandRefused channel(Channel channel) {
        return channel == Channel.TOKEN
                ? refused(
                        Refusal.forbidden(
                                "review.token-cannot-sign",
                                "A token can request but never decide; sign in with your own"
                                        + " password."))
                : refused(
                        Refusal.forbidden(
                                "review.channel-cannot-sign",
                                "Only a person on a page or with their own credentials in the API"
                                        + " can decide."));
    }

    static CommandRefused notFresh() {
        return refused(
                Refusal.forbidden(
                                "review.not-fresh",
                                "Signing needs your password again: it was last given more than "
                                        + ReviewDecision.FRESH.toMinutes()
                                        + " minutes ago.")
                        .with("field", "password"));
    }

    static CommandRefused roleNotAsked(Role role, List<SignatureRule> asked) {
        var roles = asked.stream().map(rule -> rule.role().key()).toList();
        return refused(
                Refusal.forbidden(
                                "review.role-not-asked",
                                "Policy asks for no signature of a "
                                        + role
                                        + " here, but of: "
                                        + String.join(", ", roles)
                                        + ".")
                        .with("field", "role")
                        .with("asked", roles));
    }

    static CommandRefused notYourTurn(Role role, List<SignatureRule> next) {
        var first = next.stream().map(rule -> rule.role().key()).toList();
        return refused(
                Refusal.conflict(
                                "review.not-your-turn",
                                "Policy asks for signatures in order: before a "
                                        + role
                                        + " comes "
                                        + String.join(" or ", first)
                                        + ".")
                        .with("role", role.key())
                        .with("next", first));
    }

    static CommandRefused roleComplete(Role role) {
        return refused(
                Refusal.conflict(
                                "review.role-complete",
                                "Every signature that policy asks of a "
                                        + role
                                        + " has been given.")
                        .with("role", role.key()));
    }

    static CommandRefused separation(Stake stake) {
        var code =
                switch (stake.as()) {
                    case REQUESTER -> "review.own-submission";
                    case DEVELOPER -> "review.own-development";
                    case DATA_OWNER -> "review.own-data";
                };
        return refused(
                Refusal.forbidden(
                                code,
                                "Separation of duties: "
                                        + stake.person()
                                        + " "
                                        + stake.as().reason()
                                        + " and cannot sign, nor can anybody in their name.")
                        .with("person", stake.person().value())
                        .with("reason", stake.as().key()));
    }

    static CommandRefused alreadySigned(UserId person) {
        return refused(
                Refusal.conflict(
                                "review.already-signed",
                                person
                                        + " has signed in this round, and one person signs once,"
                                        + " whatever roles they hold. The first signature stands.")
                        .with("person", person.value()));
    }

    static CommandRefused moved(List<String> moved) {
        return refused(
                Refusal.conflict(
                                "review.moved",
                                "What this decision rests on has moved: "
                                        + String.join("; ", moved)
                                        + ". Look at it again; the requester can refresh the"
                                        + " review.")
                        .with("moved", moved));
    }

    static CommandRefused nothingMoved() {
        return refused(
                Refusal.conflict(
                        "review.nothing-moved",
                        "Nothing this review rests on has moved; there is nothing to refresh."));
    }

    static CommandRefused notRequester(UserId requester) {
        return refused(
                Refusal.forbidden(
                                "review.not-requester",
                                "Only who asked for this review (" + requester + ") can do that.")
                        .with("requester", requester.value()));
    }

    static CommandRefused conditionsNeedApproval() {
        return refused(
                Refusal.invalid(
                                "review.conditions-need-approval",
                                "Conditions go with an approval. To ask for changes first, return it"
                                        + " with remarks.")
                        .with("field", "conditions"));
    }

    static CommandRefused mustNeedsCondition(String field) {
        return refused(
                Refusal.invalid(
                                "review.must-needs-condition",
                                "What must be changed does not go with an approval: return it, or"
                                        + " approve it on a condition.")
                        .with("field", field));
    }

    static CommandRefused conditionOverdue(Condition condition) {
        return refused(
                Refusal.conflict(
                                "review.condition-overdue",
                                "Condition "
                                        + condition.number()
                                        + " of this round was to be confirmed by "
                                        + condition.dueAt()
                                        + " and is not, so the round cannot be approved any more."
                                        + " Return it, or have it withdrawn and asked for again.")
                        .with("condition", condition.number()));
    }

    static CommandRefused noCondition(int round, int condition) {
        return refused(
                Refusal.notFound(
                        "review.no-condition",
                        "Round " + round + " of this review has no condition " + condition + "."));
    }

    static CommandRefused conditionOver(Condition condition, Condition.State state) {
        return refused(
                Refusal.conflict(
                                "review.condition-over",
                                "Condition "
                                        + condition.number()
                                        + " is "
                                        + state.word()
                                        + (condition.pending() && state == condition.state()
                                                ? ", but the approval it belongs to is no longer in"
                                                        + " force."
                                                : ", and that stands."))
                        .with("state", state.name()));
    }

    static CommandRefused notConditionOwner(Condition condition) {
        return refused(
                Refusal.forbidden(
                                "review.not-condition-owner",
                                "Only its owner ("
                                        + condition.owner()
                                        + ") can say that condition "
                                        + condition.number()
                                        + " is fulfilled.")
                        .with("owner", condition.owner().value()));
    }

    static CommandRefused ownCondition(UserId person) {
        return refused(
                Refusal.forbidden(
                                "review.own-condition",
                                "Separation of duties: "
                                        + person
                                        + " owns this condition, so somebody else has to confirm"
                                        + " it.")
                        .with("person", person.value()));
    }

    static CommandRefused conditionNotFulfilled(Condition condition) {
        return refused(
                Refusal.conflict(
                                "review.condition-not-fulfilled",
                                "The owner of condition "
                                        + condition.number()
                                        + " ("
                                        + condition.owner()
                                        + ") has not yet said that it is fulfilled.")
                        .with("owner", condition.owner().value()));
    }

    static CommandRefused notApproved(Status status) {
        return refused(
                Refusal.conflict(
                                "review.not-approved",
                                "There is no approval to take back: this review is "
                                        + status.word()
                                        + ".")
                        .with("status", status.name()));
    }

    static CommandRefused notYet(Instant dueAt) {
        return refused(
                Refusal.conflict("review.not-yet", "Its time is not over before " + dueAt + ".")
                        .with("dueAt", dueAt.toString()));
    }

    static CommandRefused systemOnly() {
        return refused(
                Refusal.forbidden(
                        "review.system-only", "Only the product itself does this, by its rules."));
    }

    static CommandRefused textNeeded(String field, String why) {
        return refused(
                Refusal.invalid("review." + code(field) + "-needed", why).with("field", field));
    }

    /** {@code conditions} for {@code conditions[2].text}: which of them is in the details. */
    private static String code(String field) {
        return field.replaceFirst("\\[.*", "");
    }

    static CommandRefused textTooLong(String field, int limit) {
        return refused(
                Refusal.invalid(
                                "review." + code(field) + "-too-long",
                                "The " + field + " may have " + limit + " characters at most.")
                        .with("field", field));
    }

    private static CommandRefused refused(Refusal refusal) {
        return new CommandRefused(refusal);
    }
}
