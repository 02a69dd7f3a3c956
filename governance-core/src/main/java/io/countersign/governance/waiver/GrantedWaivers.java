package io.countersign.governance.waiver;

import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.policy.Waived;
import io.countersign.governance.review.Approval;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Status;
import io.countersign.governance.review.WaivedGates;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The waivers of each subject, for decisions; written with the events. Whether one counts is in its
 * review, which is read under its lock: of a revocation and a decision that rests on the waiver,
 * one waits for the other. One granted at this moment may not be found yet, which only keeps a gate
 * closed.
 */
@Component
class GrantedWaivers implements DecisionIndex, WaivedGates {
    /** A closed gate names the waiver that let it pass for as long as this after it ended. */
    private static final Duration NAMED = Duration.ofDays(90);

    private final JdbcClient db;
    private final Reviews reviews;

    GrantedWaivers(JdbcClient db, Reviews reviews) {
        this.db = db;
        this.reviews = reviews;
    }

    private record Entry(WaiverId id, String gate, @Nullable String environment, String reason) {}

    @Override
    public List<Waived> of(SubjectRef subject, Instant now) {
        return entries(subject, "granted and until > ?", Timestamp.from(now.minus(NAMED)))
                .flatMap(entry -> waived(entry, reviews.read(entry.id().ref()), now))
                .toList();
    }

    private static Stream<Waived> waived(Entry entry, Review review, Instant now) {
        var approval = review.approval();
        return approval == null
                ? Stream.empty()
                : Stream.of(
                        new Waived(
                                entry.gate(),
                                entry.id().value(),
                                entry.environment(),
                                approval.until(),
                                entry.reason(),
                                review.ending(now)
                                        .map(Approval.Ending::how)
                                        .filter(how -> how != Status.EXPIRED)
                                        .map(how -> "is " + how.word())
                                        .orElse(null)));
    }

    /** The review of what is to be waived, or of a waiver. */
    Review review(SubjectRef subject) {
        return reviews.read(subject);
    }

    /**
     * @throws io.countersign.governance.shared.CommandRefused {@code waiver.already-asked} where
     *     one of the same is being decided on, or in force for long enough
     */
    void requireNoneOpen(String gate, SubjectRef subject, Instant now) {
        entries(subject, "gate = ? and until > ?", gate, Timestamp.from(now))
                .forEach(entry -> {
                    var review = reviews.read(entry.id().ref());
                    if (review.open(now).isPresent()) {
                        throw WaiverRefusals.alreadyAsked(entry.id(), "is being decided on");
                    }
                    review.approvedUntil(now)
                            .filter(until -> now.isBefore(until.minus(Review.RENEWAL)))
                            .ifPresent(until -> {
                                throw WaiverRefusals.alreadyAsked(
                                        entry.id(), "is in force until " + until);
                            });
                });
    }

    private Stream<Entry> entries(SubjectRef subject, String condition, Object... values) {
        return db
                .sql(
                        "select waiver_id, gate, environment, reason from subject_waiver"
                                + " where subject = ? and "
                                + condition
                                + " order by waiver_id")
                .params(Stream.concat(Stream.of(subject.toString()), Stream.of(values)).toArray())
                .query((row, _) ->
                        new Entry(
                                new WaiverId(row.getString(1)),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4)))
                .list()
                .stream();
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        switch (event.getPayload()) {
            case WaiverEvent.Requested e ->
                    db.sql(
                                    """
                                    insert into subject_waiver (waiver_id, subject, gate,
                                                                environment, until, reason, granted)
                                    values (?, ?, ?, ?, ?, ?, false)
                                    """)
                            .param(e.id().value())
                            .param(e.subject().toString())
                            .param(e.gate())
                            .param(e.environment())
                            .param(Timestamp.from(e.until()))
                            .param(e.reason())
                            .update();
            case ReviewEvent.Approved e when e.subject().kind() == SubjectKind.WAIVER ->
                    db.sql("update subject_waiver set granted = true where waiver_id = ?")
                            .param(e.subject().id())
                            .update();
            default -> {}
        }
    }
}
