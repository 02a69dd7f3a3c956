package io.countersign.bench;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.STEWARD;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.database.Migrations;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.CoreTest;
import io.countersign.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Clock;
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
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Signing against a bare insert of the same bytes: both in this process, 16 callers, one durable
 * commit each, on the embedded PostgreSQL as it is shipped.
 *
 * <p>A round signs a number of reviews by {@link Commands}, then inserts the very rows this stored
 * once more, as the next two events of the same streams, with one batch and one commit for each
 * review. So both sides write as many rows of the same bytes into the same table, with its indexes
 * and its trigger, through the same pool. The sequencer, the read models and the automations run
 * all the while, as they do in the product, and see the same events on both sides; before each side
 * begins they have caught up. What is printed is the ratio of the two rates, round by round, since
 * the machine may be doing other things.
 */
@SpringBootTest(
        classes = SigningBench.Durable.class,
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties =
                "spring.autoconfigure.exclude="
                        + "org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration,"
                        + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
class SigningBench {
    private static final int CALLERS = 16;
    private static final int ROUNDS = Integer.getInteger("rounds", 7);
    private static final int SIGNATURES = 1_500;

    @Autowired Commands commands;
    @Autowired EventStore events;
    @Autowired DataSource database;
    @Autowired JdbcClient db;

    /** What the signers were shown. */
    private final Map<SubjectRef, Sha256> digests = new ConcurrentHashMap<>();

    @Configuration(proxyBeanMethods = false)
    static class Durable extends CoreTest.Core {
        @Bean
        EmbeddedDatabase embedded() throws IOException {
            return EmbeddedDatabase.start(Files.createTempDirectory("bench"));
        }

        /** Not the quick one of the tests, which does not wait for the disk. */
        @Override
        @Bean
        protected TestDatabase testDatabase(ObjectProvider<EmbeddedDatabase> embeddedDatabase) {
            var embedded = embeddedDatabase.getObject();
            Migrations.run(embedded.access());
            var pool = new HikariConfig();
            pool.setDataSource(embedded.access().appSource());
            pool.setMaximumPoolSize(CALLERS + 4);
            return new TestDatabase(
                    embedded.access(), embedded.access().ownerSource(), new HikariDataSource(pool));
        }
    }

    @Test
    void signs_at_half_the_rate_of_bare_inserts() throws Exception {
        // The first two are not counted: the compiler has not seen enough yet.
        var subjects = prepare((ROUNDS + 2) * SIGNATURES);
        var ratios = new ArrayList<Double>();
        for (var round = 0; round < ROUNDS + 2; round++) {
            var signed = subjects.subList(round * SIGNATURES, (round + 1) * SIGNATURES);
            caughtUp();
            var signing = measured(signed, this::sign);
            caughtUp();
            var rows = new ConcurrentHashMap<SubjectRef, List<Map<String, @Nullable Object>>>();
            rate(signed, subject -> rows.put(subject, stored(subject)));
            var bare =
                    measured(signed, subject -> insert(Objects.requireNonNull(rows.get(subject))));
            System.out.printf(
                    Locale.ROOT,
                    "%s: signing %.0f/s, bare insert %.0f/s, ratio %.2f; processor time of each,"
                            + " all that runs beside it included: signing Java %.2f ms, PostgreSQL"
                            + " %.2f ms; insert Java %.2f ms, PostgreSQL %.2f ms%n",
                    round < 2 ? "warm-up" : "round " + (round - 1),
                    signing.rate(),
                    bare.rate(),
                    signing.rate() / bare.rate(),
                    signing.javaMillis(),
                    signing.databaseMillis(),
                    bare.javaMillis(),
                    bare.databaseMillis());
            if (round >= 2) {
                ratios.add(signing.rate() / bare.rate());
            }
        }
        ratios.sort(null);
        System.out.printf(
                Locale.ROOT,
                "signing to bare insert: median %.2f, least %.2f, most %.2f (wanted 0.50) on %d"
                        + " processors, %s%n",
                ratios.get(ratios.size() / 2),
                ratios.getFirst(),
                ratios.getLast(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"));
    }

    /** Nothing is left to do for sequencer, read models and automations. */
    private void caughtUp() {
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

    private interface Step {
        void run(SubjectRef subject) throws Exception;
    }

    /** What one thing done by 16 callers took: how many a second, and processor time of each. */
    private record Pace(double rate, double javaMillis, double databaseMillis) {}

    private Pace measured(List<SubjectRef> subjects, Step step) throws Exception {
        var java = ProcessHandle.current();
        var before = cpu(Stream.of(java));
        var databaseBefore = cpu(server());
        var rate = rate(subjects, step);
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

    private static double rate(List<SubjectRef> subjects, Step step) throws Exception {
        var began = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            var running = new ArrayList<Future<Boolean>>();
            for (var subject : subjects) {
                Callable<Boolean> task =
                        () -> {
                            step.run(subject);
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

    private void sign(SubjectRef subject) {
        commands.send(
                new ReviewCommand.Sign(
                        Review.stream(subject),
                        Objects.requireNonNull(digests.get(subject)),
                        Role.DATA_STEWARD,
                        Verdict.APPROVE,
                        null,
                        "Stella"),
                fresh());
    }

    private static Actor fresh() {
        return new Actor(
                STEWARD.id(),
                null,
                STEWARD.channel(),
                Clock.systemUTC().instant(),
                STEWARD.grants());
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

    private List<SubjectRef> prepare(int count) throws Exception {
        var project = new ProjectId("bench");
        commands.send(
                new ProjectCommand.Register(
                        project, "n", "b", "p", "t", List.of("EU"), RiskTier.HIGH),
                ENGINEER);
        var dataset = DatasetId.of(project, "applications");
        commands.send(new DatasetCommand.Register(dataset, "n", ""), ENGINEER);
        var subjects = new ArrayList<SubjectRef>();
        for (var i = 0; i < count; i++) {
            subjects.add(DatasetVersionId.of(dataset, "v" + i).ref());
        }
        var words = "Words as long as a person writes. ".repeat(4);
        var sheet = new Datasheet(words, words, words, words, words, words, words);
        rate(
                subjects,
                subject -> {
                    commands.send(
                            new DatasetCommand.RegisterVersion(
                                    new DatasetVersionId(subject.id()),
                                    "s3://lake/applications",
                                    Sha256.of(subject.id()),
                                    "a int, b text",
                                    sheet,
                                    "internal",
                                    "contract",
                                    List.of("sex"),
                                    List.of()),
                            ENGINEER);
                    commands.send(
                            new ReviewCommand.Request(Review.stream(subject), "Please look"),
                            ENGINEER);
                    digests.put(subject, requested(subject).manifestDigest());
                });
        return subjects;
    }

    private ReviewEvent.Requested requested(SubjectRef subject) {
        return (ReviewEvent.Requested)
                events.readEvents(Review.stream(subject).toString()).next().getPayload();
    }
}
