package io.countersign.governance.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.countersign.governance.ledger.LedgerFault.Kind;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.VerifierKey.Algorithm;
import io.countersign.governance.ledger.witness.Witness;
import io.countersign.governance.ledger.witness.WitnessServer;
import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The signer and its witnesses, who are servers of their own. */
class WitnessesIT {
    @TempDir Path home;

    private final TestDatabase database = TestDatabase.fresh();
    private final Path folder = TestLedger.folder();
    private final TestEvents events = new TestEvents(database);
    private final List<Host> hosts = new ArrayList<>();

    /** A witness that can be taken away and brought back at its address. */
    private static final class Host {
        private final String name;
        private final Witness witness;
        private final int port;
        private WitnessServer server;

        Host(String name, VerifierKey log, Path folder) {
            this.name = name;
            var key =
                    SignerKey.generate(
                            name + ".example", Algorithm.COSIGNATURE, new SecureRandom());
            this.witness = new Witness(key, List.of(log), folder, Clock.systemUTC());
            this.server = WitnessServer.onLoopback(witness, 0);
            this.port = server.uri().getPort();
        }

        String line() {
            return "witness %s %s %s".formatted(name, witness.verifier().text(), server.uri());
        }

        void away() {
            server.close();
        }

        void back() {
            server = WitnessServer.onLoopback(witness, port);
        }
    }

    @AfterEach
    void close() {
        for (var host : hosts) {
            host.away();
            host.witness.close();
        }
    }

    private Host host(String name, VerifierKey log) {
        var host = new Host(name, log, home.resolve(name));
        hosts.add(host);
        return host;
    }

    /** The log's key, the log begun. */
    private VerifierKey log() {
        return new TestLedger(database, folder, events)
                .turn()
                .recovery()
                .signer()
                .keys()
                .getFirst();
    }

    private Path policy(String... lines) {
        try {
            return Files.writeString(home.resolve("policy"), String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path quorum(int of) {
        return policy(
                hosts.stream().map(Host::line).collect(Collectors.joining("\n")),
                "group most %d %s"
                        .formatted(
                                of,
                                hosts.stream()
                                        .map(host -> host.name)
                                        .collect(Collectors.joining(" "))),
                "quorum most");
    }

    /** Of three hosts two must have cosigned. */
    private TestLedger ofThree() {
        var log = log();
        for (var name : List.of("ada", "bob", "eve")) {
            var unused = host(name, log);
        }
        return TestLedger.witnessed(database, folder, events, quorum(2));
    }

    private Ledger.Published published(TestLedger ledger, long size) {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        do {
            ledger.turn();
            assertThat(ledger.fault()).isNull();
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        } while (ledger.ledger().newest().map(Ledger.Published::size).orElse(0L) < size);
        return ledger.ledger().newest().orElseThrow();
    }

    private static List<String> alarmed(TestLedger ledger) {
        return ledger.witnesses().stream()
                .filter(view -> view.alarm() != null)
                .map(Witnesses.View::name)
                .toList();
    }

    @Test
    void what_is_published_bears_the_cosignatures_that_the_policy_asks_for() {
        var ledger = ofThree();
        var id = events.append("cosigned", 5).getFirst();

        var newest = published(ledger, 5);
        var accepted = ledger.ledger().policy().orElseThrow().verify(newest.note());
        assertThat(accepted.cosignatures()).hasSize(3);
        assertThat(newest.note().signatures()).hasSize(4);
        assertThat(ledger.ledger().receipt(id)).isPresent();
        assertThat(ledger.witnesses())
                .allSatisfy(view -> {
                    assertThat(view.alarm()).isNull();
                    assertThat(view.lastSize()).isEqualTo(5);
                    assertThat(view.lastCosigned()).isNotNull();
                });

        hosts.get(1).away();
        events.append("cosigned-by-two", 2);
        newest = published(ledger, 7);
        accepted = ledger.ledger().policy().orElseThrow().verify(newest.note());
        assertThat(accepted.cosignatures()).hasSize(2);
        assertThat(alarmed(ledger)).containsExactly("bob");
        assertThat(ledger.status().alarms())
                .singleElement()
                .asString()
                .contains("bob.example cannot be reached");
        assertThat(ledger.witnesses().get(1).lastSize()).isEqualTo(5);
    }

    @Test
    void without_the_quorum_nothing_is_published_and_all_else_goes_on_until_it_is_back() {
        var ledger = ofThree();
        events.append("before", 5);
        var before = published(ledger, 5);

        hosts.get(0).away();
        hosts.get(1).away();
        for (var size = 6L; size <= 8; size++) {
            var id = events.append("waits-" + size, 1).getFirst();
            ledger.turn();
            assertThat(ledger.fault()).isNull();
            assertThat(ledger.ledger().newest()).contains(before);
            assertThat(ledger.ledger().receipt(id)).isEmpty();
            assertThat(ledger.status().sequenced()).isEqualTo(size);
            assertThat(ledger.status().integrated()).isEqualTo(size);
            assertThat(ledger.recovery().signer().size()).as("it is signed").isEqualTo(size);
        }
        assertThat(alarmed(ledger)).containsExactly("ada", "bob");
        assertThat(ledger.status().alarms()).hasSize(2);

        hosts.get(0).back();
        var newest = published(ledger, 8);
        assertThat(newest.size()).as("the newest, none in between").isEqualTo(8);
        assertThat(ledger.ledger().firstCovering(5)).contains(newest);
        assertThat(ledger.ledger().policy().orElseThrow().verify(newest.note()).cosignatures())
                .hasSize(2);
        assertThat(alarmed(ledger)).containsExactly("bob");
    }

    @ParameterizedTest
    @CsvSource({
        "2, has cosigned 3 events of this log",
        "3, has cosigned another tree",
        "4, has cosigned another tree"
    })
    void of_two_that_sign_for_one_log_the_second_is_stopped(int others, String words) {
        var ledger = ofThree();
        var split = database.copy();
        var copied = TestLedger.copy(folder);
        var elsewhere = new TestEvents(split);

        events.append("here", 3);
        var unused = published(ledger, 3);
        elsewhere.append("there", others);
        var second = TestLedger.witnessed(split, copied, elsewhere, quorum(2)).turn();
        assertThat(second.fault()).extracting(LedgerFault::kind).isEqualTo(Kind.FORKED);
        assertThat(second.fault()).hasMessageContaining(words);
        assertThat(second.ledger().newest()).isEmpty();
        assertThat(second.status().alarms())
                .anyMatch(alarm -> alarm.contains("A witness knows another history"));

        var restarted = TestLedger.witnessed(split, copied, elsewhere, quorum(2));
        assertThat(restarted.fault()).extracting(LedgerFault::kind).isEqualTo(Kind.FORKED);
        events.append("here-again", 1);
        assertThat(published(ledger, 4).size()).as("the first goes on").isEqualTo(4);
    }

    @Test
    void database_and_guard_of_one_older_backup_are_stopped_by_a_witness_that_saw_more() {
        var ledger = ofThree();
        events.append("before-the-backup", 5);
        var unused = published(ledger, 5);
        var older = database.copy();
        var backup = TestLedger.copy(folder);
        events.append("lost", 3);
        unused = published(ledger, 8);

        var others = new TestEvents(older);
        others.append("after-the-restore", 1);
        var restored = TestLedger.witnessed(older, backup, others, quorum(2)).turn();
        assertThat(restored.fault()).extracting(LedgerFault::kind).isEqualTo(Kind.FORKED);
        assertThat(restored.fault())
                .hasMessageContaining(
                        "has cosigned 8 events of this log, and this host has signed 5");
        assertThat(restored.recovery().halted()).isNotNull();
        assertThat(restored.ledger().newest().orElseThrow().size()).isEqualTo(5);
    }

    @Test
    void a_witness_that_does_not_know_the_log_is_an_alarm_and_no_more() {
        var unused = host("ada", log());
        var other = SignerKey.generate("other.example/log", Algorithm.ED25519, new SecureRandom());
        unused = host("bob", other.verifier());
        var ledger = TestLedger.witnessed(database, folder, events, quorum(1));
        events.append("known-to-one", 5);

        var newest = published(ledger, 5);
        assertThat(ledger.ledger().policy().orElseThrow().verify(newest.note()).cosignatures())
                .hasSize(1);
        assertThat(alarmed(ledger)).containsExactly("bob");
        assertThat(ledger.status().alarms())
                .singleElement()
                .asString()
                .contains("bob.example refuses the log or the request (status 404)");
    }

    @Test
    void a_new_epoch_is_published_once_the_witness_is_told_of_it() {
        var first = host("ada", log());
        var ledger = TestLedger.witnessed(database, folder, events, quorum(1));
        events.append("witnessed", 5);
        var unused = published(ledger, 5);

        var begun = ledger.recovery().newEpoch("A drill.");
        ledger = TestLedger.witnessed(database, folder, events, quorum(1)).turn();
        assertThat(ledger.fault()).isNull();
        assertThat(ledger.ledger().newest()).isEmpty();
        assertThat(alarmed(ledger)).containsExactly("ada");
        first.away();
        first.witness.close();
        hosts.clear();

        var again = host("eve", begun.key());
        ledger = TestLedger.witnessed(database, folder, events, quorum(1));
        var newest = published(ledger, 5);
        assertThat(newest.epoch()).isEqualTo(2);
        assertThat(newest.note().verify(List.of(begun.key(), again.witness.verifier()))).hasSize(2);
    }

    /** A server in a witness's place that does as it likes. */
    private final class Stranger implements AutoCloseable {
        private final HttpServer server;
        private final AtomicInteger asked = new AtomicInteger();
        private final CountDownLatch end = new CountDownLatch(1);
        private final VerifierKey key =
                SignerKey.generate("bob.example", Algorithm.COSIGNATURE, new SecureRandom())
                        .verifier();

        /**
         * @param status to answer with; 0 never answers
         */
        Stranger(int status) throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext(
                    "/",
                    exchange -> {
                        asked.incrementAndGet();
                        exchange.getRequestBody().readAllBytes();
                        if (status == 0) {
                            try {
                                end.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return;
                        }
                        exchange.sendResponseHeaders(status, -1);
                        exchange.close();
                    });
            server.start();
        }

        /** With this one as bob, two of three must cosign; ada and eve are good. */
        Path policy(String quorum) {
            var log = log();
            return WitnessesIT.this.policy(
                    host("ada", log).line(),
                    "witness bob %s http://127.0.0.1:%d"
                            .formatted(key.text(), server.getAddress().getPort()),
                    host("eve", log).line(),
                    "group enough %s".formatted(quorum),
                    "quorum enough");
        }

        @Override
        public void close() {
            end.countDown();
            server.stop(0);
        }
    }

    private static void publishes(TestLedger ledger, long size) {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        ledger.ledger().newest().map(Ledger.Published::size).orElse(0L) == size);
    }

    @Test
    void one_that_hangs_holds_up_neither_the_others_nor_what_is_signed_next() throws IOException {
        try (var hanging = new Stranger(0)) {
            var pace =
                    new Witnesses.Pace(
                            Duration.ofSeconds(60),
                            Duration.ofMillis(50),
                            Duration.ofMillis(100),
                            Duration.ofSeconds(60));
            var ledger =
                    TestLedger.witnessed(
                            database, folder, events, hanging.policy("2 ada bob eve"), pace);
            ledger.start();
            try {
                for (var size = 1; size <= 5; size++) {
                    events.append("more", 1);
                    publishes(ledger, size);
                }
                assertThat(hanging.asked).as("while it has not answered").hasValue(1);
                assertThat(ledger.fault()).isNull();
                var newest = ledger.ledger().newest().orElseThrow();
                assertThat(
                                ledger.ledger()
                                        .policy()
                                        .orElseThrow()
                                        .verify(newest.note())
                                        .cosignatures())
                        .hasSize(2);
            } finally {
                ledger.stop();
            }
        }
    }

    @Test
    void while_a_quorum_waits_for_one_that_hangs_what_comes_is_signed_all_the_same()
            throws IOException {
        try (var hanging = new Stranger(0)) {
            var pace =
                    new Witnesses.Pace(
                            Duration.ofSeconds(60),
                            Duration.ofMillis(50),
                            Duration.ofMillis(100),
                            Duration.ofSeconds(60));
            var ledger =
                    TestLedger.witnessed(
                            database, folder, events, hanging.policy("all ada bob"), pace);
            ledger.start();
            try {
                for (var size = 1L; size <= 3; size++) {
                    events.append("more", 1);
                    var wanted = size;
                    await().atMost(Duration.ofSeconds(20))
                            .until(() ->
                                    GuardRecords.newest(folder)
                                                    .map(GuardRecords.Signed::size)
                                                    .orElse(0L)
                                            == wanted);
                }
                assertThat(ledger.ledger().newest()).as("what is published").isEmpty();
                assertThat(ledger.fault()).isNull();
            } finally {
                ledger.stop();
            }
        }
    }

    @Test
    void one_that_fails_is_asked_less_and_less_often() throws IOException {
        try (var failing = new Stranger(503)) {
            var pace =
                    new Witnesses.Pace(
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(5),
                            Duration.ofMinutes(10),
                            Duration.ofMinutes(60));
            var ledger =
                    TestLedger.witnessed(
                            database, folder, events, failing.policy("2 ada bob eve"), pace);
            ledger.start();
            try {
                for (var size = 1; size <= 5; size++) {
                    events.append("more", 1);
                    publishes(ledger, size);
                }
                assertThat(failing.asked).hasValue(1);
                assertThat(alarmed(ledger)).containsExactly("bob");
            } finally {
                ledger.stop();
            }
        }
    }

    @Test
    void pauses_double_up_to_the_longest_and_are_spread_by_half() {
        var pace = Witnesses.Pace.USUAL;
        assertThat(pace.pause(1, 1)).isEqualTo(pace.firstPause());
        assertThat(pace.pause(1, 0)).isEqualTo(pace.firstPause().dividedBy(2));
        assertThat(pace.pause(4, 1)).isEqualTo(pace.firstPause().multipliedBy(8));
        assertThat(pace.pause(40, 1)).isEqualTo(pace.longestPause());
        assertThat(pace.pause(40, 0)).isEqualTo(pace.longestPause().dividedBy(2));
    }

    @Test
    void one_that_lags_is_caught_up_and_asked_at_the_start_already() {
        var ledger = ofThree();
        events.append("before", 5);
        var unused = published(ledger, 5);
        hosts.get(0).away();
        events.append("without-it", 3);
        unused = published(ledger, 8);
        hosts.get(0).back();

        // Another process, that does not know where the witness is: it says 409 and its size.
        var restarted = TestLedger.witnessed(database, folder, events, quorum(2));
        restarted.sign();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(restarted.witnesses())
                                .allSatisfy(view -> assertThat(view.lastSize()).isEqualTo(8)));
        events.append("after", 1);
        var newest = published(restarted, 9);
        assertThat(restarted.ledger().policy().orElseThrow().verify(newest.note()).cosignatures())
                .hasSize(3);
    }

    private void refused(Path policy, String words) {
        var settings = new LedgerSettings(folder, true, null, policy, Duration.ofMillis(5));
        assertThatThrownBy(() -> new Witnesses(settings, database.app()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the policy file " + policy)
                .hasMessageContaining(words);
    }

    @Test
    void a_policy_that_cannot_be_used_stops_the_start_with_its_file_and_line() {
        var line = host("ada", log()).line();
        refused(policy(line, "group most 2 ada", "quorum most"), "line 2");
        refused(policy(line, "", "# said twice", line, "quorum ada"), "line 4");
        refused(policy(line, "quorum eve"), "line 2: \"eve\" is not defined before");
        refused(policy(line), "no quorum line");
        refused(home.resolve("none"), "there is no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada.example", "ftp://ada.example", "http:ada", "https://[::1"})
    void a_witness_that_cannot_be_asked_over_http_stops_the_start(String url) {
        var key = host("ada", log()).witness.verifier().text();
        refused(
                policy("witness ada " + key + " " + url, "quorum ada"),
                "the URL of the witness ada, " + url);
    }
}
