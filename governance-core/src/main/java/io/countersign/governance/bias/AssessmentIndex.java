package io.countersign.governance.bias;

import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.eventstore.StreamLocks;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.sql.Timestamp;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which completed assessment of each model version is the latest. */
@Component
class AssessmentIndex implements DecisionIndex {
    private final JdbcClient db;
    private final StreamLocks locks;

    AssessmentIndex(JdbcClient db, StreamLocks locks) {
        this.db = db;
        this.locks = locks;
    }

    /**
     * Stands for "whichever is the latest": locked by who completes one and by who relies on it.
     */
    static SubjectRef latest(ModelVersionId modelVersion) {
        return new SubjectRef(SubjectKind.ASSESSMENT, modelVersion + "/latest");
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        if (event.getPayload() instanceof AssessmentEvent.Completed completed) {
            locks.exclusive(latest(completed.modelVersion()));
            db.sql(
                            """
                            insert into assessment_latest
                                   (model_version, assessment_id, verdict, completed_at)
                            values (?, ?, ?, ?)
                            on conflict (model_version) do update
                               set assessment_id = excluded.assessment_id,
                                   verdict = excluded.verdict,
                                   completed_at = excluded.completed_at
                            """)
                    .params(
                            completed.modelVersion().value(),
                            completed.id().value(),
                            completed.verdict().word(),
                            Timestamp.from(event.getTimestamp()))
                    .update();
        }
    }
}
