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
import io.countersign.governance.eventstore.Sequencer;
import io.countersign.governance.eventstore.WriterKey;
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
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
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
 * and its trigger, through the same pool.
 *
 * <p>Each round does that twice. First with the sequencer standing still, and with it all that
 * reads the ledger: that compares a command with an insert. Then with the sequencer, the read
 * models and the automations running, as they do in the product, on both sides: there the slower
 * side pays for more of what they do, since they keep up with it and fall behind the other. Before
 * each measurement they have caught up. What is printed is the ratio of the two rates, round by
 * round, since the machine may be doing other things.
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
    private static final int ROUNDS = Integer.getInteger("rounds", 5);
    private static final int WARM_UPS = 2;
    private static final int SIGNATURES = 1_000;

    @Autowired Commands commands;
    @Autowired EventStore events;
    @Autowired DataSource database;
    @Autowired JdbcClient db;
    @Autowired Sequencer sequencer;
    @Autowired WriterKey writer;

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
        var race = new Race(database, db, sequencer, writer);
        // The first are not counted: the compiler has not seen enough yet.
        var subjects = prepare((ROUNDS + WARM_UPS) * 2 * SIGNATURES);
        var alone = new ArrayList<Double>();
        var beside = new ArrayList<Double>();
        for (var round = -WARM_UPS; round < ROUNDS; round++) {
            var first = (round + WARM_UPS) * 2 * SIGNATURES;
            var name = round < 0 ? "warm-up" : "round " + (round + 1);
            race.caughtUp();
            sequencer.stop();
            var still =
                    race.compare(
                            name,
                            CALLERS,
                            subjects.subList(first, first + SIGNATURES),
                            (_, subject) -> sign(subject));
            sequencer.start();
            var running =
                    race.compare(
                            name + " beside the read side",
                            CALLERS,
                            subjects.subList(first + SIGNATURES, first + 2 * SIGNATURES),
                            (_, subject) -> sign(subject));
            if (round >= 0) {
                alone.add(still);
                beside.add(running);
            }
        }
        Race.summary("signing to bare insert", 0.50, alone);
        Race.summary("signing to bare insert, both beside the read side", 0.50, beside);
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
        Race.rate(
                CALLERS,
                subjects,
                (_, subject) -> {
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
