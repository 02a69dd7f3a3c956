package io.countersign.governance.waiver;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.policy.Waivable;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewedSubjects;
import io.countersign.governance.review.Round;
import io.countersign.governance.review.Snapshot;
import io.countersign.governance.review.Stake;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** What is to be waived. It never changes: to ask for something else takes another waiver. */
@Aggregate(type = "waiver")
class WaiverAggregate {
    /** What fits a gate's answer on a page and in a report. */
    static final int MAX_TEXT = 2_000;

    @AggregateIdentifier private SubjectRef stream;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    WaiverAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    WaiverAggregate(
            WaiverCommand.Ask command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            GrantedWaivers granted) {
        var project = command.id().project();
        var subject = command.subject();
        // before anything is looked up, so that the answer does not tell whether the subject exists
        actor.require(project, Role.REQUESTER);
        if (!subject.id().startsWith(project + ".")) {
            throw WaiverRefusals.otherProject(command.id(), subject);
        }
        if (subject.kind() == SubjectKind.WAIVER) {
            throw WaiverRefusals.ofWaiver();
        }
        var now = clock.instant();
        var snapshot = subjects.snapshot(subject, now);
        var inForce = policies.forSubject(subject.kind());
        var sentence = inForce.policy().sentences().get(command.gate());
        if (sentence == null) {
            throw WaiverRefusals.noSuchGate(command.gate(), inForce);
        }
        var waivable =
                inForce.policy()
                        .waivable(command.gate())
                        .orElseThrow(() -> WaiverRefusals.notWaivable(command.gate(), inForce));
        var environment = environment(command.environment(), snapshot, subject);
        var reason = Text.required("reason", command.reason(), MAX_TEXT);
        var control = Text.required("control", command.control(), MAX_TEXT);
        requireTime(command.until(), now, waivable);
        granted.requireNoneOpen(command.gate(), subject, now);
        apply(
                new WaiverEvent.Requested(
                        command.id(),
                        command.gate(),
                        sentence,
                        subject,
                        environment,
                        reason,
                        control,
                        command.until(),
                        waivable.by(),
                        inForce.ref(),
                        actor.id(),
                        excluded(actor, snapshot, granted.review(subject))));
    }

    @EventSourcingHandler
    void on(WaiverEvent event) {
        stream = event.id().ref();
    }

    private static void requireTime(Instant until, Instant now, Waivable waivable) {
        var latest = now.plus(waivable.atMost());
        if (!until.isAfter(now) || until.isAfter(latest)) {
            throw WaiverRefusals.time(until, latest, waivable);
        }
    }

    private static @Nullable String environment(
            @Nullable String asked, Snapshot snapshot, SubjectRef subject) {
        if (asked == null || asked.isBlank()) {
            return null;
        }
        var own =
                Optional.ofNullable(snapshot.facts().get("environment"))
                        .flatMap(facts ->
                                facts instanceof Map<?, ?> map
                                        ? Optional.ofNullable(map.get("key"))
                                        : Optional.empty())
                        .map(Object::toString);
        if (!own.equals(Optional.of(asked.strip()))) {
            throw WaiverRefusals.otherEnvironment(asked, own, subject);
        }
        return asked.strip();
    }

    /**
     * Who asks for it, who has to do with the subject, and who asked for the subject's approval.
     */
    private static List<Stake> excluded(Actor actor, Snapshot snapshot, Review ofSubject) {
        return Stream.of(
                        Stream.concat(
                                        Stream.of(actor.id()),
                                        Stream.concat(
                                                Stream.ofNullable(actor.onBehalfOf()),
                                                ofSubject.latest().map(Round::requester).stream()))
                                .map(person -> new Stake(person, SeparationRule.REQUESTER)),
                        snapshot.stakes().stream())
                .flatMap(stakes -> stakes)
                .distinct()
                .toList();
    }
}
