package io.countersign.bench;

import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.database.Migrations;
import io.countersign.governance.eventstore.Acknowledgements;
import io.countersign.governance.eventstore.Sequencer;
import io.countersign.governance.eventstore.TestSequencer;
import io.countersign.governance.ledger.TestLedger;
import io.countersign.testing.TestDatabase;
import io.countersign.testing.TestEvents;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The ledger against its targets, on the embedded PostgreSQL as it is shipped. {@code
 * -Dbench.events=1000000} for the full size.
 */
class LedgerBench {
    private static final int EVENTS = Integer.getInteger("bench.events", 200_000);
    private static final int CALLERS = 16;
    private static final int APPEND_SECONDS = Integer.getInteger("bench.seconds", 8);

    @Test
    void prints_all_rates() throws Exception {
        try (var server = EmbeddedDatabase.start(Files.createTempDirectory("bench"))) {
            Migrations.run(server.access());
            var pool = new com.zaxxer.hikari.HikariConfig();
            pool.setDataSource(server.access().appSource());
            pool.setMaximumPoolSize(CALLERS + 6);
            try (var app = new com.zaxxer.hikari.HikariDataSource(pool)) {
                run(new TestDatabase(server.access(), server.access().ownerSource(), app));
            }
        }
    }

    private static void run(TestDatabase database) throws Exception {
        print("%d processors", Runtime.getRuntime().availableProcessors());
        var events = new TestEvents(database);
        var ledger = new TestLedger(database, TestLedger.folder(), events);
        ledger.turn();
        appends(database, events, ledger);
        acknowledged(database, events);
        inclusion(events, ledger);
        var before = count(database.owner(), "select count(*) from event");
        for (long done = before; done < EVENTS; done += 5_000) {
            events.append("bulk-" + done / 50_000, (int) Math.min(5_000, EVENTS - done));
        }
        var total = Math.max(EVENTS, before);
        JdbcClient.create(database.owner()).sql("analyze event").update();
        var began = System.nanoTime();
        ledger.sequence();
        while (count(database.owner(), "select size from log_state") < total) {
            ledger.sequence();
        }
        var sequenced = System.nanoTime();
        while (count(database.owner(), "select size from log_tree") < total) {
            ledger.integrate();
        }
        var integrated = System.nanoTime();
        ledger.sign();
        var signed = System.nanoTime();
        print(
                "sequencing %.0f leaves/s, integration %.0f/s, both %.0f/s (wanted 10,000), reading anew to sign %.0f/s",
                rate(total - before, sequenced - began),
                rate(total - before, integrated - sequenced),
                rate(total - before, integrated - began),
                rate(total - before, signed - integrated));
        JdbcClient.create(database.owner()).sql("analyze").update();
        for (var round = 0; round < 3; round++) {
            var start = System.nanoTime();
            var result = ledger.check();
            print(
                    "full verification of %d events: %.0f leaves/s (wanted 40,000), findings %d",
                    result.size(), rate(result.size(), System.nanoTime() - start), result.total());
        }
        proofs(database, ledger, total);
        print(
                "log_tile and log_checkpoint: %.1f MB for %d events and %d checkpoints (wanted 40 for 1,000,000)",
                count(
                                database.owner(),
                                "select pg_total_relation_size('log_tile') + pg_total_relation_size('log_checkpoint')")
                        / 1e6,
                total,
                count(database.owner(), "select count(*) from log_checkpoint"));
    }

    /** As fast as they come, with sequencing alone and with all of the ledger, in turns. */
    private static void appends(TestDatabase database, TestEvents events, TestLedger ledger)
            throws Exception {
        var alone = new ArrayList<Double>();
        var full = new ArrayList<Double>();
        appended(database, events, 2);
        for (var round = 0; round < 3; round++) {
            Sequencer sequencer = TestSequencer.of(database.app());
            sequencer.start();
            alone.add(appended(database, events, APPEND_SECONDS));
            sequencer.stop();
            ledger.turn();
            ledger.start();
            full.add(appended(database, events, APPEND_SECONDS));
            ledger.stop();
            ledger.turn();
        }
        print(
                "appends: sequencing alone %s/s, full ledger %s/s, ratio of medians %.2f (wanted 0.90)",
                words(alone), words(full), median(full) / median(alone));
    }

    /** What it costs that each answer waits until the host has the event on its disk. */
    private static void acknowledged(TestDatabase database, TestEvents events) throws Exception {
        var without = new ArrayList<Double>();
        var with = new ArrayList<Double>();
        for (var round = 0; round < 3; round++) {
            without.add(appended(database, events, APPEND_SECONDS / 2, CALLERS, null));
            var host = new TestLedger(database, TestLedger.folder(), events);
            with.add(appended(database, events, APPEND_SECONDS / 2, CALLERS, host));
            host.acknowledged().close();
        }
        var host = new TestLedger(database, TestLedger.folder(), events);
        print(
                "appends: unacknowledged %s/s, acknowledged %s/s, ratio of medians %.2f; one caller %.0f/s and %.0f/s",
                words(without),
                words(with),
                median(with) / median(without),
                appended(database, events, APPEND_SECONDS / 2, 1, null),
                appended(database, events, APPEND_SECONDS / 2, 1, host));
        host.acknowledged().close();
    }

    private static double appended(TestDatabase database, TestEvents events, int seconds)
            throws Exception {
        return appended(database, events, seconds, CALLERS, null);
    }

    private static double appended(
            TestDatabase database,
            TestEvents events,
            int seconds,
            int callers,
            @Nullable TestLedger host)
            throws Exception {
        var end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        var began = System.nanoTime();
        long total = 0;
        try (var threads = Executors.newFixedThreadPool(callers)) {
            var running = new ArrayList<Future<Long>>();
            for (var caller = 0; caller < callers; caller++) {
                var stream = "caller-" + caller + "-" + began;
                running.add(
                        threads.submit(() -> {
                            long done = 0;
                            try (var connection = database.app().getConnection()) {
                                connection.setAutoCommit(false);
                                while (System.nanoTime() < end) {
                                    var id = events.append(connection, stream, 1).getFirst();
                                    connection.commit();
                                    if (host != null) {
                                        host.acknowledged()
                                                .committed(
                                                        List.of(
                                                                new Acknowledgements.Stored(
                                                                        id,
                                                                        stream,
                                                                        done,
                                                                        new byte[32])));
                                    }
                                    done++;
                                }
                            }
                            return done;
                        }));
            }
            for (var each : running) {
                total += each.get();
            }
        }
        return rate(total, System.nanoTime() - began);
    }

    /** 1,000 appends a second, each waited for. */
    private static void inclusion(TestEvents events, TestLedger ledger) throws Exception {
        var times = new ConcurrentLinkedQueue<Long>();
        ledger.start();
        try (var waiting = Executors.newVirtualThreadPerTaskExecutor()) {
            var began = System.nanoTime();
            for (var i = 0; i < 8_000; i += 10) {
                LockSupport.parkNanos(began + i * 1_000_000L - System.nanoTime());
                var appended = System.nanoTime();
                var id = events.append("steady", 10).getLast();
                waiting.submit(() -> {
                    if (ledger.ledger().await(id, Duration.ofSeconds(30)).isPresent()) {
                        times.add(System.nanoTime() - appended);
                    }
                });
            }
        } finally {
            ledger.stop();
        }
        var sorted = times.stream().sorted().toList();
        print(
                "time to signed inclusion at 1,000 appends/s: p50 %.0f ms, p99 %.0f ms (wanted 1,000), %d asked",
                sorted.get(sorted.size() / 2) / 1e6,
                sorted.get(sorted.size() * 99 / 100) / 1e6,
                sorted.size());
    }

    private static void proofs(TestDatabase database, TestLedger ledger, long total)
            throws SQLException {
        var random = new Random(1);
        var ids = new ArrayList<String>();
        try (var connection = database.app().getConnection();
                var query =
                        connection.prepareStatement(
                                "select event_identifier from event join log_leaf using (global_index) where position = ?")) {
            for (var i = 0; i < 1_000; i++) {
                query.setLong(1, random.nextLong(total));
                try (var row = query.executeQuery()) {
                    row.next();
                    ids.add(row.getString(1));
                }
            }
        }
        var times = new long[ids.size()];
        for (var i = 0; i < times.length; i++) {
            var start = System.nanoTime();
            var unused = ledger.ledger().receipt(ids.get(i)).orElseThrow();
            times[i] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        print(
                "proof for any of %d events: p50 %.1f ms, p95 %.1f ms (wanted 10)",
                total, times[times.length / 2] / 1e6, times[times.length * 95 / 100] / 1e6);
    }

    private static long count(DataSource database, String sql) {
        return JdbcClient.create(database).sql(sql).query(Long.class).single();
    }

    private static double rate(long count, long nanos) {
        return count / (nanos / 1e9);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static String words(List<Double> values) {
        return String.join(
                " ", values.stream().map(v -> String.format(Locale.ROOT, "%.0f", v)).toList());
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, "ledger: " + format + "%n", values);
    }
}
