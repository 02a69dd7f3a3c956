package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.bench.Race;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Sequencer;
import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.people.QuickPasswords;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;

/**
 * Signing over HTTP against a bare insert of the same bytes: 16 people with a session each sign
 * through the API, giving their password each time, on the product with its embedded PostgreSQL as
 * it is shipped. Only the hash of the passwords has one round instead of its many. The callers are
 * threads of this process too, so their HTTP client is paid for as well. {@link Race} tells what is
 * compared; the sequencer, the read models and the automations run on both sides.
 */
@SpringBootTest(
        classes = WebApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "countersign.database.connections=20")
@ContextConfiguration(initializers = HttpSigningBench.Home.class)
@Import({Cast.class, QuickPasswords.class})
class HttpSigningBench {
    private static final int CALLERS = 16;
    private static final int ROUNDS = Integer.getInteger("rounds", 5);
    private static final int WARM_UPS = 2;
    private static final int SIGNATURES = 1_000;
    private static final Pattern CSRF = Pattern.compile("\"csrfToken\":\"([^\"]+)\"");

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired EventStore events;
    @Autowired DataSource database;
    @Autowired JdbcClient db;
    @Autowired Sequencer sequencer;
    @Autowired WriterKey writer;

    private final Map<SubjectRef, Sha256> digests = new ConcurrentHashMap<>();

    /** A fresh folder, and in it the embedded database. */
    static final class Home
            implements ApplicationContextInitializer<ConfigurableApplicationContext> {
        @Override
        public void initialize(ConfigurableApplicationContext context) {
            context.getBeanFactory()
                    .registerSingleton("nothingOfOtherTests", new WebTest.ProductOnly());
            try {
                var home = Files.createTempDirectory("bench").toString();
                context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("bench", Map.of("countersign.home", home)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record Caller(Browser browser, String csrf) {}

    @Test
    void signs_over_http_at_a_quarter_of_the_rate_of_bare_inserts() throws Exception {
        var race = new Race(database, db, sequencer, writer);
        var subjects = prepare((ROUNDS + WARM_UPS) * SIGNATURES);
        var callers = new ArrayList<Caller>();
        for (var i = 0; i < CALLERS; i++) {
            var browser = cast.signedIn("stella-" + i, "data-steward@*");
            var me = CSRF.matcher(browser.get("/api/v1/me").body());
            assertThat(me.find()).isTrue();
            callers.add(new Caller(browser, me.group(1)));
        }
        var ratios = new ArrayList<Double>();
        for (var round = -WARM_UPS; round < ROUNDS; round++) {
            var first = (round + WARM_UPS) * SIGNATURES;
            var ratio =
                    race.compare(
                            round < 0 ? "warm-up over HTTP" : "round " + (round + 1) + " over HTTP",
                            CALLERS,
                            subjects.subList(first, first + SIGNATURES),
                            (caller, subject) -> sign(callers.get(caller), subject));
            if (round >= 0) {
                ratios.add(ratio);
            }
        }
        Race.summary("signing over HTTP to bare insert", 0.25, ratios);
    }

    private void sign(Caller caller, SubjectRef subject) {
        var answer =
                caller.browser()
                        .json(
                                "POST",
                                "/api/v1/reviews/" + subject + "/signatures",
                                """
                                {"manifest":"%s","role":"data-steward","verdict":"approve",
                                 "password":"%s"}\
                                """
                                        .formatted(digests.get(subject), Cast.PASSWORD),
                                "X-CSRF-TOKEN",
                                caller.csrf());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private List<SubjectRef> prepare(int count) throws Exception {
        var engineer =
                new Actor(
                        cast.person("ada", "requester@*"),
                        null,
                        Channel.PAGE,
                        Clock.systemUTC().instant(),
                        Set.of());
        var project = new ProjectId("bench");
        commands.send(
                new ProjectCommand.Register(
                        project, "n", "b", "p", "t", List.of("EU"), RiskTier.HIGH),
                engineer);
        var dataset = DatasetId.of(project, "applications");
        commands.send(new DatasetCommand.Register(dataset, "n", ""), engineer);
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
                            engineer);
                    commands.send(
                            new ReviewCommand.Request(Review.stream(subject), "Please look"),
                            engineer);
                    digests.put(subject, requested(subject).manifestDigest());
                });
        return subjects;
    }

    private ReviewEvent.Requested requested(SubjectRef subject) {
        return (ReviewEvent.Requested)
                events.readEvents(Review.stream(subject).toString()).next().getPayload();
    }
}
