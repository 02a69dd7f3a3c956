package io.countersign.governance.review;

import io.countersign.governance.policy.Evaluation;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What policy would say of a subject at this moment; asking changes and records nothing. */
@Component
public class Readiness {
    private final ReviewedSubjects subjects;
    private final PoliciesInForce policies;
    private final Reviews reviews;
    private final Clock clock;
    private final TransactionTemplate reading;

    Readiness(
            ReviewedSubjects subjects,
            PoliciesInForce policies,
            Reviews reviews,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.subjects = subjects;
        this.policies = policies;
        this.reviews = reviews;
        this.clock = clock;
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
    }

    /**
     * How a subject stands.
     *
     * @param policy the one an open request is pinned to, else the one in force
     * @param moved what changed since the open request was pinned, one sentence each
     * @param excluded who may not sign
     * @param waivable the gates that this policy lets be waived
     */
    public record Standing(
            Instant at,
            Manifest manifest,
            String riskTier,
            PolicyRef policy,
            String title,
            Evaluation evaluation,
            List<String> moved,
            List<Stake> excluded,
            List<String> waivable) {
        /** Whether a request or an approving signature would pass the gates. */
        public boolean open() {
            return evaluation.closed().isEmpty();
        }
    }

    /**
     * @param asker who would ask, where no request is open
     * @throws CommandRefused where the subject is unknown, retired or never reviewed
     */
    public Standing of(SubjectRef subject, UserId asker) {
        return Objects.requireNonNull(reading.execute(_ -> standing(subject, asker)));
    }

    /**
     * What reconsidering an approval would decide at this moment: that it is stale, with the
     * reason, or empty.
     */
    public Optional<ReviewEvent.BecameStale> wouldBecomeStale(ReviewCommand.Reconsider question) {
        return Objects.requireNonNull(
                reading.execute(_ ->
                        new Reconsideration(
                                        reviews.read(Review.subject(question.stream())),
                                        clock.instant(),
                                        subjects,
                                        policies)
                                .decide(question).stream()
                                        .filter(ReviewEvent.BecameStale.class::isInstance)
                                        .map(ReviewEvent.BecameStale.class::cast)
                                        .findFirst()));
    }

    private Standing standing(SubjectRef subject, UserId asker) {
        var now = clock.instant();
        var review = reviews.read(subject);
        var snapshot = subjects.snapshot(subject, now);
        var round = review.open(now);
        var inForce =
                round.map(r ->
                                new PoliciesInForce.InForce(
                                        r.policy(), policies.adopted(r.policy())))
                        .orElseGet(() -> policies.forSubject(subject.kind()));
        var requester = round.map(Round::requester).orElse(asker);
        var evaluation =
                inForce.policy()
                        .evaluate(
                                ReviewDecision.facts(
                                        subject,
                                        snapshot,
                                        now,
                                        round.map(Round::number).orElse(review.rounds().size() + 1),
                                        requester),
                                snapshot.riskTier(),
                                snapshot.waived());
        return new Standing(
                now,
                snapshot.manifest(),
                snapshot.riskTier(),
                inForce.ref(),
                inForce.policy().title(),
                evaluation,
                round.map(r -> ReviewDecision.moved(r, snapshot)).orElse(List.of()),
                Stream.concat(
                                round.stream()
                                        .flatMap(r -> r.excluded().stream())
                                        .filter(s -> s.as() == SeparationRule.REQUESTER),
                                ReviewDecision.excluded(evaluation, Stream.of(requester), snapshot)
                                        .stream())
                        .distinct()
                        .toList(),
                inForce.policy().waivable());
    }
}
