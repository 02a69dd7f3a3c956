package io.countersign.governance.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Transaction ids belong to one cluster, and so does the order made of them. */
class ClusterIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final JdbcClient owner = JdbcClient.create(database.owner());
    private final TestEvents events = new TestEvents(database);
    private final Sequencer sequencer = new Sequencer(database.app());

    private static void await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void the_cluster_of_the_first_batch_is_the_only_one_that_is_sequenced() {
        events.append("cluster-a", 1);
        sequencer.start();
        try {
            await(() -> sequencer.size() == 1);
            assertThat(sequencer.stopped()).isNull();
            assertThat(
                            owner.sql(
                                            """
                                            select l.system_identifier = c.system_identifier
                                              from log_state l, pg_control_system() c
                                            """)
                                    .query(Boolean.class)
                                    .single())
                    .isTrue();
        } finally {
            sequencer.stop();
        }

        // as it would be after a restore elsewhere: there the ids of transactions begin anew
        owner.sql("update log_state set system_identifier = 1").update();
        events.append("cluster-b", 1);
        sequencer.start();
        try {
            await(() -> sequencer.stopped() != null);
            assertThat(sequencer.stopped()).contains("cluster 1,").contains("new epoch");
            assertThat(owner.sql("select size from log_state").query(Long.class).single())
                    .isEqualTo(1);

            // what beginning a new epoch does
            owner.sql("update log_state set system_identifier = null").update();
            sequencer.poke();
            await(() -> sequencer.size() == 2);
            assertThat(sequencer.stopped()).isNull();
        } finally {
            sequencer.stop();
        }
    }
}
