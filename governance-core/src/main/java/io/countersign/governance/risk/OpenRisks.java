package io.countersign.governance.risk;

import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.eventstore.StreamLocks;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.Collection;
import java.util.List;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The open risks of each subject, for decisions; written with the events. */
@Component
public class OpenRisks implements DecisionIndex {
    private final JdbcClient db;
    private final StreamLocks locks;
    private final RiskScales scales;

    OpenRisks(JdbcClient db, StreamLocks locks, RiskScales scales) {
        this.db = db;
        this.locks = locks;
        this.scales = scales;
    }

    /** One open risk, rated by the scale in force. */
    public record Open(RiskId id, Rating rating, RiskScale.Level level) {}

    /**
     * The open risks about any of these, inside a command: no risk about them is raised or rated
     * until it commits.
     */
    public List<Open> of(Collection<SubjectRef> subjects) {
        subjects.stream().distinct().sorted().map(OpenRisks::risksOf).forEach(locks::shared);
        var scale = scales.inForce().scale();
        return db.sql(
                        """
                        select distinct risk_id, likelihood, impact from subject_risk
                         where subject = any(?) and open order by risk_id
                        """)
                .param(subjects.stream().map(SubjectRef::toString).toArray(String[]::new))
                .query((row, _) -> {
                    var rating = new Rating(row.getInt(2), row.getInt(3));
                    return new Open(new RiskId(row.getString(1)), rating, scale.level(rating));
                })
                .list();
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        if (!(event.getPayload() instanceof RiskEvent change)) {
            return;
        }
        switch (change) {
            case RiskEvent.Raised e -> {
                lock(e.subjects());
                e.subjects().forEach(subject -> insert(e.id(), subject, e.inherent(), false));
            }
            case RiskEvent.Recurred e -> {
                lock(e.subjects());
                copyTo(e.id(), e.subjects());
            }
            case RiskEvent.InherentRated e -> {
                lock(subjectsOf(e.id()));
                // The residual rating counts once there is one.
                rate(e.id(), e.rating(), "likelihood = ?, impact = ? where not residual and");
            }
            case RiskEvent.ResidualRated e -> {
                lock(subjectsOf(e.id()));
                rate(e.id(), e.rating(), "likelihood = ?, impact = ?, residual = true where");
            }
            case RiskEvent.Closed e -> setOpen(e.id(), false);
            case RiskEvent.Reopened e -> setOpen(e.id(), true);
            case RiskEvent.OwnerAssigned _,
                    RiskEvent.TreatmentPlanned _,
                    RiskEvent.ReviewScheduled _ -> {}
        }
    }

    private void insert(RiskId risk, SubjectRef subject, Rating rating, boolean residual) {
        db.sql(
                        """
                        insert into subject_risk (risk_id, subject, likelihood, impact, residual,
                                                  open)
                        values (?, ?, ?, ?, ?, true) on conflict do nothing
                        """)
                .params(
                        risk.value(),
                        subject.toString(),
                        rating.likelihood(),
                        rating.impact(),
                        residual)
                .update();
    }

    /** More subjects of a risk that is there, rated as it is. */
    private void copyTo(RiskId risk, Collection<SubjectRef> subjects) {
        for (var subject : subjects) {
            db.sql(
                            """
                            insert into subject_risk (risk_id, subject, likelihood, impact,
                                                      residual, open)
                            select risk_id, ?, likelihood, impact, residual, open
                              from subject_risk where risk_id = ? limit 1
                            on conflict do nothing
                            """)
                    .params(subject.toString(), risk.value())
                    .update();
        }
    }

    private void rate(RiskId risk, Rating rating, String change) {
        db.sql("update subject_risk set " + change + " risk_id = ?")
                .params(rating.likelihood(), rating.impact(), risk.value())
                .update();
    }

    private void setOpen(RiskId risk, boolean open) {
        lock(subjectsOf(risk));
        db.sql("update subject_risk set open = ? where risk_id = ?")
                .params(open, risk.value())
                .update();
    }

    /** What a risk is about. */
    public List<SubjectRef> subjectsOf(RiskId risk) {
        return db.sql("select subject from subject_risk where risk_id = ?")
                .param(risk.value())
                .query((row, _) -> SubjectRef.parse(row.getString(1)))
                .list();
    }

    /** Everything that an open risk is about. */
    public List<SubjectRef> subjectsAtRisk() {
        return db.sql("select distinct subject from subject_risk where open")
                .query((row, _) -> SubjectRef.parse(row.getString(1)))
                .list();
    }

    private void lock(Collection<SubjectRef> subjects) {
        subjects.stream().sorted().map(OpenRisks::risksOf).forEach(locks::exclusive);
    }

    /** What stands for "the risks about this subject" among the locks. */
    private static SubjectRef risksOf(SubjectRef subject) {
        return new SubjectRef(SubjectKind.RISK, "about " + subject);
    }
}
