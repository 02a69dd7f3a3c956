package io.countersign.bench;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.STEWARD;
import static io.countersign.testing.People.everywhere;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.countersign.governance.database.EmbeddedDatabase;
import io.countersign.governance.database.Migrations;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.staleness.Chain;
import io.countersign.governance.staleness.Consequences;
import io.countersign.testing.CoreTest;
import io.countersign.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How long it takes until every sign-off that rests on a revoked dataset is marked stale, by the
 * product as shipped: durable commits, with all that reads the ledger running beside. And what
 * other commands wait meanwhile, against what they take with nothing else going on.
 *
 * <p>The sign-offs are made through commands first; {@code -Ddependents} says how many.
 */
@SpringBootTest(
        classes = StalenessBench.Durable.class,
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties =
                "spring.autoconfigure.exclude="
                        + "org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration,"
                        + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
@Import(Chain.class)
class StalenessBench {
    private static final int DEPENDENTS = Integer.getInteger("dependents", 10_000);
    private static final int CALLERS = 8;
    private static final int OTHERS = 200;

    @Autowired Commands commands;
    @Autowired Chain chain;
    @Autowired Consequences consequences;
    @Autowired JdbcClient db;

    @Configuration(proxyBeanMethods = false)
    static class Durable extends CoreTest.Core {
        @Bean
        EmbeddedDatabase embedded() throws IOException {
            return EmbeddedDatabase.start(Files.createTempDirectory("bench"));
        }

        @Override
        @Bean
        protected TestDatabase testDatabase(ObjectProvider<EmbeddedDatabase> embeddedDatabase) {
            var embedded = embeddedDatabase.getObject();
            Migrations.run(embedded.access());
            var pool = new HikariConfig();
            pool.setDataSource(embedded.access().appSource());
            pool.setMaximumPoolSize(20);
            return new TestDatabase(
                    embedded.access(), embedded.access().ownerSource(), new HikariDataSource(pool));
        }
    }

    @Test
    void ten_thousand_dependents_are_marked_within_five_seconds_and_block_nobody()
            throws Exception {
        var project = chain.project("bench");
        var data = chain.data(project, "shared");
        var subjects = new ArrayList<SubjectRef>();
        for (var i = 0; i < DEPENDENTS; i++) {
            subjects.add(ModelVersionId.of(ModelId.of(project, "scorer"), "v" + i).ref());
        }
        Race.rate(
                CALLERS,
                subjects,
                (_, subject) -> {
                    var version = new ModelVersionId(subject.id());
                    chain.model(project, version.version(), data);
                });
        caughtUp();
        var alone = others("alone", new AtomicBoolean(true));

        var asked = System.nanoTime();
        var foreseen =
                consequences.of(Consequences.Act.REVOCATION, data.ref(), everywhere(STEWARD));
        System.out.printf(
                Locale.ROOT,
                "Told before in %.2f s: it %s%n",
                (System.nanoTime() - asked) / 1e9,
                foreseen.sentence());

        var going = new AtomicBoolean(true);
        var beside = new ArrayList<Double>();
        var other = Thread.ofPlatform().start(() -> beside.addAll(others("beside", going)));
        var begun = System.nanoTime();
        chain.revoke(data.ref(), STEWARD);
        var marked = 0L;
        while (marked < DEPENDENTS) {
            Thread.sleep(50);
            marked = stale();
            assertThat(System.nanoTime() - begun).isLessThan(600_000_000_000L);
        }
        var seconds = (System.nanoTime() - begun) / 1e9;
        going.set(false);
        other.join();
        System.out.printf(
                Locale.ROOT,
                "%,d dependents stale %.2f s after the revocation was sent (%.0f/s; target"
                        + " 5 s, ratio %.2f), on %d processors of %s %s, Java %s, PostgreSQL %s%n",
                DEPENDENTS,
                seconds,
                DEPENDENTS / seconds,
                5 / seconds,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version(),
                db.sql("show server_version").query(String.class).single());
        summary("Other commands alone", alone);
        summary("Other commands meanwhile", beside);
    }

    /** How long other commands take, in milliseconds, sorted: one after the other. */
    private List<Double> others(String name, AtomicBoolean going) {
        var taken = new ArrayList<Double>();
        for (var i = 0; i < OTHERS && going.get(); i++) {
            var begun = System.nanoTime();
            commands.send(
                    new ProjectCommand.Register(
                            new ProjectId(name + "-" + i),
                            "n",
                            "b",
                            "p",
                            "t",
                            List.of("EU"),
                            RiskTier.LOW),
                    ENGINEER);
            taken.add((System.nanoTime() - begun) / 1e6);
        }
        taken.sort(null);
        return taken;
    }

    private static void summary(String what, List<Double> millis) {
        System.out.printf(
                Locale.ROOT,
                "%s (%d): median %.1f ms, 99th percentile %.1f ms, longest %.1f ms%n",
                what,
                millis.size(),
                millis.get(millis.size() / 2),
                millis.get((int) (millis.size() * 0.99)),
                millis.getLast());
    }

    private long stale() {
        return db.sql("select count(*) from event where payload_type = 'review.became-stale'")
                .query(Long.class)
                .single();
    }

    private void caughtUp() throws InterruptedException {
        while (!db.sql(
                        "select (select position from progress) + 1 >= (select count(*) from"
                                + " event)")
                .query(Boolean.class)
                .single()) {
            Thread.sleep(100);
        }
        Thread.sleep(2_000);
    }
}
