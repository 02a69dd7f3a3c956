package io.countersign.governance.review;

import io.countersign.governance.readmodel.GrowingTable;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How reviews flow, from their events: how long they take, how often they come back, whom they wait
 * for, and what an auditor looks at twice. Of a period: rounds asked for and signatures given from
 * its beginning on and before its end.
 */
@Component
public class Flow {
    /** An approval this soon after the question can hardly rest on a look at it. */
    public static final Duration QUICK = Duration.ofSeconds(60);

    private static final int MOST = 20;

    private final JdbcClient db;

    Flow(JdbcClient db) {
        this.db = db;
    }

    /** From (inclusive) until (exclusive). */
    public record Period(Instant from, Instant until) {}

    /**
     * Rounds of one kind of subject that somebody decided.
     *
     * @param median and {@code slow}, the 90th percentile, from the question to the decision
     */
    public record Stage(String subjectKind, long decided, Duration median, Duration slow) {}

    /**
     * @param subjects asked about in the period
     * @param again of those, asked about more than once by then
     * @param most rounds of one subject
     */
    public record Rework(String subjectKind, long subjects, long again, int most) {}

    /**
     * Open rounds that wait for a role.
     *
     * @param since when the oldest of them was asked
     */
    public record Waiting(String role, long rounds, Instant since) {}

    /** An approving signature given within {@link #QUICK}. */
    public record Quick(
            long position,
            SubjectRef subject,
            int round,
            UserId requester,
            UserId signer,
            Duration after) {}

    /**
     * @param approvals by the one of what the other asked for
     * @param share of all that the requester got in the period, from 0 to 1
     */
    public record Pair(UserId requester, UserId signer, long approvals, double share) {}

    public List<Stage> stages(Period period, At at, Visibility visible) {
        return query(
                """
                select subject_kind, count(*),
                       percentile_cont(0.5) within group (
                           order by extract(epoch from closed_at - opened_at)),
                       percentile_cont(0.9) within group (
                           order by extract(epoch from closed_at - opened_at))
                  from review_round
                 where status in ('APPROVED', 'RETURNED', 'REJECTED')
                   and opened_at >= :from and opened_at < :until
                   and valid_from <= :at and valid_to > :at
                   and (:all or project_id = any(:projects))
                 group by subject_kind order by subject_kind
                """,
                period,
                at,
                visible,
                (row, _) ->
                        new Stage(
                                row.getString(1),
                                row.getLong(2),
                                seconds(row.getDouble(3)),
                                seconds(row.getDouble(4))));
    }

    public List<Rework> rework(Period period, At at, Visibility visible) {
        return query(
                """
                select subject_kind, count(*), count(*) filter (where rounds > 1), max(rounds)
                  from (select subject_kind, subject, max(round) as rounds
                          from review_round
                         where opened_at >= :from and opened_at < :until
                           and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                         group by subject_kind, subject) asked
                 group by subject_kind order by subject_kind
                """,
                period,
                at,
                visible,
                (row, _) ->
                        new Rework(
                                row.getString(1), row.getLong(2), row.getLong(3), row.getInt(4)));
    }

    /** Of all rounds open at the position, whatever the period. */
    public List<Waiting> waiting(At at, Visibility visible) {
        return query(
                """
                select role, count(*), min(opened_at)
                  from review, jsonb_array_elements_text(awaiting) role
                 where status = 'OPEN' and due_at > :until and opened_at >= :from
                   and valid_from <= :at and valid_to > :at
                   and (:all or project_id = any(:projects))
                 group by role order by count(*) desc, role
                """,
                new Period(Instant.EPOCH, at.time()),
                at,
                visible,
                (row, _) ->
                        new Waiting(
                                row.getString(1), row.getLong(2), row.getTimestamp(3).toInstant()));
    }

    /** The quickest first; at most 20. */
    public List<Quick> quick(Period period, At at, Visibility visible) {
        return query(
                """
                select position, subject, round, requester, signer,
                       extract(epoch from at - asked_at)
                  from review_vote
                 where verdict = 'APPROVE' and at - asked_at < interval '%d seconds'
                   and at >= :from and at < :until and position <= :at
                   and (:all or project_id = any(:projects))
                 order by at - asked_at, position limit %d
                """
                        .formatted(QUICK.toSeconds(), MOST),
                period,
                at,
                visible,
                (row, _) ->
                        new Quick(
                                row.getLong(1),
                                SubjectRef.parse(row.getString(2)),
                                row.getInt(3),
                                new UserId(row.getString(4)),
                                new UserId(row.getString(5)),
                                seconds(row.getDouble(6))));
    }

    /** Those with three or more, the most first; at most 20. */
    public List<Pair> pairs(Period period, At at, Visibility visible) {
        return query(
                        """
                        select requester, signer, approvals,
                               approvals::double precision / sum(approvals) over (partition by requester)
                          from (select requester, signer, count(*) as approvals
                                  from review_vote
                                 where verdict = 'APPROVE'
                                   and at >= :from and at < :until and position <= :at
                                   and (:all or project_id = any(:projects))
                                 group by requester, signer) pair
                         order by approvals desc, requester, signer limit %d
                        """
                                .formatted(MOST),
                        period,
                        at,
                        visible,
                        (RowMapper<Pair>)
                                (row, _) ->
                                        new Pair(
                                                new UserId(row.getString(1)),
                                                new UserId(row.getString(2)),
                                                row.getLong(3),
                                                row.getDouble(4)))
                .stream()
                .filter(pair -> pair.approvals() >= 3)
                .toList();
    }

    private <T> List<T> query(
            String sql, Period period, At at, Visibility visible, RowMapper<T> rows) {
        return db.sql(sql)
                .params(
                        Map.of(
                                "from", Timestamp.from(period.from()),
                                "until", Timestamp.from(period.until()),
                                "at", at.position(),
                                "all", visible.all(),
                                "projects", visible.projectKeys()))
                .query(rows)
                .list();
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }

    /**
     * One round as it stands.
     *
     * @param id subject and round in one
     */
    record RoundRow(
            String id,
            SubjectRef subject,
            int round,
            String subjectKind,
            ProjectId projectId,
            String riskTier,
            Status status,
            UserId requester,
            Instant openedAt,
            @Nullable Instant closedAt) {}

    /** One signature, whatever became of it. */
    record VoteRow(
            long position,
            SubjectRef subject,
            int round,
            String subjectKind,
            ProjectId projectId,
            UserId requester,
            UserId signer,
            String role,
            Verdict verdict,
            Instant askedAt,
            Instant at) {}

    /** Keeps the tables in step with the reviews. */
    static final class Rows {
        private final TemporalTable<RoundRow> rounds;
        private final GrowingTable<VoteRow> votes;

        Rows(ReadTables tables) {
            rounds = tables.temporal("review_round", RoundRow.class, "id");
            votes = tables.growing("review_vote", VoteRow.class);
        }

        void changed(long position, Instant at, ReviewEvent event, Review before, Review after) {
            var subject = event.subject();
            // an event changes the latest round, or closes it and opens the next
            after.latest()
                    .map(round -> row(subject, round))
                    .filter(row ->
                            before.rounds().size() < row.round()
                                    || !row.equals(
                                            row(subject, before.rounds().get(row.round() - 1))))
                    .ifPresent(row -> rounds.put(position, row));
            if (event instanceof ReviewEvent.Signed signed) {
                var round = after.rounds().getLast();
                votes.add(
                        new VoteRow(
                                position,
                                subject,
                                round.number(),
                                subject.kind().key(),
                                round.project(),
                                round.requester(),
                                signed.signature().signer(),
                                signed.signature().role().key(),
                                signed.signature().verdict(),
                                round.openedAt(),
                                at));
            }
        }

        private static RoundRow row(SubjectRef subject, Round round) {
            return new RoundRow(
                    subject + "#" + round.number(),
                    subject,
                    round.number(),
                    subject.kind().key(),
                    round.project(),
                    round.riskTier(),
                    round.status(),
                    round.requester(),
                    round.openedAt(),
                    round.closedAt());
        }
    }
}
