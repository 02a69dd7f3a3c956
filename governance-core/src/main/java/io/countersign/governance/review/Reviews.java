package io.countersign.governance.review;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.policy.SignatureRule;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads reviews: as they were at a position, and as they are for a decision. */
@Component
public class Reviews {
    private final JdbcClient db;
    private final ReadTables tables;
    private final Streams streams;

    Reviews(JdbcClient db, ReadTables tables, Streams streams) {
        this.db = db;
        this.tables = tables;
        this.streams = streams;
    }

    /**
     * The review of one subject as shown.
     *
     * @param status as its events left it; {@link Review#status} says it at a time
     * @param approvedUntil of an approval that has not ended early, or null
     * @param conditionDue when the first condition of that approval has to be confirmed, or null
     * @param awaiting the roles whose signature is still asked for
     * @param excluded who may not sign
     * @param signed who has signed the open round, or was signed for
     */
    public record Row(
            SubjectRef subject,
            String subjectKind,
            ProjectId projectId,
            int round,
            Status status,
            UserId requester,
            Instant openedAt,
            Instant dueAt,
            @Nullable Instant closedAt,
            @Nullable Instant approvedUntil,
            @Nullable Instant conditionDue,
            List<String> awaiting,
            List<String> excluded,
            List<String> signed,
            Review review) {}

    /** Inside a command: the review as it is, and will be until the command commits. */
    public Review read(SubjectRef subject) {
        return streams.read(Review.stream(subject), ReviewEvent.class, Review.NONE, Review::evolve);
    }

    public Optional<Row> find(SubjectRef subject, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from review
                         where subject = :subject and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                        """)
                .param("subject", subject.toString())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(Row.class))
                .optional();
    }

    /** The reviews of many subjects at once, by subject. */
    public Map<SubjectRef, Row> of(Collection<SubjectRef> subjects, At at, Visibility visible) {
        return db
                .sql(
                        """
                        select * from review
                         where subject = any(:subjects) and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                        """)
                .param(
                        "subjects",
                        subjects.stream().map(SubjectRef::toString).toArray(String[]::new))
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(Row.class))
                .list()
                .stream()
                .collect(Collectors.toMap(Row::subject, Function.identity()));
    }

    /**
     * Open ones that this person could sign now, the soonest due first; as they act, which may be
     * for another.
     */
    public List<Row> awaiting(Actor actor, int limit, At at) {
        var grants = actor.grants().stream().sorted().toList();
        return db.sql(
                        """
                        select r.* from review r
                         where r.status = 'OPEN' and r.due_at > :now
                           and r.valid_from <= :at and r.valid_to > :at
                           and not jsonb_exists_any(r.excluded, :people)
                           and not jsonb_exists_any(r.signed, :people)
                           and exists (
                               select 1 from unnest(:projects::text[], :roles::text[]) g (p, r)
                                where (g.p = '*' or g.p = r.project_id)
                                  and jsonb_exists(r.awaiting, g.r))
                         order by r.due_at, r.subject limit :limit
                        """)
                .param("now", java.sql.Timestamp.from(at.time()))
                .param("at", at.position())
                .param(
                        "people",
                        Stream.concat(Stream.of(actor.id()), Stream.ofNullable(actor.onBehalfOf()))
                                .map(UserId::value)
                                .toArray(String[]::new))
                .param(
                        "projects",
                        grants.stream()
                                .map(g -> g.project() == null ? "*" : g.project().value())
                                .toArray(String[]::new))
                .param("roles", grants.stream().map(g -> g.role().key()).toArray(String[]::new))
                .param("limit", limit)
                .query(tables.rows(Row.class))
                .list();
    }

    /** What this person asked for and is not decided, oldest first. */
    public List<Row> requestedBy(UserId person, int limit, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from review
                         where requester = :me and status in ('OPEN', 'RETURNED')
                           and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                         order by opened_at, subject limit :limit
                        """)
                .param("me", person.value())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .param("limit", limit)
                .query(tables.rows(Row.class))
                .list();
    }

    /** By subject, those after {@code after} first. */
    public List<Row> list(
            @Nullable SubjectKind kind,
            @Nullable Status status,
            @Nullable ProjectId project,
            @Nullable String after,
            int limit,
            At at,
            Visibility visible) {
        return tables.held("review", Row.class, at, visible)
                .whereGiven("subject > :after", "after", after)
                .whereGiven("subject_kind = :kind", "kind", kind == null ? null : kind.key())
                .whereGiven("status = :status", "status", status == null ? null : status.name())
                .whereGiven("project_id = :project", "project", project)
                .list("subject", limit);
    }

    /**
     * Reviews whose request, approval or condition is over by the clock but not yet on record; at
     * most 500 of each, those over the longest first.
     */
    public List<SubjectRef> over(Instant now) {
        return db.sql(
                        """
                        (select subject from review
                          where valid_to = 9223372036854775807
                            and status = 'OPEN' and due_at <= :now
                          order by due_at limit 500)
                        union
                        (select subject from review
                          where valid_to = 9223372036854775807
                            and approved_until is not null and approved_until <= :now
                          order by approved_until limit 500)
                        union
                        (select subject from review
                          where valid_to = 9223372036854775807
                            and condition_due is not null and condition_due <= :now
                          order by condition_due limit 500)
                        """)
                .param("now", java.sql.Timestamp.from(now))
                .query((row, _) -> SubjectRef.parse(row.getString(1)))
                .list();
    }

    @Component
    static class ReviewProjection implements Projection {
        private final TemporalTable<Row> reviews;
        private final Conditions.Rows conditions;
        private final Flow.Rows flow;

        ReviewProjection(ReadTables tables) {
            reviews = tables.temporal("review", Row.class, "subject");
            conditions = new Conditions.Rows(tables);
            flow = new Flow.Rows(tables);
        }

        @Override
        public void on(Recorded event) {
            if (event.payload() instanceof ReviewEvent change) {
                var subject = change.subject();
                var before = reviews.current(subject).map(Row::review).orElse(Review.NONE);
                var after = before.evolve(change, event.at());
                reviews.put(event.position(), row(subject, after));
                conditions.changed(event.position(), subject, before, after);
                flow.changed(event.position(), event.at(), change, before, after);
            }
        }

        private static Row row(SubjectRef subject, Review review) {
            var round = review.rounds().getLast();
            var approval = review.approval();
            var open = round.status() == Status.OPEN;
            return new Row(
                    subject,
                    subject.kind().key(),
                    round.project(),
                    round.number(),
                    // An approval that ended early says more than the round that led to it.
                    round.status() == Status.APPROVED
                                    && approval != null
                                    && approval.ending() != null
                            ? approval.ending().how()
                            : round.status(),
                    round.requester(),
                    round.openedAt(),
                    round.dueAt(),
                    round.closedAt(),
                    approval == null || approval.ending() != null ? null : approval.until(),
                    approval == null || approval.ending() != null
                            ? null
                            : review.rounds().get(approval.round() - 1).conditions().stream()
                                    .filter(Condition::pending)
                                    .map(Condition::dueAt)
                                    .min(Instant::compareTo)
                                    .orElse(null),
                    open
                            ? round.outstanding().stream()
                                    .map(SignatureRule::role)
                                    .map(Object::toString)
                                    .toList()
                            : List.of(),
                    round.excluded().stream().map(stake -> stake.person().value()).toList(),
                    round.signatures().stream()
                            .flatMap(s ->
                                    Stream.concat(
                                            Stream.of(s.signer()),
                                            Stream.ofNullable(s.onBehalfOf())))
                            .map(UserId::value)
                            .toList(),
                    review);
        }
    }
}
