package io.countersign.bench;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.STEWARD;

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
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.CoreTest;
import io.countersign.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
 * Signing against a bare insert of the same rows: both in this process, 16 callers, one durable
 * commit each, on the embedded PostgreSQL as it is shipped.
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
    private static final int SIGNATURES = 3_000;

    @Autowired Commands commands;
    @Autowired EventStore events;
    @Autowired DataSource database;
    @Autowired JdbcClient db;

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
        var subjects = prepare(SIGNATURES);
        var warm = subjects.subList(0, 500);
        rate(warm, this::sign);
        var signing = rate(subjects.subList(500, SIGNATURES), this::sign);
        var rows =
                db.sql(
                                """
                                select type, time_stamp, payload_type, payload_revision, payload,
                                       meta_data, salt, writer_key_id, writer_mac
                                  from event where aggregate_identifier = ? and sequence_number > 0
                                 order by sequence_number
                                """)
                        .param(Review.stream(subjects.getLast()).toString())
                        .query()
                        .listOfRows();
        rate(warm, subject -> insert(rows, "warm " + subject));
        var bare = rate(subjects.subList(500, SIGNATURES), subject -> insert(rows, "" + subject));
        System.out.printf(
                Locale.ROOT,
                "signing %.0f/s, bare insert of the same %d rows %.0f/s, ratio %.2f (wanted 0.50)"
                        + " on %d processors, %s%n",
                signing,
                rows.size(),
                bare,
                signing / bare,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"));
    }

    private interface Step {
        void run(SubjectRef subject) throws Exception;
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
        var review =
                events.readEvents(Review.stream(subject).toString())
                        .asStream()
                        .map(event -> (ReviewEvent.Requested) event.getPayload())
                        .findFirst()
                        .orElseThrow();
        commands.send(
                new ReviewCommand.Sign(
                        review.stream(),
                        review.manifestDigest(),
                        Role.DATA_STEWARD,
                        Verdict.APPROVE,
                        null,
                        "Stella"),
                fresh());
    }

    private static io.countersign.governance.shared.Actor fresh() {
        return new io.countersign.governance.shared.Actor(
                STEWARD.id(),
                null,
                STEWARD.channel(),
                java.time.Clock.systemUTC().instant(),
                STEWARD.grants());
    }

    private void insert(List<java.util.Map<String, @Nullable Object>> rows, String stream)
            throws java.sql.SQLException {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var insert =
                    connection.prepareStatement(
                            """
                            insert into event (event_identifier, type, aggregate_identifier,
                                sequence_number, time_stamp, payload_type, payload_revision,
                                payload, meta_data, salt, writer_key_id, writer_mac)
                            values (gen_random_uuid()::text, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                            """)) {
                for (var i = 0; i < rows.size(); i++) {
                    var row = rows.get(i);
                    insert.setString(1, (String) row.get("type"));
                    insert.setString(2, "review:bare:" + stream);
                    insert.setLong(3, i);
                    insert.setString(4, (String) row.get("time_stamp"));
                    insert.setString(5, (String) row.get("payload_type"));
                    insert.setString(6, (String) row.get("payload_revision"));
                    insert.setBytes(7, (byte[]) row.get("payload"));
                    insert.setBytes(8, (byte[]) row.get("meta_data"));
                    insert.setBytes(9, (byte[]) row.get("salt"));
                    insert.setString(10, (String) row.get("writer_key_id"));
                    insert.setBytes(11, (byte[]) row.get("writer_mac"));
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
                });
        return subjects;
    }
}
