package io.countersign.governance.deployment;

import io.countersign.governance.eventstore.DecisionIndex;
import java.sql.Timestamp;
import java.time.Instant;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps the count in a table, from 0 at each change of the answer. */
@Component
class GateRepeats implements RepeatedAnswers, DecisionIndex {
    private final JdbcClient db;

    GateRepeats(JdbcClient db) {
        this.db = db;
    }

    @Override
    public void count(DeploymentId id, Instant at) {
        db.sql(
                        """
                        insert into deployment_gate_repeat (deployment_id, repeats, last_at)
                        values (?, 1, ?)
                        on conflict (deployment_id) do update
                           set repeats = deployment_gate_repeat.repeats + 1,
                               last_at = excluded.last_at
                        """)
                .params(id.value(), Timestamp.from(at))
                .update();
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        if (event.getPayload() instanceof DeploymentEvent.GateChanged changed) {
            db.sql(
                            """
                            insert into deployment_gate_repeat (deployment_id, repeats, last_at)
                            values (?, 0, ?)
                            on conflict (deployment_id) do update
                               set repeats = 0, last_at = excluded.last_at
                            """)
                    .params(changed.id().value(), Timestamp.from(event.getTimestamp()))
                    .update();
        }
    }
}
