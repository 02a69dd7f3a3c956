package io.countersign.governance.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.eventstore.Acknowledgements;
import io.countersign.governance.ledger.LedgerFault.Kind;
import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an instance told others had happened is missed until a checkpoint covers it. */
class AcknowledgedIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final Path folder = TestLedger.folder();
    private final TestEvents events = new TestEvents(database);
    private TestLedger ledger = new TestLedger(database, folder, events);

    @AfterEach
    void close() {
        ledger.acknowledged().close();
    }

    /** After a crash: nothing is known but what is in the files. */
    private void restarted() {
        ledger.acknowledged().close();
        ledger = new TestLedger(database, folder, events);
    }

    private void vanishes(String... ids) {
        try (var connection = database.superuser();
                var statement = connection.createStatement()) {
            statement.execute("set session_replication_role = replica");
            statement.execute("alter table event disable trigger user");
            for (var id : ids) {
                statement.execute("delete from event where event_identifier = '" + id + "'");
            }
            for (var trigger : List.of("event_is_append_only", "event_is_stamped")) {
                statement.execute("alter table event enable always trigger " + trigger);
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Path> files() throws IOException {
        try (var all = Files.walk(folder.resolve("acknowledged"))) {
            return all.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        }
    }

    @Test
    void what_is_signed_is_missed_no_longer() {
        var ids = events.append("some", 3);
        ledger.acknowledge(ids);
        assertThat(ledger.acknowledged().size()).isEqualTo(3);
        ledger.turn().turn().turn();
        assertThat(ledger.fault()).isNull();
        assertThat(ledger.acknowledged().size()).isZero();
    }

    @Test
    void what_vanished_while_the_product_was_down_is_named_at_its_start() {
        ledger.turn();
        var ids = events.append("some", 3);
        ledger.acknowledge(ids);
        restarted();
        vanishes(ids.get(2));

        ledger.sign();
        assertThat(ledger.fault())
                .extracting(LedgerFault::kind, LedgerFault::words)
                .satisfiesExactly(
                        kind -> assertThat(kind).isEqualTo(Kind.EVENT_GONE),
                        words ->
                                assertThat(words.toString())
                                        .contains(ids.get(2), "number 2 of project:some"));
        assertThat(ledger.status().alarms()).anyMatch(alarm -> alarm.contains(ids.get(2)));
    }

    @Test
    void a_line_torn_by_a_crash_is_no_event_and_those_before_it_are_still_missed()
            throws IOException {
        ledger.turn();
        var ids = events.append("some", 2);
        ledger.acknowledge(ids);
        var file = files().getLast();
        var lines = Files.readString(file);
        Files.writeString(
                file,
                lines.substring(0, 90).replace(ids.get(0), "torn"),
                StandardOpenOption.APPEND);
        restarted();
        ledger.turn();
        assertThat(ledger.fault()).isNull();
        restarted();
        Files.write(file, "\0\0\0\n".getBytes(UTF_8), StandardOpenOption.APPEND);
        vanishes(ids.get(1));
        ledger.sign();
        assertThat(ledger.fault()).hasMessageContaining(ids.get(1));
    }

    @Test
    void the_signer_goes_on_without_what_people_know_to_be_lost() throws IOException {
        ledger.turn();
        var ids = events.append("some", 4);
        ledger.acknowledge(ids);
        vanishes(ids.get(1), ids.get(3));
        ledger.turn();
        assertThat(ledger.fault()).isNotNull();
        ledger.recovery().resume();
        ledger.turn();
        assertThat(ledger.fault()).as("which alone is no reason to go on").isNotNull();
        ledger.acknowledged().close();

        assertThat(ledger.recovery().acceptLoss("The replica was behind."))
                .extracting(Acknowledged.Lost::eventId)
                .containsExactly(ids.get(1), ids.get(3));

        assertThat(NotedOperation.all(folder))
                .singleElement()
                .satisfies(noted -> {
                    assertThat(noted.kind()).isEqualTo(NotedOperation.Kind.LOSS_ACCEPTED);
                    assertThat(noted.text("events"))
                            .isEqualTo(
                                    "%s 1 project:some\n%s 3 project:some"
                                            .formatted(ids.get(1), ids.get(3)));
                });
        restarted();
        ledger.turn().turn();
        assertThat(ledger.fault()).isNull();
        assertThat(ledger.ledger().newest().orElseThrow().size()).isEqualTo(2);
        ledger.acknowledged().close();
        assertThat(ledger.recovery().acceptLoss("Again.")).isEmpty();
    }

    @Test
    void a_new_epoch_goes_on_without_what_the_restored_database_has_lost() {
        events.append("some", 2);
        ledger.turn().turn();
        var ids = events.append("more", 2);
        ledger.acknowledge(ids);
        vanishes(ids.toArray(String[]::new));
        ledger.acknowledged().close();
        assertThat(ledger.recovery().newEpoch("Restored.").epoch()).isEqualTo(2);
        restarted();
        ledger.turn();
        assertThat(ledger.fault()).isNull();
        assertThat(NotedOperation.all(folder))
                .extracting(NotedOperation::kind)
                .contains(NotedOperation.Kind.LOSS_ACCEPTED);
    }

    @Test
    void many_at_once_are_all_remembered_and_files_go_when_nothing_in_them_is_left()
            throws Exception {
        ledger.turn();
        var all = new ArrayList<String>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            var running = new ArrayList<Future<List<String>>>();
            for (var thread = 0; thread < 8; thread++) {
                var stream = "thread-" + thread;
                running.add(
                        threads.submit(() -> {
                            var ids = events.append(stream, 400);
                            IntStream.range(0, 40)
                                    .forEach(i ->
                                            ledger.acknowledge(ids.subList(i * 10, i * 10 + 10)));
                            return ids;
                        }));
            }
            for (var each : running) {
                all.addAll(each.get());
            }
        }
        restarted();
        ledger.sign();
        assertThat(ledger.acknowledged().size()).isEqualTo(all.size());
        ledger.turn().turn();
        assertThat(ledger.fault()).isNull();
        assertThat(ledger.acknowledged().size()).isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void two_processes_of_one_folder_keep_apart_and_one_takes_over_what_a_crashed_one_left() {
        ledger.turn();
        ledger.acknowledge(events.append("first", 2));
        var second = new TestLedger(database, folder, events);
        second.acknowledge(events.append("second", 3));
        assertThat(ledger.acknowledged().size()).isEqualTo(2);
        assertThat(second.acknowledged().size()).isEqualTo(3);
        second.acknowledged().close();
        restarted();
        ledger.sign();
        assertThat(ledger.acknowledged().size()).isEqualTo(5);
    }

    @Test
    void a_host_that_does_not_sign_looks_for_itself() {
        ledger.turn();
        var settings = new LedgerSettings(TestLedger.folder(), false, null, null, Duration.ZERO);
        try (var other = new Acknowledged(settings, database.app())) {
            var ids = events.append("elsewhere", 2);
            other.committed(
                    JdbcClient.create(database.app())
                            .sql("select event_identifier, writer_mac from event")
                            .query((row, _) ->
                                    new Acknowledgements.Stored(
                                            row.getString(1),
                                            "project:elsewhere",
                                            0,
                                            row.getBytes(2)))
                            .list());
            other.start();
            vanishes(ids.get(1));
            await().atMost(Duration.ofSeconds(20)).until(() -> other.fault() != null);
            assertThat(other.fault()).hasMessageContaining(ids.get(1));
            other.stop();
        }
    }

    @Test
    void where_the_disk_refuses_commands_go_on_and_there_is_an_alarm() throws IOException {
        ledger.turn();
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("acknowledged"), "in the way");
        ledger.acknowledge(events.append("some", 1));
        assertThat(ledger.status().alarms()).anyMatch(alarm -> alarm.contains("is not remembered"));
    }
}
