package io.countersign.governance.bias;

import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.eventstore.StreamLocks;
import io.countersign.governance.evidence.EvidenceFiles;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.sql.Timestamp;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which completed assessment of each model version is the latest, how each one ended, and which
 * file each needs.
 */
@Component
class AssessmentIndex implements DecisionIndex {
    private final JdbcClient db;
    private final StreamLocks locks;
    private final EvidenceFiles files;

    AssessmentIndex(JdbcClient db, StreamLocks locks, EvidenceFiles files) {
        this.db = db;
        this.locks = locks;
        this.files = files;
    }

    /**
     * Stands for "whichever is the latest": locked by who completes one and by who relies on it.
     */
    static SubjectRef latest(ModelVersionId modelVersion) {
        return new SubjectRef(SubjectKind.ASSESSMENT, modelVersion + "/latest");
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        if (event.getPayload() instanceof AssessmentEvent.Started started) {
            files.neededBy(started.id().ref(), started.file());
        }
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
            var rules = completed.result().rules();
            db.sql(
                            """
                            insert into assessment_outcome
                                   (event_id, assessment_id, model, model_version, rule_set,
                                    rule_set_version, verdict, completed_at)
                            values (?, ?, ?, ?, ?, ?, ?, ?)
                            """)
                    .params(
                            event.getIdentifier(),
                            completed.id().value(),
                            completed.modelVersion().model().value(),
                            completed.modelVersion().value(),
                            rules.name(),
                            rules.version(),
                            completed.verdict().word(),
                            Timestamp.from(event.getTimestamp()))
                    .update();
        }
    }
}
