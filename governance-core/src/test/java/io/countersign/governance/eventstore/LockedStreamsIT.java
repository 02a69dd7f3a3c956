package io.countersign.governance.eventstore;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.everywhere;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.CoreTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@CoreTest
class LockedStreamsIT {
    @Autowired LockedStreams locked;
    @Autowired StreamLocks locks;
    @Autowired Commands commands;
    @Autowired EventStore events;
    @Autowired JdbcClient db;
    @Autowired PlatformTransactionManager transactions;

    @AfterEach
    void end() {
        locked.end();
    }

    @Test
    void what_was_committed_while_it_waited_for_the_lock_is_read() throws Exception {
        var project = registered("waited-for");
        try (var threads = Executors.newSingleThreadExecutor()) {
            var read =
                    inTransaction(() -> {
                        locks.exclusive(project);
                        var waiting =
                                threads.submit(() ->
                                        inTransaction(() -> {
                                            locked.begin(
                                                    other("waiter"), List.of(), List.of(project));
                                            var found = held(project);
                                            locked.end();
                                            return found;
                                        }));
                        await().atMost(Duration.ofSeconds(20)).until(this::somebodyWaits);
                        // The one that holds the lock stores an event of the stream meanwhile.
                        db.sql(
                                        """
                                        insert into event (event_identifier, type,
                                            aggregate_identifier, sequence_number, time_stamp,
                                            payload_type, payload_revision, payload, meta_data,
                                            salt, writer_key_id, writer_mac)
                                        select 'late', type, aggregate_identifier, 1, time_stamp,
                                               payload_type, payload_revision, payload, meta_data,
                                               salt, writer_key_id, writer_mac
                                          from event
                                         where aggregate_identifier = ? and sequence_number = 0
                                        """)
                                .param(project.toString())
                                .update();
                        return waiting;
                    });

            assertThat(read.get()).isEqualTo(2);
        }
    }

    @Test
    void what_is_relied_on_cannot_be_written_until_the_command_ends() throws Exception {
        var project = registered("relied-on");
        try (var threads = Executors.newSingleThreadExecutor()) {
            var amended =
                    inTransaction(() -> {
                        locked.begin(other("reader"), List.of(), List.of(project));
                        var amending = threads.submit(() -> amend("relied-on"));
                        await().atMost(Duration.ofSeconds(20)).until(this::somebodyWaits);
                        assertThat(amending.isDone()).isFalse();
                        assertThat(stored(project)).isEqualTo(1);
                        return amending;
                    });
            amended.get();
        }
        assertThat(stored(project)).isEqualTo(2);
    }

    @Test
    void a_refused_command_leaves_nothing_for_the_next_on_its_thread() {
        var project = registered("refused");
        var stranger = io.countersign.testing.People.AUDITOR;

        assertThatThrownBy(() -> commands.send(amending("refused"), stranger))
                .hasMessageContaining("access.role-needed");

        assertThat(locked.events(project.toString())).isNull();
        amend("refused");
        assertThat(events.readEvents(project.toString()).asStream()).hasSize(2);
        assertThat(locked.events(project.toString())).isNull();
    }

    @Test
    void events_rolled_back_are_never_seen_again() {
        var project = registered("rolled-back");
        new TransactionTemplate(transactions)
                .executeWithoutResult(transaction -> {
                    locked.begin(project, List.of(), List.of());
                    assertThat(held(project)).isEqualTo(1);
                    db.sql(
                                    """
                                    insert into event (event_identifier, type, aggregate_identifier,
                                        sequence_number, time_stamp, payload_type, payload_revision,
                                        payload, meta_data, salt, writer_key_id, writer_mac)
                                    select 'never', type, aggregate_identifier, 1, time_stamp, payload_type,
                                           payload_revision, payload, meta_data, salt, writer_key_id,
                                           writer_mac
                                      from event where aggregate_identifier = ? and sequence_number = 0
                                    """)
                            .param(project.toString())
                            .update();
                    locked.forget(project.toString());
                    locked.rely(List.of(project));
                    assertThat(held(project)).isEqualTo(2);
                    transaction.setRollbackOnly();
                });
        locked.end();

        inTransaction(() -> {
            locked.begin(project, List.of(), List.of());
            assertThat(held(project)).isEqualTo(1);
            return true;
        });
    }

    @Test
    void one_round_trip_reads_several_streams_each_in_order() {
        var first = registered("several-1");
        var second = registered("several-2");
        amend("several-2");

        inTransaction(() -> {
            locked.begin(other("several"), List.of(), List.of(first, second));
            assertThat(locked.events(first.toString())).hasSize(1);
            assertThat(locked.events(second.toString()))
                    .extracting(event -> event.getSequenceNumber())
                    .containsExactly(0L, 1L);
            assertThat(locked.events(other("several").toString())).isEmpty();
            return true;
        });
    }

    private SubjectRef registered(String id) {
        commands.send(
                new ProjectCommand.Register(
                        new ProjectId("ls-" + id),
                        "n",
                        "b",
                        "p",
                        "t",
                        List.of("EU"),
                        RiskTier.HIGH),
                ENGINEER);
        return ProjectCommand.ref(new ProjectId("ls-" + id));
    }

    private Commands.Sent amend(String id) {
        return commands.send(amending(id), everywhere(ENGINEER));
    }

    private static ProjectCommand.Amend amending(String id) {
        return new ProjectCommand.Amend(
                new ProjectId("ls-" + id), "m", "b", "p", "t", List.of("EU"), RiskTier.LOW);
    }

    private static SubjectRef other(String id) {
        return ProjectCommand.ref(new ProjectId("ls-nobody-" + id));
    }

    private int held(SubjectRef stream) {
        return java.util.Objects.requireNonNull(locked.events(stream.toString())).size();
    }

    private int stored(SubjectRef stream) {
        return db.sql("select count(*) from event where aggregate_identifier = ?")
                .param(stream.toString())
                .query(Integer.class)
                .single();
    }

    private boolean somebodyWaits() {
        return db.sql(
                        """
                        select exists (select 1 from pg_locks
                                        where locktype = 'advisory' and not granted
                                          and database = (select oid from pg_database
                                                           where datname = current_database()))
                        """)
                .query(Boolean.class)
                .single();
    }

    private <T> T inTransaction(java.util.function.Supplier<T> work) {
        return java.util.Objects.requireNonNull(
                new TransactionTemplate(transactions).execute(_ -> work.get()));
    }
}
