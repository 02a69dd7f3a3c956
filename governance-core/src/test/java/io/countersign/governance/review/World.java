package io.countersign.governance.review;

import io.countersign.governance.eventstore.Grants;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.Policy;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.policy.Waived;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.People;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One subject, the policies in force and the time, all of which a test may move. */
final class World {
    final SubjectRef subject;
    final SubjectRef stream;
    final List<ReviewEvent> history = new ArrayList<>();
    final Map<String, Object> facts;
    final List<Stake> stakes = new ArrayList<>();
    final List<Waived> waived = new ArrayList<>();
    final List<PolicyRef> adopted = new ArrayList<>();
    final Map<PolicyRef, Policy> editions = new HashMap<>();
    Instant now = People.NOW;
    String tier = "high";
    String state = "as registered";
    Review review = Review.NONE;

    World(SubjectRef subject, Map<String, Object> facts, Policy policy) {
        this.subject = subject;
        this.facts = new HashMap<>(facts);
        stream = Review.stream(subject);
        adopt(policy);
        subjects = new ReviewedSubjects(List.of(new TheSubject()), (_, _) -> waived);
    }

    final ReviewedSubjects subjects;

    final PoliciesInForce policies =
            new PoliciesInForce() {
                @Override
                public InForce forSubject(SubjectKind kind) {
                    return new InForce(adopted.getLast(), adopted(adopted.getLast()));
                }

                @Override
                public Policy adopted(PolicyRef ref) {
                    return java.util.Objects.requireNonNull(editions.get(ref));
                }
            };

    /** Everybody whose id begins with "u-" has a role in the project. */
    final Grants grants =
            person ->
                    person.value().startsWith("u-")
                            ? Set.of(new Actor.Grant(Role.REQUESTER, People.PROJECT))
                            : Set.of();

    final Clock clock = new Ticking();

    void adopt(Policy policy) {
        var ref = new PolicyRef(policy.name(), adopted.size() + 1, policy.digest());
        adopted.add(ref);
        editions.put(ref, policy);
    }

    /** As the subject supplies it; {@link #pinned} has the waivers too. */
    Manifest manifest() {
        return new Manifest(
                List.of(new Manifest.Item("content", subject, Sha256.of(state), state)));
    }

    Manifest pinned() {
        return manifest().with(WaivedGates.items(waived));
    }

    /** Decides and remembers, as the aggregate would. */
    List<ReviewEvent> happens(ReviewCommand command, Actor actor) {
        var events =
                new ReviewDecision(review, actor, now, subjects, policies, grants).decide(command);
        for (var event : events) {
            review = review.evolve(event, now);
            history.add(event);
        }
        return events;
    }

    void passes(Duration time) {
        now = now.plus(time);
    }

    /** The same person, password just given. */
    Actor fresh(Actor actor) {
        return new Actor(actor.id(), actor.onBehalfOf(), actor.channel(), now, actor.grants());
    }

    ReviewCommand.Request request() {
        return new ReviewCommand.Request(stream, "Please look at the new features.");
    }

    ReviewCommand.Sign sign(Role role, Verdict verdict) {
        return new ReviewCommand.Sign(
                stream,
                pinned().digest(),
                role,
                verdict,
                verdict == Verdict.APPROVE ? null : "The limits are not met.",
                "Vera Valid");
    }

    /** Due thirty days from the beginning of the world. */
    ReviewCommand.Sign.Terms terms() {
        return new ReviewCommand.Sign.Terms(
                "Add the monitoring of drift.",
                "A link to the dashboard.",
                People.ENGINEER.id(),
                now.plus(Duration.ofDays(30)),
                Role.COMPLIANCE_OFFICER);
    }

    ReviewCommand.Sign approveOn(ReviewCommand.Sign.Terms terms) {
        return signed(Verdict.APPROVE, List.of(terms), List.of());
    }

    ReviewCommand.Sign remark(Verdict verdict, Remark.Grade grade) {
        return signed(verdict, List.of(), List.of(new ReviewCommand.Sign.Said(grade, "Drop it.")));
    }

    private ReviewCommand.Sign signed(
            Verdict verdict,
            List<ReviewCommand.Sign.Terms> conditions,
            List<ReviewCommand.Sign.Said> remarks) {
        return new ReviewCommand.Sign(
                stream,
                manifest().digest(),
                Role.VALIDATOR,
                verdict,
                null,
                "Vera Valid",
                conditions,
                remarks);
    }

    /** Of condition 1 of the latest round. */
    ReviewCommand.FulfilCondition fulfil() {
        return new ReviewCommand.FulfilCondition(
                stream, review.rounds().size(), 1, "The dashboard is up.", List.of());
    }

    /** Of condition 1 of the latest round. */
    ReviewCommand.AnswerCondition answer(boolean confirmed, @Nullable String reason) {
        return new ReviewCommand.AnswerCondition(
                stream, review.rounds().size(), 1, confirmed, reason);
    }

    private final class Ticking extends Clock {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final class TheSubject implements ReviewedSubject {
        @Override
        public SubjectKind kind() {
            return subject.kind();
        }

        @Override
        public Snapshot snapshot(SubjectRef asked, Instant at) {
            if (!asked.equals(subject)) {
                throw new CommandRefused(
                        Refusal.notFound("model.unknown", "There is no " + asked + "."));
            }
            return new Snapshot(People.PROJECT, tier, manifest(), facts, stakes);
        }
    }
}
