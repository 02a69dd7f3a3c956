package io.countersign.governance.review;

import io.countersign.governance.eventstore.Grants;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectRef;
import java.time.Clock;
import java.time.Instant;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;

/** The review of one subject, from its stream; {@link ReviewDecision} decides. */
@Aggregate(type = "review")
class ReviewAggregate {
    @AggregateIdentifier private SubjectRef stream;
    private Review review = Review.NONE;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    ReviewAggregate() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(
            ReviewCommand.Request command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    @CommandHandler
    void handle(
            ReviewCommand.Sign command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    @CommandHandler
    void handle(
            ReviewCommand.Refresh command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    @CommandHandler
    void handle(
            ReviewCommand.Withdraw command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    @CommandHandler
    void handle(
            ReviewCommand.Revoke command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    @CommandHandler
    void handle(
            ReviewCommand.Expire command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    @CommandHandler
    void handle(
            ReviewCommand.MarkStale command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    @CommandHandler
    void handle(
            ReviewCommand.FulfilCondition command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    @CommandHandler
    void handle(
            ReviewCommand.AnswerCondition command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    @CommandHandler
    void handle(
            ReviewCommand.Reconsider command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        decide(command, actor, clock, subjects, policies, grants);
    }

    private void decide(
            ReviewCommand command,
            Actor actor,
            Clock clock,
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Grants grants) {
        new ReviewDecision(review, actor, clock.instant(), subjects, policies, grants)
                .decide(command)
                .forEach(AggregateLifecycle::apply);
    }

    @EventSourcingHandler
    void on(ReviewEvent event, @Timestamp Instant at) {
        stream = event.stream();
        review = review.evolve(event, at);
    }
}
