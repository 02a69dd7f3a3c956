package io.countersign.governance.staleness;

import io.countersign.governance.dataset.DatasetEvent;
import io.countersign.governance.deployment.DeploymentEvent;
import io.countersign.governance.model.ModelEvent;
import io.countersign.governance.policy.Change;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Approvals that became stale, or may have, until their approval is asked for again. */
@Component
public class StaleApprovals {
    private final JdbcClient db;
    private final ReadTables tables;

    StaleApprovals(JdbcClient db, ReadTables tables) {
        this.db = db;
        this.tables = tables;
    }

    /**
     * @param stale whether it is stale; else a gate could not be asked
     * @param reason the event, the gate and its explanation, or why it could not be asked
     * @param cause id of the event
     * @param pending what is asked again until it can be answered
     */
    public record Row(
            SubjectRef subject,
            String subjectId,
            ProjectId projectId,
            boolean stale,
            String reason,
            String cause,
            Instant since,
            List<Pending> pending) {}

    /** One question that could not be answered. */
    public record Pending(String cause, Change change, SubjectRef moved, String what) {}

    /**
     * What this person is told: of approvals they asked for, and of those that a deployment they
     * asked for and that has not ended rests on. The newest first.
     */
    public List<Row> toldTo(UserId person, int limit, At at, Visibility visible) {
        return db.sql(
                        """
                        select s.* from stale_approval s
                         where s.valid_from <= :at and s.valid_to > :at
                           and (:all or s.project_id = any(:projects))
                           and (exists (
                                   select 1 from review r
                                    where r.subject = s.subject and r.requester = :me
                                      and r.valid_from <= :at and r.valid_to > :at)
                                or exists (
                                   select 1 from deployment d
                                    where d.requester = :me
                                      and d.status not in ('ROLLED_BACK', 'RETIRED')
                                      and d.valid_from <= :at and d.valid_to > :at
                                      and (d.id = s.subject_id
                                           or d.model_version = s.subject_id
                                           or exists (
                                              select 1 from model_version v
                                               where v.id = d.model_version
                                                 and v.training_datasets @> to_jsonb(s.subject_id)
                                                 and v.valid_from <= :at and v.valid_to > :at))))
                         order by s.since desc, s.subject limit :limit
                        """)
                .param("at", at.position())
                .param("me", person.value())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .param("limit", limit)
                .query(tables.rows(Row.class))
                .list();
    }

    /** Those with a question that is still to be answered; at most 500. */
    List<Row> undecided() {
        return db.sql(
                        """
                        select * from stale_approval
                         where valid_to = 9223372036854775807 and pending <> '[]'::jsonb
                         order by since limit 500
                        """)
                .query(tables.rows(Row.class))
                .list();
    }

    @Component
    static class StaleProjection implements Projection {
        private final TemporalTable<Row> rows;

        StaleProjection(ReadTables tables) {
            rows = tables.temporal("stale_approval", Row.class, "subject");
        }

        @Override
        public void on(Recorded event) {
            switch (event.payload()) {
                case ReviewEvent.BecameStale e ->
                        put(event, e.subject(), true, e.reason(), e.cause(), List.of());
                case ReviewEvent.ConditionMissed e ->
                        put(
                                event,
                                e.subject(),
                                true,
                                "condition "
                                        + e.condition()
                                        + " was not confirmed in time, by "
                                        + e.dueAt(),
                                event.eventId(),
                                List.of());
                case ReviewEvent.CouldNotBeReconsidered e -> {
                    var pending = new ArrayList<>(pending(e.subject()));
                    pending.add(new Pending(e.cause(), e.change(), e.moved(), e.what()));
                    put(
                            event,
                            e.subject(),
                            false,
                            e.what() + "; " + e.problem(),
                            e.cause(),
                            pending);
                }
                case ReviewEvent.Reconsidered e -> decided(event, e);
                case ReviewEvent.Requested e -> end(event, e.subject());
                case ReviewEvent.Approved e -> end(event, e.subject());
                case ReviewEvent.Revoked e -> end(event, e.subject());
                case ReviewEvent.Expired e when e.of() == ReviewEvent.Expired.Of.APPROVAL ->
                        end(event, e.subject());
                case DatasetEvent.VersionRetired e -> end(event, e.id().ref());
                case ModelEvent.VersionRetired e -> end(event, e.id().ref());
                case DeploymentEvent.RolledBack e -> end(event, e.id().ref());
                case DeploymentEvent.Retired e -> end(event, e.id().ref());
                default -> {}
            }
        }

        private void decided(Recorded event, ReviewEvent.Reconsidered e) {
            var left =
                    pending(e.subject()).stream()
                            .filter(p -> !p.cause().equals(e.cause()))
                            .toList();
            var before = current(e.subject());
            if (before == null) {
                return;
            }
            if (left.isEmpty()) {
                rows.end(event.position(), e.subject());
            } else {
                put(event, e.subject(), false, before.reason(), left.getLast().cause(), left);
            }
        }

        private void put(
                Recorded event,
                SubjectRef subject,
                boolean stale,
                String reason,
                String cause,
                List<Pending> pending) {
            rows.put(
                    event.position(),
                    new Row(
                            subject,
                            subject.id(),
                            new ProjectId(subject.id().split("\\.", 2)[0]),
                            stale,
                            reason,
                            cause,
                            event.at(),
                            pending));
        }

        private void end(Recorded event, SubjectRef subject) {
            if (current(subject) != null) {
                rows.end(event.position(), subject);
            }
        }

        private List<Pending> pending(SubjectRef subject) {
            var row = current(subject);
            return row == null ? List.of() : row.pending();
        }

        private @Nullable Row current(SubjectRef subject) {
            return rows.current(subject).orElse(null);
        }
    }
}
