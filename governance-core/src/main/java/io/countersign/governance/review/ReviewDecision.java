package io.countersign.governance.review;

import io.countersign.governance.eventstore.Grants;
import io.countersign.governance.policy.Evaluation;
import io.countersign.governance.policy.Facts;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.Policy;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.policy.SignatureRule;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides one command: the events it causes, or a refusal. The same review, actor, time, subject
 * and policies always give the same answer.
 */
record ReviewDecision(
        Review review,
        Actor actor,
        Instant now,
        ReviewedSubjects subjects,
        PoliciesInForce policies,
        Grants grants) {
    /** How long a password given counts for signing. */
    static final Duration FRESH = Duration.ofMinutes(5);

    private static final int MAX_TEXT = 4_000;
    private static final int MAX_NAME = 200;
    private static final int MOST_CONDITIONS = 20;
    private static final int MOST_REMARKS = 50;
    private static final int MOST_ATTACHED = 50;

    /**
     * @throws io.countersign.governance.shared.CommandRefused with a reason from {@link
     *     ReviewRefusals} or {@link Actor#require}
     */
    List<ReviewEvent> decide(ReviewCommand command) {
        return switch (command) {
            case ReviewCommand.Request c -> request(c);
            case ReviewCommand.Sign c -> sign(c);
            case ReviewCommand.FulfilCondition c -> fulfil(c);
            case ReviewCommand.AnswerCondition c -> answer(c);
            case ReviewCommand.Refresh c -> refresh(c.stream());
            case ReviewCommand.Withdraw c -> withdraw(c);
            case ReviewCommand.Revoke c -> revoke(c);
            case ReviewCommand.Expire c -> expire(c.stream());
            case ReviewCommand.MarkStale c -> markStale(c);
            case ReviewCommand.Reconsider c -> {
                requireSystem();
                yield new Reconsideration(review, now, subjects, policies).decide(c);
            }
        };
    }

    private List<ReviewEvent> request(ReviewCommand.Request c) {
        var subject = Review.subject(c.stream());
        // before anything is looked up, so that the answer does not tell whether the subject exists
        actor.require(projectOf(subject), Role.REQUESTER);
        var snapshot = subjects.snapshot(subject, now);
        actor.require(snapshot.project(), Role.REQUESTER);
        review.open(now)
                .ifPresent(round -> {
                    throw ReviewRefusals.alreadyOpen(round);
                });
        review.approvedUntil(now)
                .filter(until -> now.isBefore(until.minus(Review.RENEWAL)))
                .ifPresent(until -> {
                    throw ReviewRefusals.stillApproved(until);
                });
        var number = review.rounds().size() + 1;
        var inForce = policies.forSubject(subject.kind());
        var evaluation =
                inForce.policy()
                        .evaluate(
                                facts(subject, snapshot, number, actor.id()),
                                snapshot.riskTier(),
                                snapshot.waived());
        requireOpen(evaluation.gates());
        var events = new ArrayList<ReviewEvent>();
        // a request nobody decided in time, that no timer has closed yet
        review.latest()
                .filter(round -> round.status() == Status.OPEN)
                .ifPresent(round -> events.add(lapsed(c.stream(), round)));
        events.add(
                new ReviewEvent.Requested(
                        c.stream(),
                        number,
                        snapshot.project(),
                        snapshot.riskTier(),
                        actor.id(),
                        personal("comment", c.comment()),
                        snapshot.manifest(),
                        snapshot.manifest().digest(),
                        inForce.ref(),
                        evaluation,
                        excluded(
                                evaluation,
                                Stream.concat(
                                        Stream.of(actor.id()),
                                        Stream.ofNullable(actor.onBehalfOf())),
                                snapshot),
                        now.plus(evaluation.due())));
        return withOutcome(events, latest(snapshot, evaluation.gates()));
    }

    private List<ReviewEvent> sign(ReviewCommand.Sign c) {
        var round = decidable();
        var asked = round.evaluation().rules();
        actor.require(
                round.project(), asked.stream().map(SignatureRule::role).toArray(Role[]::new));
        requirePerson();
        var freshAt = requireFresh();
        var rule =
                Stream.concat(round.outstanding().stream(), asked.stream())
                        .filter(r -> r.role().equals(c.role()))
                        .findFirst()
                        .orElseThrow(() -> ReviewRefusals.roleNotAsked(c.role(), asked));
        actor.require(round.project(), c.role());
        var subject = Review.subject(c.stream());
        var snapshot = subjects.snapshot(subject, now);
        requireIndependent(round, snapshot);
        if (c.verdict() == Verdict.APPROVE
                && round.outstanding().stream().noneMatch(r -> r.role().equals(c.role()))) {
            throw round.waitsFor(c.role())
                    ? ReviewRefusals.notYourTurn(c.role(), round.outstanding())
                    : ReviewRefusals.roleComplete(c.role());
        }
        if (!c.manifest().equals(round.manifest().digest())) {
            throw ReviewRefusals.moved(
                    List.of("the request was pinned anew since the page was shown"));
        }
        var moved = moved(round, snapshot);
        if (!moved.isEmpty()) {
            throw ReviewRefusals.moved(moved);
        }
        var comment = personal("comment", c.comment());
        if (c.verdict() != Verdict.APPROVE && comment == null && c.remarks().isEmpty()) {
            throw ReviewRefusals.textNeeded(
                    "comment", "Say what has to change, or why not: the requester will ask.");
        }
        var gates = List.<GateResult>of();
        if (c.verdict() == Verdict.APPROVE) {
            gates = pinnedPolicy(round, subject, snapshot).gates();
            requireOpen(gates);
        }
        var signature =
                new Signature(
                        actor.id(),
                        actor.onBehalfOf(),
                        c.role(),
                        c.verdict(),
                        switch (c.verdict()) {
                            case APPROVE -> rule.meaning();
                            case RETURN -> "I return this for changes.";
                            case REJECT -> "I reject this.";
                        },
                        new PersonalText(actor.id(), printedName(c.printedName())),
                        comment,
                        now,
                        freshAt,
                        c.manifest());
        var events = new ArrayList<ReviewEvent>();
        events.add(new ReviewEvent.Signed(c.stream(), round.number(), signature, gates));
        events.addAll(conditions(c, round));
        if (!c.remarks().isEmpty()) {
            events.add(
                    new ReviewEvent.Remarked(c.stream(), round.number(), actor.id(), remarks(c)));
        }
        return withOutcome(events, latest(snapshot, gates));
    }

    private List<ReviewEvent> conditions(ReviewCommand.Sign c, Round round) {
        if (!c.conditions().isEmpty() && c.verdict() != Verdict.APPROVE) {
            throw ReviewRefusals.conditionsNeedApproval();
        }
        var overdue = c.verdict() == Verdict.APPROVE ? round.missed(now) : List.<Condition>of();
        if (!overdue.isEmpty()) {
            throw ReviewRefusals.conditionOverdue(overdue.getFirst());
        }
        var number = round.conditions().size();
        if (number + c.conditions().size() > MOST_CONDITIONS) {
            throw CommandRefused.invalid(
                    "conditions",
                    number + c.conditions().size() + "",
                    "at most " + MOST_CONDITIONS + " in one round");
        }
        var events = new ArrayList<ReviewEvent>();
        for (int i = 0; i < c.conditions().size(); i++) {
            events.add(
                    condition(c, round, ++number, "conditions[" + i + "]", c.conditions().get(i)));
        }
        return events;
    }

    /**
     * @param field where in the command the terms are
     */
    private ReviewEvent.ConditionSet condition(
            ReviewCommand.Sign c,
            Round round,
            int number,
            String field,
            ReviewCommand.Sign.Terms terms) {
        var text = personal(field + ".text", terms.text());
        if (text == null) {
            throw ReviewRefusals.textNeeded(
                    field + ".text", "Condition " + number + " needs what has to be done.");
        }
        var evidence = personal(field + ".evidence", terms.evidence());
        if (evidence == null) {
            throw ReviewRefusals.textNeeded(
                    field + ".evidence",
                    "Condition " + number + " needs what will show that it is fulfilled.");
        }
        var latest = now.plus(round.evaluation().validity());
        if (!terms.dueAt().isAfter(now) || terms.dueAt().isAfter(latest)) {
            throw CommandRefused.invalid(
                    field + ".dueAt",
                    terms.dueAt().toString(),
                    "condition "
                            + number
                            + " has to be due after now and not after the approval ends, at "
                            + latest);
        }
        if (!holdsAny(terms.owner(), round.project())) {
            throw CommandRefused.invalid(
                    field + ".owner",
                    terms.owner().value(),
                    "condition " + number + " needs an owner with a role in this project");
        }
        var confirmers = round.confirmers().stream().map(Role::key).toList();
        if (!confirmers.contains(terms.confirmer().key())) {
            throw CommandRefused.invalid(
                    field + ".confirmer",
                    terms.confirmer().key(),
                    "condition "
                            + number
                            + " is confirmed by one of: "
                            + String.join(", ", confirmers));
        }
        return new ReviewEvent.ConditionSet(
                c.stream(),
                round.number(),
                number,
                text,
                evidence,
                terms.owner(),
                terms.dueAt(),
                terms.confirmer(),
                actor.id());
    }

    private List<Remark> remarks(ReviewCommand.Sign c) {
        if (c.remarks().size() > MOST_REMARKS) {
            throw CommandRefused.invalid(
                    "remarks", c.remarks().size() + "", "at most " + MOST_REMARKS + " at once");
        }
        var remarks = new ArrayList<Remark>();
        for (var said : c.remarks()) {
            var field = "remarks[" + remarks.size() + "]";
            if (said.grade() == Remark.Grade.MUST && c.verdict() == Verdict.APPROVE) {
                throw ReviewRefusals.mustNeedsCondition(field + ".grade");
            }
            var text = personal(field + ".text", said.text());
            if (text == null) {
                throw ReviewRefusals.textNeeded(field + ".text", "A remark needs its text.");
            }
            remarks.add(new Remark(said.grade(), text));
        }
        return remarks;
    }

    private List<ReviewEvent> fulfil(ReviewCommand.FulfilCondition c) {
        var condition = pending(c.round(), c.condition());
        requirePersonOrToken();
        if (!actor.id().equals(condition.owner())) {
            throw ReviewRefusals.notConditionOwner(condition);
        }
        var note = personal("note", c.note());
        if (note == null) {
            throw ReviewRefusals.textNeeded("note", "Say how the condition is fulfilled.");
        }
        if (c.attached().size() > MOST_ATTACHED) {
            throw CommandRefused.invalid(
                    "attached", c.attached().size() + "", "at most " + MOST_ATTACHED + " files");
        }
        return List.of(
                new ReviewEvent.ConditionFulfilled(
                        c.stream(), c.round(), c.condition(), actor.id(), note, c.attached()));
    }

    private List<ReviewEvent> answer(ReviewCommand.AnswerCondition c) {
        var condition = pending(c.round(), c.condition());
        var round = review.rounds().get(c.round() - 1);
        actor.require(round.project(), condition.confirmer());
        requirePerson();
        requireFresh();
        Stream.concat(Stream.of(actor.id()), Stream.ofNullable(actor.onBehalfOf()))
                .forEach(person -> {
                    if (person.equals(condition.owner())) {
                        throw ReviewRefusals.ownCondition(person);
                    }
                    round.stakeOf(person)
                            .ifPresent(stake -> {
                                throw ReviewRefusals.separation(stake);
                            });
                });
        if (condition.state() != Condition.State.FULFILLED) {
            throw ReviewRefusals.conditionNotFulfilled(condition);
        }
        var reason = personal("reason", c.reason());
        if (c.confirmed()) {
            return List.of(
                    new ReviewEvent.ConditionConfirmed(
                            c.stream(),
                            c.round(),
                            c.condition(),
                            actor.id(),
                            actor.onBehalfOf(),
                            condition.confirmer(),
                            reason));
        }
        if (reason == null) {
            throw ReviewRefusals.textNeeded("reason", "Say what is missing: the owner will ask.");
        }
        return List.of(
                new ReviewEvent.ConditionNotConfirmed(
                        c.stream(),
                        c.round(),
                        c.condition(),
                        actor.id(),
                        actor.onBehalfOf(),
                        condition.confirmer(),
                        reason));
    }

    /** A condition that can still be met, of the approval or of the open round. */
    private Condition pending(int number, int wanted) {
        requireSight(known());
        if (number < 1 || number > review.rounds().size()) {
            throw ReviewRefusals.noCondition(number, wanted);
        }
        var round = review.rounds().get(number - 1);
        var condition =
                round.condition(wanted)
                        .orElseThrow(() -> ReviewRefusals.noCondition(number, wanted));
        if (!review.waitsFor(round, condition, now)) {
            throw ReviewRefusals.conditionOver(
                    condition, condition.missed(now) ? Condition.State.MISSED : condition.state());
        }
        return condition;
    }

    private boolean holdsAny(UserId person, ProjectId project) {
        return grants.of(person).stream()
                .anyMatch(grant -> grant.project() == null || grant.project().equals(project));
    }

    private List<ReviewEvent> refresh(SubjectRef stream) {
        var round = decidable();
        requireRequester(round);
        var subject = Review.subject(stream);
        var snapshot = subjects.snapshot(subject, now);
        var moved = moved(round, snapshot);
        if (moved.isEmpty()) {
            if (actor.isSystem()) {
                return List.of();
            }
            throw ReviewRefusals.nothingMoved();
        }
        var evaluation = pinnedPolicy(round, subject, snapshot);
        requireOpen(evaluation.gates());
        var asked =
                round.excluded().stream()
                        .filter(stake -> stake.as() == SeparationRule.REQUESTER)
                        .map(Stake::person);
        return withOutcome(
                List.of(
                        new ReviewEvent.SignaturesVoided(
                                stream,
                                round.number(),
                                round.signatures().stream().map(Signature::signer).toList(),
                                moved,
                                snapshot.riskTier(),
                                snapshot.manifest(),
                                snapshot.manifest().digest(),
                                evaluation,
                                excluded(evaluation, asked, snapshot))),
                latest(snapshot, evaluation.gates()));
    }

    private List<ReviewEvent> withdraw(ReviewCommand.Withdraw c) {
        var round = known();
        requireSight(round);
        if (round.status() != Status.OPEN) {
            throw ReviewRefusals.notOpen(review.status(now));
        }
        requireRequester(round);
        return List.of(
                new ReviewEvent.Withdrawn(
                        c.stream(), round.number(), actor.id(), personal("reason", c.reason())));
    }

    private List<ReviewEvent> revoke(ReviewCommand.Revoke c) {
        var round = known();
        requireSight(round);
        var approval = review.approval();
        if (approval == null
                || !now.isBefore(approval.until())
                || (approval.ending() != null && approval.ending().how() != Status.STALE)) {
            throw ReviewRefusals.notApproved(review.status(now));
        }
        var approved = review.rounds().get(approval.round() - 1);
        var roles = new LinkedHashSet<Role>();
        roles.add(Role.COMPLIANCE_OFFICER);
        approved.signatures().forEach(signature -> roles.add(signature.role()));
        actor.require(approved.project(), roles.toArray(Role[]::new));
        requirePerson();
        var reason = personal("reason", c.reason());
        if (reason == null) {
            throw ReviewRefusals.textNeeded(
                    "reason",
                    "Say why the approval is taken back: everyone who relies on it asks.");
        }
        var held = actor.rolesIn(approved.project());
        var by = roles.stream().filter(held::contains).findFirst().orElseThrow();
        return List.of(
                new ReviewEvent.Revoked(c.stream(), approval.round(), actor.id(), by, reason));
    }

    private List<ReviewEvent> expire(SubjectRef stream) {
        requireSystem();
        var events = new ArrayList<ReviewEvent>();
        var pending = new ArrayList<Instant>();
        review.latest()
                .filter(round -> round.status() == Status.OPEN)
                .ifPresent(round -> {
                    if (round.openAt(now)) {
                        pending.add(round.dueAt());
                    } else {
                        events.add(lapsed(stream, round));
                    }
                });
        var approval = review.approval();
        if (approval != null && approval.ending() == null) {
            var missed = review.missed(now);
            missed.forEach(condition ->
                    events.add(
                            new ReviewEvent.ConditionMissed(
                                    stream,
                                    approval.round(),
                                    condition.number(),
                                    condition.owner(),
                                    condition.dueAt())));
            if (review.inForce(now)) {
                pending.add(approval.until());
                review.rounds().get(approval.round() - 1).conditions().stream()
                        .filter(Condition::pending)
                        .map(Condition::dueAt)
                        .forEach(pending::add);
            } else if (missed.isEmpty()) {
                events.add(
                        new ReviewEvent.Expired(
                                stream,
                                approval.round(),
                                ReviewEvent.Expired.Of.APPROVAL,
                                approval.until()));
            }
        }
        if (events.isEmpty() && !pending.isEmpty()) {
            throw ReviewRefusals.notYet(pending.stream().min(Instant::compareTo).orElseThrow());
        }
        return events;
    }

    private List<ReviewEvent> markStale(ReviewCommand.MarkStale c) {
        requireSystem();
        var approval = review.approval();
        return approval == null || !review.inForce(now)
                ? List.of()
                : List.of(
                        new ReviewEvent.BecameStale(
                                c.stream(), approval.round(), c.cause(), c.reason()));
    }

    /** When an approval ends at the latest: with its subject, or with a waiver it rests on. */
    private static Instant latest(Snapshot snapshot, List<GateResult> gates) {
        return Stream.concat(
                        Stream.ofNullable(snapshot.until()),
                        gates.stream().flatMap(gate -> gate.waivedUntil().stream()))
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    /**
     * Adds the outcome that these events lead to, if any.
     *
     * @param latest when an approval ends at the latest
     */
    private List<ReviewEvent> withOutcome(List<ReviewEvent> events, Instant latest) {
        var after = review;
        for (var event : events) {
            after = after.evolve(event, now);
        }
        var round = after.latest().orElseThrow();
        var stream = events.getLast().stream();
        var ending =
                round.signatures().stream()
                        .filter(signature -> signature.verdict() != Verdict.APPROVE)
                        .findFirst();
        var outcome =
                ending.<ReviewEvent>map(no ->
                                no.verdict() == Verdict.RETURN
                                        ? new ReviewEvent.Returned(
                                                stream, round.number(), no.signer())
                                        : new ReviewEvent.Rejected(
                                                stream, round.number(), no.signer()))
                        .or(() ->
                                round.signed()
                                        ? Optional.of(
                                                new ReviewEvent.Approved(
                                                        stream,
                                                        round.number(),
                                                        round.manifest().digest(),
                                                        round.policy(),
                                                        round.signatures().isEmpty(),
                                                        earlier(
                                                                latest,
                                                                now.plus(
                                                                        round.evaluation()
                                                                                .validity()))))
                                        : Optional.empty());
        // the approval that a renewal takes the place of
        var superseded =
                outcome.filter(ReviewEvent.Approved.class::isInstance)
                        .filter(_ -> review.inForce(now))
                        .map(_ ->
                                new ReviewEvent.Superseded(
                                        stream,
                                        Objects.requireNonNull(review.approval()).round(),
                                        round.number()));
        return Stream.of(events.stream(), superseded.stream(), outcome.stream())
                .<ReviewEvent>flatMap(Function.identity())
                .toList();
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static ReviewEvent lapsed(SubjectRef stream, Round round) {
        return new ReviewEvent.Expired(
                stream, round.number(), ReviewEvent.Expired.Of.REQUEST, round.dueAt());
    }

    private Round known() {
        return review.latest().orElseThrow(() -> ReviewRefusals.notOpen(Status.NONE));
    }

    /** The open round, for somebody who may see it. */
    private Round decidable() {
        var round = known();
        requireSight(round);
        if (round.status() != Status.OPEN) {
            throw ReviewRefusals.notOpen(review.status(now));
        }
        if (!round.openAt(now)) {
            throw ReviewRefusals.pastDue(round.dueAt());
        }
        return round;
    }

    private void requireSight(Round round) {
        if (actor.rolesIn(round.project()).isEmpty()) {
            actor.require(round.project());
        }
    }

    private void requireSystem() {
        if (!actor.isSystem()) {
            throw ReviewRefusals.systemOnly();
        }
    }

    private void requireRequester(Round round) {
        if (!actor.isSystem() && !actor.id().equals(round.requester())) {
            throw ReviewRefusals.notRequester(round.requester());
        }
    }

    /** When the password was given. */
    private Instant requireFresh() {
        var freshAt = actor.freshAt();
        if (freshAt == null || freshAt.isBefore(now.minus(FRESH))) {
            throw ReviewRefusals.notFresh();
        }
        return freshAt;
    }

    private void requirePersonOrToken() {
        if (actor.isSystem()) {
            throw ReviewRefusals.channel(actor.channel());
        }
    }

    private void requirePerson() {
        if (actor.channel() != Channel.PAGE && actor.channel() != Channel.API) {
            throw ReviewRefusals.channel(actor.channel());
        }
    }

    /** Neither the signer nor whom they stand in for has a stake in it or has signed already. */
    private void requireIndependent(Round round, Snapshot snapshot) {
        var live = excluded(round.evaluation(), Stream.of(round.requester()), snapshot);
        Stream.concat(Stream.of(actor.id()), Stream.ofNullable(actor.onBehalfOf()))
                .forEach(person -> {
                    round.stakeOf(person)
                            .or(() ->
                                    live.stream()
                                            .filter(s -> s.person().equals(person))
                                            .findFirst())
                            .ifPresent(stake -> {
                                throw ReviewRefusals.separation(stake);
                            });
                    if (round.signatures().stream().anyMatch(s -> s.involves(person))) {
                        throw ReviewRefusals.alreadySigned(person);
                    }
                });
    }

    private static void requireOpen(List<GateResult> gates) {
        var closed = gates.stream().filter(gate -> !gate.passed()).toList();
        if (!closed.isEmpty()) {
            throw ReviewRefusals.gatesClosed(closed);
        }
    }

    static List<String> moved(Round round, Snapshot snapshot) {
        var moved = new ArrayList<>(snapshot.manifest().differencesFrom(round.manifest()));
        if (!snapshot.riskTier().equals(round.riskTier())) {
            moved.add(
                    "the risk tier changed from '"
                            + round.riskTier()
                            + "' to '"
                            + snapshot.riskTier()
                            + "'");
        }
        return moved;
    }

    /** What the policy this round was requested under says now. */
    private Evaluation pinnedPolicy(Round round, SubjectRef subject, Snapshot snapshot) {
        Policy policy = policies.adopted(round.policy());
        return policy.evaluate(
                facts(subject, snapshot, round.number(), round.requester()),
                snapshot.riskTier(),
                snapshot.waived());
    }

    private Facts facts(SubjectRef subject, Snapshot snapshot, int round, UserId requester) {
        return facts(subject, snapshot, now, round, requester);
    }

    /** What policy sees of a subject that is under review. */
    static Facts facts(
            SubjectRef subject, Snapshot snapshot, Instant now, int round, UserId requester) {
        return new Facts(snapshot.facts())
                .with("now", now.toString())
                .with("subject", Map.of("kind", subject.kind().key(), "id", subject.id()))
                .with("review", Map.of("round", round, "requester", requester.value()));
    }

    static List<Stake> excluded(
            Evaluation evaluation, Stream<UserId> requesters, Snapshot snapshot) {
        return Stream.concat(
                        requesters.map(person -> new Stake(person, SeparationRule.REQUESTER)),
                        snapshot.stakes().stream())
                .filter(stake -> evaluation.separation().contains(stake.as()))
                .distinct()
                .toList();
    }

    private @Nullable PersonalText personal(String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > MAX_TEXT) {
            throw ReviewRefusals.textTooLong(field, MAX_TEXT);
        }
        return new PersonalText(actor.id(), text.strip());
    }

    private static String printedName(String name) {
        if (name.isBlank()) {
            throw ReviewRefusals.textNeeded(
                    "name", "A signature carries the signer's printed name; give it.");
        }
        if (name.length() > MAX_NAME) {
            throw ReviewRefusals.textTooLong("name", MAX_NAME);
        }
        return name.strip();
    }

    /** Every id begins with its project's. */
    private static ProjectId projectOf(SubjectRef subject) {
        return new ProjectId(subject.id().split("\\.", 2)[0]);
    }
}
