package io.countersign.governance.eventstore;

import static io.countersign.testing.People.ENGINEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.ProjectId;
import io.countersign.testing.CoreTest;
import io.countersign.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@CoreTest
class SequencerIT {
    @Autowired Commands commands;
    @Autowired ReadPosition positions;
    @Autowired JdbcClient db;
    @Autowired TestDatabase database;

    private static ProjectCommand.Register register(String id) {
        return new ProjectCommand.Register(
                new ProjectId(id), "n", "b", "p", "t", List.of("EU"), RiskTier.LOW);
    }

    /** An event that drew its transaction id and its number early and commits late. */
    private static String insert(Connection connection) throws SQLException {
        var id = UUID.randomUUID().toString();
        try (var insert =
                connection.prepareStatement(
                        """
                        insert into event (event_identifier, type, aggregate_identifier,
                            sequence_number, time_stamp, payload_type, payload_revision, payload,
                            meta_data, salt, writer_key_id, writer_mac)
                        select ?, type, 'project:slow-' || ?, 0, time_stamp, payload_type,
                            payload_revision, payload, meta_data, salt, writer_key_id, writer_mac
                          from event where payload_type = 'project.registered' limit 1
                        """)) {
            insert.setString(1, id);
            insert.setString(2, id.substring(0, 8));
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
        return id;
    }

    private Long position(String eventId) {
        return db.sql(
                        """
                        select coalesce(max(l.position), -1) from event e
                          left join log_leaf l using (global_index)
                         where e.event_identifier = ?
                        """)
                .param(eventId)
                .query(Long.class)
                .single();
    }

    @Test
    void an_event_that_commits_late_is_never_skipped() throws Exception {
        var before = commands.send(register("before-the-slow-one"), ENGINEER);
        positions.await(before.eventIds().getFirst(), Duration.ofSeconds(20));
        String slow;
        Commands.Sent quick;
        try (var connection = database.app().getConnection()) {
            connection.setAutoCommit(false);
            slow = insert(connection);
            quick = commands.send(register("while-one-is-slow"), ENGINEER);
            // The quick one waits for its place: an older transaction may still commit before it.
            positions.await(quick.eventIds().getFirst(), Duration.ofMillis(500));
            assertThat(position(quick.eventIds().getFirst())).isEqualTo(-1);
            connection.commit();
        }
        positions.await(quick.eventIds().getFirst(), Duration.ofSeconds(20));

        assertThat(position(slow)).isGreaterThanOrEqualTo(0);
        assertThat(position(quick.eventIds().getFirst())).isEqualTo(position(slow) + 1);
    }

    @Test
    void an_event_rolled_back_leaves_no_hole() throws Exception {
        var before = commands.send(register("before-the-rollback"), ENGINEER);
        positions.await(before.eventIds().getFirst(), Duration.ofSeconds(20));
        try (var connection = database.app().getConnection()) {
            connection.setAutoCommit(false);
            insert(connection);
            connection.rollback();
        }
        var after = commands.send(register("after-the-rollback"), ENGINEER);
        positions.await(after.eventIds().getFirst(), Duration.ofSeconds(20));

        assertThat(position(after.eventIds().getFirst()))
                .isEqualTo(position(before.eventIds().getFirst()) + 1);
    }

    @Test
    void of_two_sequencers_one_stands_by() throws Exception {
        var second = new Sequencer(database.app());
        second.start();
        try {
            var sent = commands.send(register("with-two-sequencers"), ENGINEER);
            positions.await(sent.eventIds().getFirst(), Duration.ofSeconds(20));
            var size = db.sql("select size from log_state").query(Long.class).single();
            var deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (second.size() < size && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(second.size()).isGreaterThanOrEqualTo(size);
            assertThat(
                            db.sql("select count(*) = count(distinct global_index) from log_leaf")
                                    .query(Boolean.class)
                                    .single())
                    .isTrue();
        } finally {
            second.stop();
        }
    }
}
