package io.countersign.governance.staleness;

import io.countersign.governance.dataset.DatasetEvent;
import io.countersign.governance.deployment.DeploymentEvent;
import io.countersign.governance.eventstore.Correlation;
import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.ReviewedSubjects;
import io.countersign.governance.shared.SubjectRef;
import java.util.Collection;
import java.util.List;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The approvals in force, and what each depends on; written with the events, so that whoever looks
 * up an event's dependents finds every approval that was committed before it.
 */
@Component
class ApprovalIndex implements DecisionIndex {
    private final JdbcClient db;
    private final ReviewedSubjects subjects;

    ApprovalIndex(JdbcClient db, ReviewedSubjects subjects) {
        this.db = db;
        this.subjects = subjects;
    }

    /**
     * An approval in force.
     *
     * @param approval what is approved
     * @param correlation of the command that approved it, and of all that it set in motion
     */
    record Dependent(SubjectRef approval, String correlation) {}

    /** The approvals that depend on any of these, by name, those after {@code after} first. */
    List<Dependent> dependents(Collection<SubjectRef> on, String after, int limit) {
        return db.sql(
                        """
                        select f.approval, f.correlation from approval_in_force f
                         where f.approval in (
                               select distinct approval from approval_dependency
                                where subject = any(:on) and approval > :after
                                order by approval limit :limit)
                         order by f.approval limit :limit
                        """)
                .param("on", on.stream().map(SubjectRef::toString).toArray(String[]::new))
                .param("after", after)
                .param("limit", limit)
                .query((row, _) ->
                        new Dependent(SubjectRef.parse(row.getString(1)), row.getString(2)))
                .list();
    }

    /** How many depend on any of these. */
    long count(Collection<SubjectRef> on) {
        return db.sql(
                        "select count(distinct approval) from approval_dependency"
                                + " where subject = any(?)")
                .param(on.stream().map(SubjectRef::toString).toArray(String[]::new))
                .query(Long.class)
                .single();
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        switch (event.getPayload()) {
            case ReviewEvent.Approved e ->
                    given(e.subject(), (String) event.getMetaData().get(Correlation.CORRELATION));
            case ReviewEvent.Revoked e -> ended(e.subject());
            case ReviewEvent.BecameStale e -> ended(e.subject());
            case ReviewEvent.ConditionMissed e -> ended(e.subject());
            case ReviewEvent.Expired e when e.of() == ReviewEvent.Expired.Of.APPROVAL ->
                    ended(e.subject());
            case DeploymentEvent.RolledBack e -> ended(e.id().ref());
            case DeploymentEvent.Retired e -> ended(e.id().ref());
            case DatasetEvent.SourceRecorded e ->
                    db.sql(
                                    """
                                    insert into approval_dependency (subject, approval)
                                    select ?, approval from approval_in_force where approval = ?
                                    on conflict do nothing
                                    """)
                            .params(e.source().ref().toString(), e.id().ref().toString())
                            .update();
            default -> {}
        }
    }

    private void given(SubjectRef approval, @Nullable String correlation) {
        db.sql(
                        """
                        insert into approval_in_force (approval, project_id, correlation)
                        values (?, ?, ?)
                        on conflict (approval) do update set correlation = excluded.correlation
                        """)
                .params(
                        approval.toString(),
                        approval.id().split("\\.", 2)[0],
                        correlation == null ? "" : correlation)
                .update();
        // A renewal may depend on other things than the approval before it.
        db.sql("delete from approval_dependency where approval = ?")
                .param(approval.toString())
                .update();
        db.sql(
                        """
                        insert into approval_dependency (subject, approval)
                        select distinct subject, ? from unnest(?::text[]) given (subject)
                        """)
                .params(
                        approval.toString(),
                        subjects.restsOn(approval).stream()
                                .map(SubjectRef::toString)
                                .toArray(String[]::new))
                .update();
    }

    private void ended(SubjectRef approval) {
        db.sql(
                        """
                        with ended as (delete from approval_in_force where approval = :approval)
                        delete from approval_dependency where approval = :approval
                        """)
                .param("approval", approval.toString())
                .update();
    }
}
