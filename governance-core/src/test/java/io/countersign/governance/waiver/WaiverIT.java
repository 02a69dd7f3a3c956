package io.countersign.governance.waiver;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.OTHER_ENGINEER;
import static io.countersign.testing.People.RELEASE_MANAGER;
import static io.countersign.testing.People.RISK_OWNER;
import static io.countersign.testing.People.VALIDATOR;
import static io.countersign.testing.Subjects.ARTIFACT;
import static io.countersign.testing.Subjects.CARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationChecks;
import io.countersign.governance.configuration.ConfigurationFiles;
import io.countersign.governance.deployment.DeploymentCommand;
import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.deployment.Deployments;
import io.countersign.governance.deployment.GateAnswers;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.FirstEnvironments;
import io.countersign.governance.place.PlaceCommand;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.Status;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.schedule.Clockwork;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import io.countersign.governance.staleness.Consequences;
import io.countersign.testing.CoreTest;
import io.countersign.testing.People;
import io.countersign.testing.Refusals;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

@CoreTest
@Import(WaiverIT.Waivable.class)
class WaiverIT {
    private static final String GATE = "no-open-critical-risk";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Time TIME = new Time();
    private static final Random RANDOM = new Random(3);

    @Autowired Commands commands;
    @Autowired FirstEnvironments environments;
    @Autowired Deployments deployments;
    @Autowired GateAnswers gates;
    @Autowired PoliciesInForce policies;
    @Autowired Clockwork clockwork;
    @Autowired ReadPosition positions;
    @Autowired Streams streams;
    @Autowired Waivers waivers;
    @Autowired Consequences consequences;

    private ProjectId project = People.PROJECT;
    private DeploymentId deployment = new DeploymentId("credit.d-7f3k2a9d");

    /** A deployment with an open critical risk, in a project of its own. */
    @BeforeEach
    void a_gate_is_closed() {
        project = new ProjectId("waived" + RANDOM.nextInt(1_000_000));
        environments.ensure();
        send(
                new ProjectCommand.Register(
                        project, "W", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                ENGINEER);
        var model = ModelId.of(project, "scorer");
        var version = ModelVersionId.of(model, "1.0");
        send(new ModelCommand.Register(model, "Scorer", ""), ENGINEER);
        send(
                new ModelCommand.RegisterVersion(
                        version, ARTIFACT, "0123abc", List.of(), List.of(), List.of(), CARD, ""),
                ENGINEER);
        var desk = PlaceId.of(project, "desk");
        send(new PlaceCommand.RegisterPlace(desk, PlaceKind.SERVICE, "Desk", "T"), ENGINEER);
        deployment = deployment(version, desk);
        send(
                new RiskCommand.Raise(
                        RiskId.random(project),
                        "Harm",
                        "d",
                        "privacy",
                        List.of(deployment.ref()),
                        "",
                        new Rating(5, 5)),
                ENGINEER);
    }

    private DeploymentId deployment(ModelVersionId version, PlaceId desk) {
        var id = DeploymentId.random(project, RANDOM);
        send(
                new DeploymentCommand.Request(
                        id, version, new EnvironmentId("staging"), desk, ARTIFACT, ""),
                ENGINEER);
        return id;
    }

    @Test
    void a_waiver_opens_its_gate_and_at_its_end_closes_it_with_nobody_signed_in() {
        var end = TIME.instant().plus(Duration.ofDays(30));
        var closed = Refusals.of(() -> request(deployment.ref()));
        assertThat(closed.code()).isEqualTo("review.gates-closed");
        assertThat(closed.message()).contains(GATE);

        var waiver = ask(GATE, deployment.ref(), "staging", end);
        assertThat(Refusals.of(() -> request(deployment.ref())).code())
                .as("asked for, but not signed")
                .isEqualTo("review.gates-closed");
        request(waiver.ref());
        assertThat(Refusals.of(() -> ask(GATE, deployment.ref(), null, end)).code())
                .isEqualTo("waiver.already-asked");
        sign(waiver.ref(), Role.RISK_OWNER, RISK_OWNER);
        assertThat(review(waiver.ref()).approvedUntil(TIME.instant()))
                .as("no longer than it was asked for")
                .contains(end);

        request(deployment.ref());
        var pinned = gate(review(deployment.ref()));
        assertThat(pinned.status()).isEqualTo(GateResult.Status.WAIVED);
        assertThat(pinned.waiver()).contains(waiver.value());
        assertThat(pinned.explanation()).contains(waiver.value(), end.toString(), "In repair.");
        assertThat(policies.forSubject(SubjectKind.DEPLOYMENT).policy().replay(pinned))
                .as("from what was recorded of it")
                .isEqualTo(pinned);
        sign(deployment.ref(), Role.RELEASE_MANAGER, RELEASE_MANAGER);
        assertThat(review(deployment.ref()).approvedUntil(TIME.instant())).contains(end);
        assertThat(gates.now(deployment).answer().yes()).isTrue();
        await().atMost(LONG).until(() -> deployments.peek(deployment).open());
        assertThat(listed(Waivers.State.IN_FORCE))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.id()).isEqualTo(waiver);
                    assertThat(row.soon(TIME.instant())).isFalse();
                    assertThat(row.soon(end.minusSeconds(1))).isTrue();
                });

        TIME.advance(Duration.ofDays(30));
        assertThat(gates.now(deployment).answer().reasons())
                .as("before any timer has fired")
                .anyMatch(reason ->
                        reason.startsWith(GATE + ":")
                                && reason.endsWith("the waiver " + waiver + " ended at " + end));
        clockwork.tick();
        await().atMost(LONG).until(() -> !deployments.peek(deployment).open());
        assertThat(Objects.requireNonNull(deployments.peek(deployment).gate()).reasons())
                .as("the event on record names the gate and the waiver")
                .anyMatch(
                        reason -> reason.startsWith(GATE + ":") && reason.contains(waiver.value()));
        assertThat(review(waiver.ref()).status(TIME.instant())).isEqualTo(Status.EXPIRED);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(listed(Waivers.State.ENDED)).hasSize(1));
        assertThat(listed(Waivers.State.IN_FORCE)).isEmpty();
    }

    @Test
    void a_waiver_taken_back_closes_the_gate_at_once_and_makes_the_approval_stale() {
        var waiver = granted(null);
        request(deployment.ref());
        sign(deployment.ref(), Role.RELEASE_MANAGER, RELEASE_MANAGER);
        assertThat(gates.now(deployment).answer().yes()).isTrue();
        assertThat(
                        consequences
                                .of(
                                        Consequences.Act.REVOCATION,
                                        waiver.ref(),
                                        People.everywhere(OFFICER))
                                .sentence())
                .as("told before it is done")
                .isEqualTo("makes 1 deployment approval stale and closes 1 deployment");
        send(new ReviewCommand.Revoke(Review.stream(waiver.ref()), "misused"), OFFICER);
        assertThat(gates.now(deployment).answer().reasons())
                .anyMatch(reason -> reason.endsWith("the waiver " + waiver + " is revoked"));
        await().atMost(LONG)
                .until(() -> review(deployment.ref()).status(TIME.instant()) == Status.STALE);
        assertThat(review(deployment.ref()).ending(TIME.instant()).orElseThrow().reason())
                .contains(waiver.value(), GATE, "revoked");
        await().atMost(LONG).until(() -> !deployments.peek(deployment).open());
    }

    @Test
    void neither_who_asks_nor_who_built_it_nor_a_role_the_gate_does_not_name_signs_it() {
        var waiver = ask(GATE, deployment.ref(), null, TIME.instant().plus(Duration.ofDays(9)));
        request(waiver.ref());
        assertThat(
                        review(waiver.ref()).latest().orElseThrow().excluded().stream()
                                .map(stake -> stake.person() + " " + stake.as().key()))
                .contains(OTHER_ENGINEER.id() + " requester", ENGINEER.id() + " developer");
        assertThat(Refusals.of(() -> sign(waiver.ref(), Role.VALIDATOR, VALIDATOR)).code())
                .isEqualTo("access.role-needed");
        assertThat(review(waiver.ref()).inForce(TIME.instant())).isFalse();
    }

    @Test
    void a_waiver_is_of_one_subject_and_policy_says_which_gates_can_be_waived() {
        granted("staging");
        var other =
                deployment(
                        ModelVersionId.of(ModelId.of(project, "scorer"), "1.0"),
                        PlaceId.of(project, "desk"));
        send(
                new RiskCommand.Raise(
                        RiskId.random(project),
                        "Harm",
                        "d",
                        "privacy",
                        List.of(other.ref()),
                        "",
                        new Rating(5, 5)),
                ENGINEER);
        assertThat(Refusals.of(() -> request(other.ref())).code())
                .as("a waiver of another deployment")
                .isEqualTo("review.gates-closed");
        var until = TIME.instant().plus(Duration.ofDays(9));
        var not = Refusals.of(() -> ask("artifact-named", deployment.ref(), null, until));
        assertThat(not.code()).isEqualTo("waiver.not-waivable");
        assertThat(not.message()).contains("deployment v1", GATE);
        assertThat(Refusals.of(() -> ask(GATE, deployment.ref(), "production", until)).message())
                .contains("staging");
        assertThat(
                        Refusals.of(() ->
                                        ask(
                                                GATE,
                                                deployment.ref(),
                                                null,
                                                until.plus(Duration.ofDays(99))))
                                .details())
                .containsEntry("field", "until");
    }

    private WaiverId granted(@Nullable String environment) {
        var waiver =
                ask(GATE, deployment.ref(), environment, TIME.instant().plus(Duration.ofDays(30)));
        request(waiver.ref());
        sign(waiver.ref(), Role.RISK_OWNER, RISK_OWNER);
        return waiver;
    }

    private WaiverId ask(
            String gate, SubjectRef subject, @Nullable String environment, Instant until) {
        var id = WaiverId.random(project);
        send(
                new WaiverCommand.Ask(
                        id, gate, subject, environment, "In repair.", "Watched.", until),
                OTHER_ENGINEER);
        return id;
    }

    private List<Waivers.Listed> listed(Waivers.State state) {
        return waivers.list(
                new Waivers.Filter(state, project, deployment.ref(), null, null),
                null,
                10,
                positions.now(),
                Visibility.of(Set.of(project)));
    }

    private static GateResult gate(Review review) {
        return review.latest().orElseThrow().evaluation().gates().stream()
                .filter(gate -> gate.gate().equals(GATE))
                .findFirst()
                .orElseThrow();
    }

    private void request(SubjectRef subject) {
        send(new ReviewCommand.Request(Review.stream(subject), null), OTHER_ENGINEER);
    }

    private void sign(SubjectRef subject, Role role, Actor signer) {
        send(
                new ReviewCommand.Sign(
                        Review.stream(subject),
                        review(subject).latest().orElseThrow().manifest().digest(),
                        role,
                        Verdict.APPROVE,
                        null,
                        "Name"),
                signer);
    }

    private Review review(SubjectRef subject) {
        return streams.peek(Review.stream(subject), ReviewEvent.class, Review.NONE, Review::evolve);
    }

    private void send(Command command, Actor actor) {
        commands.send(
                command,
                new Actor(actor.id(), null, actor.channel(), TIME.instant(), actor.grants()));
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
    static class Waivable {
        @Bean
        @Primary
        Clock settableClock() {
            return TIME;
        }

        /** A deployment that needs no signed-off model, of which one gate can be waived. */
        @Bean
        @Primary
        ConfigurationFiles waivableFiles(ConfigurationChecks checks, AdoptedFiles adopted)
                throws IOException {
            var folder = Files.createTempDirectory("config");
            Files.createDirectories(folder.resolve("policies"));
            Files.writeString(
                    folder.resolve("policies/deployment.yml"),
                    """
                    subject: deployment
                    title: Deployment approval
                    validity: P365D
                    gates:
                      - id: artifact-named
                        sentence: The artifact is named.
                        when: deployment.digest != ''
                      - id: no-open-critical-risk
                        sentence: No critical risk is open.
                        when: risks.openCritical == 0
                        explain: "string(risks.openCritical) + ' open'"
                        waivable: {by: [risk-owner], at-most: P90D}
                    signatures:
                      - role: release-manager
                        meaning: I release it.
                    """);
            return new ConfigurationFiles(folder, checks, adopted);
        }
    }
}
