package io.countersign.bench;

import static org.awaitility.Awaitility.await;

import io.countersign.governance.eventstore.Sequencer;
import io.countersign.governance.review.Review;
import io.countersign.governance.shared.SubjectRef;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Signing against a bare insert of the same bytes, with the same callers and the same pool. */
public final class Race {
    private final DataSource database;
    private final JdbcClient db;
    private final Sequencer sequencer;

    public Race(DataSource database, JdbcClient db, Sequencer sequencer) {
        this.database = database;
        this.db = db;
        this.sequencer = sequencer;
    }

    /** Does one thing about a subject. */
    public interface Step {
        /**
         * @param caller from 0
         */
        void run(int caller, SubjectRef subject) throws Exception;
    }

    /**
     * The rate of signing reviews, by that of inserting the very rows this stored once more, as the
     * next events of the same streams. Where the sequencer runs, all that reads the ledger has
     * caught up before each.
     */
    public double compare(String name, int callers, List<SubjectRef> signed, Step sign)
            throws Exception {
        if (sequencer.isRunning()) {
            caughtUp();
        }
        var signing = measured(callers, signed, sign);
        if (sequencer.isRunning()) {
            caughtUp();
        }
        var rows = new ConcurrentHashMap<SubjectRef, List<Map<String, @Nullable Object>>>();
        rate(callers, signed, (_, subject) -> rows.put(subject, stored(subject)));
        var bare =
                measured(
                        callers,
                        signed,
                        (_, subject) -> insert(Objects.requireNonNull(rows.get(subject))));
        System.out.printf(
                Locale.ROOT,
                "%s: signing %.0f/s, bare insert %.0f/s, ratio %.2f; processor time of all for"
                        + " each: signing Java %.2f ms, PostgreSQL %.2f ms; insert Java %.2f ms,"
                        + " PostgreSQL %.2f ms%n",
                name,
                signing.rate(),
                bare.rate(),
                signing.rate() / bare.rate(),
                signing.javaMillis(),
                signing.databaseMillis(),
                bare.javaMillis(),
                bare.databaseMillis());
        return signing.rate() / bare.rate();
    }

    public static void summary(String what, double wanted, List<Double> ratios) {
        ratios.sort(null);
        System.out.printf(
                Locale.ROOT,
                "%s: median %.2f, least %.2f, most %.2f of %d (wanted %.2f) on %d processors,"
                        + " %s%n",
                what,
                ratios.get(ratios.size() / 2),
                ratios.getFirst(),
                ratios.getLast(),
                ratios.size(),
                wanted,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"));
    }

    /** Nothing is left to do for sequencer, read models and automations. */
    public void caughtUp() {
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(100))
                .until(() ->
                        db.sql(
                                        """
                                        select (select max(global_index) from event)
                                               = (select global_index from log_leaf
                                                   order by position desc limit 1)
                                           and (select position + 1 from progress)
                                               = (select size from log_state)
                                        """)
                                .query(Boolean.class)
                                .single());
    }

    private List<Map<String, @Nullable Object>> stored(SubjectRef subject) {
        return db.sql(
                        """
                        select type, aggregate_identifier, sequence_number, time_stamp,
                               payload_type, payload_revision, payload, meta_data, salt,
                               writer_key_id, writer_mac
                          from event where aggregate_identifier = ? and sequence_number > 0
                         order by sequence_number
                        """)
                .param(Review.stream(subject).toString())
                .query()
                .listOfRows();
    }

    /** What one thing done by many callers took: how many a second, and processor time of each. */
    private record Pace(double rate, double javaMillis, double databaseMillis) {}

    private Pace measured(int callers, List<SubjectRef> subjects, Step step) throws Exception {
        var java = ProcessHandle.current();
        var before = cpu(Stream.of(java));
        var databaseBefore = cpu(server());
        var rate = rate(callers, subjects, step);
        var each = 1e6 * subjects.size();
        return new Pace(
                rate,
                (cpu(Stream.of(java)) - before) / each,
                (cpu(server()) - databaseBefore) / each);
    }

    /** All processes of the database server. */
    private Stream<ProcessHandle> server() {
        var backend = db.sql("select pg_backend_pid()").query(Long.class).single();
        var server = ProcessHandle.of(backend).flatMap(ProcessHandle::parent).orElseThrow();
        return Stream.concat(Stream.of(server), server.descendants());
    }

    private static long cpu(Stream<ProcessHandle> processes) {
        return processes
                .mapToLong(p -> p.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
                .sum();
    }

    /**
     * How many a second, done by so many callers at once, each taking the next subject as soon as
     * it is ready.
     */
    public static double rate(int callers, List<SubjectRef> subjects, Step step) throws Exception {
        var next = new AtomicInteger();
        var began = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(callers)) {
            var running = new ArrayList<Future<Boolean>>();
            for (var i = 0; i < callers; i++) {
                var caller = i;
                Callable<Boolean> task =
                        () -> {
                            for (int at; (at = next.getAndIncrement()) < subjects.size(); ) {
                                step.run(caller, subjects.get(at));
                            }
                            return true;
                        };
                running.add(threads.submit(task));
            }
            for (var done : running) {
                done.get();
            }
        }
        return subjects.size() / ((System.nanoTime() - began) / 1e9);
    }

    private void insert(List<Map<String, @Nullable Object>> rows) throws SQLException {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var insert =
                    connection.prepareStatement(
                            """
                            insert into event (event_identifier, type, aggregate_identifier,
                                sequence_number, time_stamp, payload_type, payload_revision,
                                payload, meta_data, salt, writer_key_id, writer_mac)
                            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                            """)) {
                for (var row : rows) {
                    insert.setString(1, UUID.randomUUID().toString());
                    insert.setString(2, (String) row.get("type"));
                    insert.setString(3, (String) row.get("aggregate_identifier"));
                    insert.setLong(
                            4,
                            ((Long) Objects.requireNonNull(row.get("sequence_number")))
                                    + rows.size());
                    insert.setString(5, (String) row.get("time_stamp"));
                    insert.setString(6, (String) row.get("payload_type"));
                    insert.setString(7, (String) row.get("payload_revision"));
                    insert.setBytes(8, (byte[]) row.get("payload"));
                    insert.setBytes(9, (byte[]) row.get("meta_data"));
                    insert.setBytes(10, (byte[]) row.get("salt"));
                    insert.setString(11, (String) row.get("writer_key_id"));
                    insert.setBytes(12, (byte[]) row.get("writer_mac"));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }
}
