package io.countersign.bench;

import static org.awaitility.Awaitility.await;

import io.countersign.governance.eventstore.Sequencer;
import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.review.Review;
import io.countersign.governance.shared.SubjectRef;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Signing against a bare insert of the same bytes, with the same callers and the same pool. */
public final class Race {
    private final DataSource database;
    private final JdbcClient db;
    private final Sequencer sequencer;
    private final WriterKey writer;

    public Race(DataSource database, JdbcClient db, Sequencer sequencer, WriterKey writer) {
        this.database = database;
        this.db = db;
        this.sequencer = sequencer;
        this.writer = writer;
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
        var rows = new ConcurrentHashMap<SubjectRef, List<Row>>();
        rate(callers, signed, (_, subject) -> rows.put(subject, again(subject)));
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
                                        select (select count(*) from event) = size
                                           and (select position + 1 from progress) = size
                                          from log_state
                                        """)
                                .query(Boolean.class)
                                .single());
    }

    /** A row to insert: what the writer knows, and its MAC. */
    private record Row(WriterKey.Written written, byte[] mac) {}

    /** What is stored after the first event of a review, as the events that follow it. */
    private List<Row> again(SubjectRef subject) {
        var stored =
                db.sql(
                                """
                                select type, aggregate_identifier, sequence_number, time_stamp,
                                       payload_type, payload_revision, payload, meta_data, salt
                                  from event where aggregate_identifier = ? and sequence_number > 0
                                 order by sequence_number
                                """)
                        .param(Review.stream(subject).toString())
                        .query((row, _) ->
                                new WriterKey.Written(
                                        UUID.randomUUID().toString(),
                                        row.getString("type"),
                                        row.getString("aggregate_identifier"),
                                        row.getLong("sequence_number"),
                                        row.getString("time_stamp"),
                                        row.getString("payload_type"),
                                        row.getString("payload_revision"),
                                        row.getBytes("payload"),
                                        row.getBytes("meta_data"),
                                        row.getBytes("salt")))
                        .list();
        return stored.stream()
                .map(w ->
                        new WriterKey.Written(
                                w.eventId(),
                                w.type(),
                                w.stream(),
                                w.sequenceNumber() + stored.size(),
                                w.time(),
                                w.payloadType(),
                                w.payloadRevision(),
                                w.payload(),
                                w.metadata(),
                                w.salt()))
                .map(w -> new Row(w, writer.mac(w)))
                .toList();
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

    private void insert(List<Row> rows) throws SQLException {
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
                    var written = row.written();
                    insert.setString(1, written.eventId());
                    insert.setString(2, written.type());
                    insert.setString(3, written.stream());
                    insert.setLong(4, written.sequenceNumber());
                    insert.setString(5, written.time());
                    insert.setString(6, written.payloadType());
                    insert.setString(7, written.payloadRevision());
                    insert.setBytes(8, written.payload());
                    insert.setBytes(9, written.metadata());
                    insert.setBytes(10, written.salt());
                    insert.setString(11, writer.id());
                    insert.setBytes(12, row.mac());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }
}
