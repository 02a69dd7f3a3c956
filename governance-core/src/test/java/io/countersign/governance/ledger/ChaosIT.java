package io.countersign.governance.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.database.Migrations;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.testing.FaultyDataSource;
import io.countersign.testing.FaultyDataSource.Fault;
import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whatever fails at whichever moment: every committed event gets one position, none gets two, and
 * no two signed notes of one size have different roots. {@code -Dchaos.seconds=600} runs longer.
 */
class ChaosIT {
    private static final int WRITERS = 12;
    private static final int SECONDS = Integer.getInteger("chaos.seconds", 8);

    /** As a sequence number would have it done: what commits late is never looked at again. */
    private static final String NAIVE =
            """
            with state as (select * from log_state for update),
                 batch as (select e.global_index, s.size + row_number() over (order by e.global_index) - 1 as position
                             from event e, state s where e.global_index > s.last_global_index),
                 placed as (insert into log_leaf (position, global_index, position_time)
                            select position, global_index, clock_timestamp() from batch
                            returning position, global_index)
            update log_state set size = n.size, last_global_index = n.last
              from (select max(position) + 1 as size, max(global_index) as last from placed) n
             where n.size is not null
            """;

    @TempDir Path home;

    private final Map<Long, Hash> signed = new HashMap<>();

    /** Every note that ever left the guard, and every one that was published. */
    private void noTwoNotes(Path folder, DataSource database) {
        if (Guard.exists(folder)) {
            Guard.signed(folder).forEachRemaining(each -> note(each.size(), each.root()));
        }
        JdbcClient.create(database)
                .sql("select note from log_checkpoint order by size")
                .query((row, _) -> Checkpoint.parse(Note.parse(row.getBytes(1)).text()))
                .list()
                .forEach(each -> note(each.size(), each.root()));
    }

    private void note(long size, Hash root) {
        assertThat(signed.merge(size, root, (first, _) -> first))
                .as("the root signed at size %d", size)
                .isEqualTo(root);
    }

    private static long missed(DataSource database) {
        return JdbcClient.create(database)
                .sql(
                        """
                        select count(*) from event e
                         where not exists (select from log_leaf l where l.global_index = e.global_index)
                        """)
                .query(Long.class)
                .single();
    }

    private static long twice(DataSource database) {
        return JdbcClient.create(database)
                .sql("select count(*) - count(distinct global_index) from log_leaf")
                .query(Long.class)
                .single();
    }

    private void wholeAndClean(TestLedger ledger, TestDatabase database) {
        var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        var events =
                JdbcClient.create(database.owner())
                        .sql("select count(*) from event")
                        .query(Long.class)
                        .single();
        do {
            ledger.turn();
            assertThat(ledger.fault()).isNull();
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        } while (ledger.ledger().newest().isEmpty()
                || ledger.ledger().newest().orElseThrow().size() < events);
        noTwoNotes(ledger.signerFolder(), database.app());
        assertThat(missed(database.app())).as("missed").isZero();
        assertThat(twice(database.app())).as("twice").isZero();
        var result = ledger.check();
        assertThat(result.findings()).isEmpty();
        assertThat(result.whole()).isTrue();
        assertThat(result.size()).isEqualTo(events);
    }

    @Test
    void at_every_step_of_a_cycle_the_connection_is_lost_or_the_thread_interrupted() {
        var database = TestDatabase.fresh();
        var folder = TestLedger.folder();
        var events = new TestEvents(database);
        var faulty = new FaultyDataSource(database.access().appSource());
        for (var fault : Fault.values()) {
            var hit = true;
            for (var step = 1L; hit; step++) {
                events.append("steps", 3);
                faulty.arm(fault, step);
                var victim = new TestLedger(database, faulty, folder, events);
                victim.once();
                hit = faulty.steps() >= step;
                var unused = Thread.interrupted();
                noTwoNotes(folder, database.app());
                assertThat(victim.fault()).as("%s at step %d", fault, step).isNull();
                // The next process goes on from what is there.
                new TestLedger(database, folder, events).turn();
                noTwoNotes(folder, database.app());
                assertThat(missed(database.app())).isZero();
                assertThat(step).as("the cycle ends").isLessThan(200);
            }
        }
        assertThat(signed).hasSizeGreaterThan(50);
        wholeAndClean(new TestLedger(database, folder, events), database);
    }

    @Test
    void at_every_byte_the_guard_writes_the_process_ends() throws Exception {
        var database = TestDatabase.fresh();
        var folder = TestLedger.folder();
        var events = new TestEvents(database);
        events.append("bytes", 5);
        new TestLedger(database, folder, events).turn().turn();
        var file = folder.resolve("guard-000001.log");
        var before = Files.size(file);
        events.append("bytes", 5);
        new TestLedger(database, folder, events).turn();
        var all = Files.readAllBytes(file);
        noTwoNotes(folder, database.app());
        assertThat(all.length - before).isGreaterThan(400);

        // Every byte in a long run, every fifth in the usual one; the whole records always.
        var stride = SECONDS > 60 ? 1 : 5;
        for (var length = before; length <= all.length; length += stride) {
            Files.write(file, Arrays.copyOf(all, (int) length));
            // Nothing goes out before its signature is on disk.
            try (var connection = database.owner().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(
                        "alter table log_checkpoint disable trigger user;"
                                + " delete from log_checkpoint where size = 10;"
                                + " alter table log_checkpoint enable always trigger"
                                + " log_checkpoint_is_append_only");
            }
            var next = new TestLedger(database, folder, events);
            next.sign();
            assertThat(next.fault()).as("cut at byte %d", length).isNull();
            assertThat(next.ledger().newest().orElseThrow().size()).isEqualTo(10);
            noTwoNotes(folder, database.app());
        }
        Files.write(file, all);
        assertThat(signed).hasSize(2);
        wholeAndClean(new TestLedger(database, folder, events), database);
    }

    @Test
    void twelve_writers_and_a_ledger_that_is_killed_again_and_again() throws Exception {
        var database = TestDatabase.fresh();
        var folder = TestLedger.folder();
        var events = new TestEvents(database);
        var faulty = new FaultyDataSource(database.access().appSource());
        var random = new Random(7);
        var restarts = 0;
        try (var writers = new Writers(database.access().ownerSource(), events)) {
            var end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            while (System.nanoTime() < end) {
                faulty.arm(
                        Fault.values()[random.nextInt(Fault.values().length)],
                        1 + random.nextInt(120));
                var ledger = new TestLedger(database, faulty, folder, events);
                for (var turns = 1 + random.nextInt(2); turns > 0; turns--) {
                    ledger.once();
                }
                assertThat(ledger.fault()).isNull();
                var unused = Thread.interrupted();
                noTwoNotes(folder, database.app());
                restarts++;
            }
        }
        wholeAndClean(new TestLedger(database, folder, events), database);
        System.out.printf(
                "chaos: %d events, %d restarts, %d signed sizes, missed 0%n",
                JdbcClient.create(database.owner())
                        .sql("select count(*) from event")
                        .query(Long.class)
                        .single(),
                restarts,
                signed.size());
        assertThat(restarts).isGreaterThan(5);
    }

    @Test
    void the_server_is_stopped_immediately_and_killed_beneath_writers_and_ledger()
            throws Exception {
        var acknowledged = ConcurrentHashMap.<String>newKeySet();
        var folder = TestLedger.folder();
        var rounds = SECONDS > 60 ? 10 : 1;
        for (var round = 0; round < 2 * rounds; round++) {
            var signal = round % 2 == 0 ? "QUIT" : "KILL";
            var server = EmbeddedDatabase.start(home);
            try {
                Migrations.run(server.access());
                var database = durable(server);
                var events = new TestEvents(database);
                var ledger = new TestLedger(database, folder, events);
                ledger.start();
                try (var writers =
                        new Writers(server.access().ownerSource(), events, acknowledged)) {
                    var enough = acknowledged.size() + 150;
                    var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                    while (acknowledged.size() < enough) {
                        assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
                        LockSupport.parkNanos(1_000_000);
                    }
                    end(signal);
                    ledger.stop();
                }
                assertThat(ledger.fault()).isNull();
            } finally {
                try {
                    server.close();
                } catch (RuntimeException e) {
                    assertThat(e).as("it is gone already").isNotNull();
                }
            }
        }
        try (var server = EmbeddedDatabase.start(home)) {
            var database = durable(server);
            assertThat(
                            Set.copyOf(
                                    JdbcClient.create(database.owner())
                                            .sql("select event_identifier from event")
                                            .query(String.class)
                                            .list()))
                    .as("what was acknowledged is there")
                    .containsAll(acknowledged);
            wholeAndClean(new TestLedger(database, folder, new TestEvents(database)), database);
        }
    }

    private static TestDatabase durable(EmbeddedDatabase server) {
        return new TestDatabase(
                server.access(), server.access().ownerSource(), server.access().appSource());
    }

    /** SIGQUIT to the postmaster is what {@code pg_ctl stop -m immediate} sends. */
    private void end(String signal) throws Exception {
        var pid =
                Files.readAllLines(home.resolve("postgres/data/postmaster.pid")).getFirst().strip();
        var process = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        var children = process.descendants().toList();
        assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
        process.onExit().get(20, TimeUnit.SECONDS);
        for (var child : children) {
            child.onExit().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_sequencer_that_goes_by_the_sequence_number_misses_what_commits_late() throws Exception {
        for (var naive : List.of(true, false)) {
            var database = TestDatabase.fresh();
            var events = new TestEvents(database);
            var ledger = new TestLedger(database, TestLedger.folder(), events);
            try (var slow = database.app().getConnection()) {
                slow.setAutoCommit(false);
                events.append(slow, "slow", 1);
                events.append("quick", 1);
                if (naive) {
                    naive(database);
                } else {
                    ledger.once();
                }
                slow.commit();
            }
            if (naive) {
                naive(database);
                naive(database);
                assertThat(missed(database.app())).as("by sequence number").isEqualTo(1);
                assertThat(ledger.check().after())
                        .as("and the check says so")
                        .contains("1 wait for a position");
            } else {
                ledger.turn();
                assertThat(missed(database.app())).as("by transaction id").isZero();
            }
        }
    }

    @Test
    void the_same_writers_lose_events_to_a_sequencer_that_goes_by_the_sequence_number()
            throws Exception {
        var database = TestDatabase.fresh();
        try (var writers = new Writers(database.access().ownerSource(), new TestEvents(database))) {
            var end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < end) {
                naive(database);
            }
        }
        naive(database);
        var missed = missed(database.app());
        System.out.printf(
                "by sequence number: %d of %d events missed%n",
                missed,
                JdbcClient.create(database.owner())
                        .sql("select count(*) from event")
                        .query(Long.class)
                        .single());
        assertThat(missed).isPositive();
    }

    private static void naive(TestDatabase database) {
        JdbcClient.create(database.owner()).sql(NAIVE).update();
    }

    /** They commit, roll back, use savepoints, draw numbers early, and dawdle. */
    private static final class Writers implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong names = new AtomicLong(System.nanoTime());
        private final java.util.concurrent.ExecutorService threads =
                Executors.newFixedThreadPool(WRITERS);
        private final List<java.util.concurrent.Future<?>> running = new ArrayList<>();
        private final DataSource database;
        private final TestEvents events;
        private final Set<String> acknowledged;

        Writers(DataSource database, TestEvents events) {
            this(database, events, ConcurrentHashMap.newKeySet());
        }

        Writers(DataSource database, TestEvents events, Set<String> acknowledged) {
            this.database = database;
            this.events = events;
            this.acknowledged = acknowledged;
            for (var i = 0; i < WRITERS; i++) {
                var seed = i;
                running.add(threads.submit(() -> write(new Random(seed))));
            }
        }

        private void write(Random random) {
            while (!over.get()) {
                // What came of a commit without an answer is not known: it is another stream then.
                var stream = "w" + names.incrementAndGet();
                try (var connection = database.getConnection()) {
                    connection.setAutoCommit(false);
                    while (!over.get()) {
                        transaction(connection, stream, random);
                    }
                } catch (SQLException e) {
                    LockSupport.parkNanos(5_000_000);
                }
            }
        }

        private void transaction(Connection connection, String stream, Random random)
                throws SQLException {
            var written = new ArrayList<String>();
            var early = random.nextInt(4) == 0 ? drawn(connection) : -1;
            dawdle(random);
            written.addAll(events.append(connection, stream, 1 + random.nextInt(3)));
            if (early >= 0) {
                // In a stream of its own, with a number older than the transaction's others.
                var other = TestEvents.written("e" + names.incrementAndGet(), 0);
                try (var insert =
                        connection.prepareStatement(
                                TestEvents.INSERT
                                        .replace(
                                                "(event_identifier",
                                                "(global_index, event_identifier")
                                        .replace("values (?", "values (" + early + ", ?"))) {
                    TestEvents.set(insert, other, events.key().id(), events.key().mac(other));
                    insert.executeUpdate();
                }
                written.add(other.eventId());
            }
            if (random.nextInt(3) == 0) {
                var savepoint = connection.setSavepoint();
                events.append(connection, stream, 1);
                connection.rollback(savepoint);
                events.rolledBack(stream, 1);
            }
            dawdle(random);
            if (random.nextInt(5) == 0) {
                connection.rollback();
                events.rolledBack(stream, written.size() - (early >= 0 ? 1 : 0));
            } else {
                connection.commit();
                acknowledged.addAll(written);
            }
        }

        private static long drawn(Connection connection) throws SQLException {
            try (var statement = connection.createStatement();
                    var row =
                            statement.executeQuery(
                                    "select nextval(pg_get_serial_sequence('event', 'global_index'))")) {
                row.next();
                return row.getLong(1);
            }
        }

        private static void dawdle(Random random) {
            if (random.nextInt(3) > 0) {
                LockSupport.parkNanos(random.nextInt(40_000_000));
            }
        }

        @Override
        public void close() throws Exception {
            over.set(true);
            for (var each : running) {
                each.get(30, TimeUnit.SECONDS);
            }
            threads.shutdown();
        }
    }
}
