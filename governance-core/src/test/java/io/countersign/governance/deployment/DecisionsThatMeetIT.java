package io.countersign.governance.deployment;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.OTHER_ENGINEER;
import static io.countersign.testing.People.RELEASE_MANAGER;
import static io.countersign.testing.People.STEWARD;
import static io.countersign.testing.People.VALIDATOR;
import static io.countersign.testing.Subjects.ARTIFACT;
import static io.countersign.testing.Subjects.CARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationChecks;
import io.countersign.governance.configuration.ConfigurationFiles;
import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.overview.Overview;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.FirstEnvironments;
import io.countersign.governance.place.PlaceCommand;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.review.Readiness;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.Status;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.schedule.Clockwork;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.CoreTest;
import io.countersign.testing.Held;
import io.countersign.testing.People;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;

@CoreTest
@Import(DecisionsThatMeetIT.ShortSignOff.class)
class DecisionsThatMeetIT {
    private static final int RUNS = 50;
    private static final ProjectId PROJECT = new ProjectId("meeting");
    private static final ModelId MODEL = ModelId.of(PROJECT, "scorer");
    private static final PlaceId DESK = PlaceId.of(PROJECT, "desk");
    private static final Time TIME = new Time();

    @Autowired Commands commands;
    @Autowired FirstEnvironments environments;
    @Autowired Deployments deployments;
    @Autowired GateAnswers gates;
    @Autowired Readiness readiness;
    @Autowired Overview overview;
    @Autowired Clockwork clockwork;

    @Autowired
    @Qualifier("processors")
    Lifecycle processors;

    @Autowired ReadPosition positions;
    @Autowired Streams streams;
    @Autowired JdbcClient db;

    private final Random random = new Random(7);

    @Test
    void decisions_that_meet_are_one_after_the_other_and_what_has_run_out_closes_the_gate()
            throws Exception {
        environments.ensure();
        send(
                new ProjectCommand.Register(
                        PROJECT, "M", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                ENGINEER);
        var dataset = new DatasetId("meeting.data");
        send(new DatasetCommand.Register(dataset, "Data", ""), OTHER_ENGINEER);
        var data = new DatasetVersionId("meeting.data@1.0");
        send(
                new DatasetCommand.RegisterVersion(
                        data,
                        "s3://data",
                        Sha256.of("content"),
                        "a, b",
                        new Datasheet("m", "c", "c", "p", "u", "d", "m"),
                        "internal",
                        "contract",
                        List.of(),
                        List.of()),
                OTHER_ENGINEER);
        assertThat(readiness.of(data.ref(), ENGINEER.id()).open()).isTrue();
        send(new ModelCommand.Register(MODEL, "Scorer", ""), ENGINEER);
        send(new PlaceCommand.RegisterPlace(DESK, PlaceKind.SERVICE, "Desk", "T"), ENGINEER);
        var version = ModelVersionId.of(MODEL, "1.0");
        send(
                new ModelCommand.RegisterVersion(
                        version,
                        ARTIFACT,
                        "0123abc",
                        List.of(data),
                        List.of(),
                        List.of(),
                        CARD,
                        ""),
                ENGINEER);
        assertThat(readiness.of(version.ref(), ENGINEER.id()).evaluation().closed())
                .extracting(gate -> gate.gate())
                .containsExactly("training-data-approved");

        var activations = 0;
        for (var run = 0; run < RUNS; run++) {
            ensureApproved(data.ref(), STEWARD, Role.DATA_STEWARD);
            twoSignAtOnce(version);
            var deployment = approvedDeployment(version);
            var subject = run % 2 == 0 ? version.ref() : data.ref();
            var revoker = run % 2 == 0 ? OFFICER : STEWARD;
            var outcome =
                    atOnce(
                            () ->
                                    sentOrNull(
                                            new DeploymentCommand.Activate(deployment),
                                            RELEASE_MANAGER),
                            () ->
                                    sentOrNull(
                                            new ReviewCommand.Revoke(
                                                    Review.stream(subject), "found wrong"),
                                            revoker));
            assertThat(outcome.second()).as("a revocation is never refused").isNotNull();
            if (outcome.first() != null) {
                activations++;
                assertThat(index(outcome.first())).isLessThan(index(outcome.second()));
            }
            assertThat(gates.now(deployment).answer().yes()).isFalse();
            until(() -> !deployments.peek(deployment).open());
            send(new DeploymentCommand.Retire(deployment, "next"), RELEASE_MANAGER);
        }
        System.getLogger("test").log(System.Logger.Level.DEBUG, "{0} activated first", activations);

        ensureApproved(data.ref(), STEWARD, Role.DATA_STEWARD);
        twoSignAtOnce(version);
        var deployment = approvedDeployment(version);
        var activated =
                send(new DeploymentCommand.Activate(deployment), RELEASE_MANAGER).lastEventId();
        assertThat(deployments.peek(deployment).open()).isTrue();
        positions.await(java.util.Objects.requireNonNull(activated), Duration.ofSeconds(20));
        assertThat(
                        overview.funnel(
                                positions.now(),
                                Visibility.of(java.util.Set.of(version.project()))))
                .isEqualTo(new Overview.Funnel(1, 1, 1, 1, 1));

        // Nobody is signed in when the sign-off, valid for 30 days by the policy of this test,
        // ends.
        // What follows the activation by itself is held, or it would ask the gate before the clock.
        var open =
                Held.still(
                        processors,
                        () -> {
                            TIME.advance(Duration.ofDays(31));
                            assertThat(gates.now(deployment).answer().reasons())
                                    .anyMatch(reason -> reason.startsWith("sign-off-not-expired"));
                            return deployments.peek(deployment).open();
                        });
        assertThat(open).isTrue();
        clockwork.tick();
        assertThat(review(version.ref()).status(TIME.instant())).isEqualTo(Status.EXPIRED);
        until(() -> !deployments.peek(deployment).open());
        var before = events();
        clockwork.tick();
        assertThat(events()).as("what is over is over once").isEqualTo(before);
    }

    private void twoSignAtOnce(ModelVersionId version) throws Exception {
        if (review(version.ref()).inForce(TIME.instant())) {
            return;
        }
        send(new ReviewCommand.Request(Review.stream(version.ref()), null), ENGINEER);
        atOnce(
                () -> sentOrNull(sign(version.ref(), Role.VALIDATOR), VALIDATOR),
                () -> sentOrNull(sign(version.ref(), Role.COMPLIANCE_OFFICER), OFFICER));
        var review = review(version.ref());
        assertThat(review.latest().orElseThrow().signatures()).hasSize(2);
        assertThat(review.status(TIME.instant())).isEqualTo(Status.APPROVED);
    }

    private void ensureApproved(SubjectRef subject, Actor signer, Role role) {
        if (!review(subject).inForce(TIME.instant())) {
            send(new ReviewCommand.Request(Review.stream(subject), null), ENGINEER);
            send(sign(subject, role), signer);
        }
    }

    private DeploymentId approvedDeployment(ModelVersionId version) {
        var id = DeploymentId.random(PROJECT, random);
        send(
                new DeploymentCommand.Request(
                        id, version, new EnvironmentId("production"), DESK, ARTIFACT, ""),
                ENGINEER);
        ensureApproved(id.ref(), RELEASE_MANAGER, Role.RELEASE_MANAGER);
        until(() -> deployments.peek(id).open());
        return id;
    }

    private ReviewCommand.Sign sign(SubjectRef subject, Role role) {
        return new ReviewCommand.Sign(
                Review.stream(subject),
                review(subject).latest().orElseThrow().manifest().digest(),
                role,
                Verdict.APPROVE,
                null,
                "Name");
    }

    private Review review(SubjectRef subject) {
        return streams.peek(Review.stream(subject), ReviewEvent.class, Review.NONE, Review::evolve);
    }

    private Commands.Sent send(Command command, Actor actor) {
        return commands.send(
                command,
                new Actor(actor.id(), null, actor.channel(), TIME.instant(), actor.grants()));
    }

    private @Nullable String sentOrNull(Command command, Actor actor) {
        try {
            return send(command, actor).lastEventId();
        } catch (CommandRefused refused) {
            return null;
        }
    }

    private long index(@Nullable String eventId) {
        return db.sql("select global_index from event where event_identifier = ?")
                .param(eventId)
                .query(Long.class)
                .single();
    }

    private long events() {
        return db.sql("select count(*) from event where payload_type = 'review.expired'")
                .query(Long.class)
                .single();
    }

    private static void until(BooleanSupplier met) {
        var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!met.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    private record Both(@Nullable String first, @Nullable String second) {}

    private static Both atOnce(Callable<@Nullable String> first, Callable<@Nullable String> second)
            throws Exception {
        var start = new CyclicBarrier(2);
        try (var threads = Executors.newFixedThreadPool(2)) {
            var one =
                    threads.submit(() -> {
                        start.await();
                        return first.call();
                    });
            var two =
                    threads.submit(() -> {
                        start.await();
                        return second.call();
                    });
            return new Both(one.get(), two.get());
        }
    }

    /** Stands still until it is told to go on. */
    private static final class Time extends Clock {
        private volatile Instant now = People.NOW;

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @TestConfiguration
    static class ShortSignOff {
        @Bean
        @Primary
        Clock settableClock() {
            return TIME;
        }

        /** A sign-off without an assessment, for 30 days. */
        @Bean
        @Primary
        ConfigurationFiles relaxedFiles(ConfigurationChecks checks, AdoptedFiles adopted)
                throws IOException {
            var folder = Files.createTempDirectory("config");
            Files.createDirectories(folder.resolve("policies"));
            Files.writeString(
                    folder.resolve("policies/model-sign-off.yml"),
                    """
                    subject: model-version
                    title: Model sign-off
                    due: P14D
                    validity: P30D
                    separation: [requester, developer, data-owner]
                    gates:
                      - id: training-data-approved
                        sentence: Every training dataset is approved.
                        when: model.trainingDatasets.all(d, d.approved)
                    signatures:
                      - role: validator
                        meaning: I have validated it.
                      - role: compliance-officer
                        meaning: It meets the policy.
                    """);
            return new ConfigurationFiles(folder, checks, adopted);
        }
    }
}
