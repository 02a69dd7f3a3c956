package io.countersign.governance.review;

import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.shared.SubjectRef;
import java.util.ArrayList;
import java.util.Optional;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads past decisions from the events themselves, and computes them again. */
@Component
public class DecisionRecords {
    private final EventStore events;
    private final PoliciesInForce policies;
    private final TransactionTemplate reading;

    DecisionRecords(
            EventStore events, PoliciesInForce policies, PlatformTransactionManager transactions) {
        this.events = events;
        this.policies = policies;
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
    }

    /**
     * @param round from 1
     * @return empty where there is no such round
     */
    public Optional<DecisionRecord> find(SubjectRef subject, int round) {
        return java.util.Objects.requireNonNull(reading.execute(_ -> read(subject, round)));
    }

    private Optional<DecisionRecord> read(SubjectRef subject, int wanted) {
        var steps = new ArrayList<DecisionRecord.Step>();
        var review = Review.NONE;
        var stored = events.readEvents(Review.stream(subject).toString());
        while (stored.hasNext()) {
            var next = stored.next();
            var event = (ReviewEvent) next.getPayload();
            review = review.evolve(event, next.getTimestamp());
            if (event.round() == wanted) {
                steps.add(
                        new DecisionRecord.Step(next.getIdentifier(), next.getTimestamp(), event));
            }
        }
        if (wanted < 1 || wanted > review.rounds().size()) {
            return Optional.empty();
        }
        var round = review.rounds().get(wanted - 1);
        return Optional.of(
                DecisionRecord.of(subject, steps, round, policies.adopted(round.policy())));
    }
}
