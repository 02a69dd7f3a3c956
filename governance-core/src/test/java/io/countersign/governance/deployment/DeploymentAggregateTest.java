package io.countersign.governance.deployment;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.RELEASE_MANAGER;
import static io.countersign.testing.People.as;
import static io.countersign.testing.Subjects.ARTIFACT;
import static io.countersign.testing.Subjects.VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.deployment.DeploymentEvent.GateChanged;
import io.countersign.governance.model.ModelEvent;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.ModelVersions;
import io.countersign.governance.place.EnvironmentEvent;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.PlaceEvent;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.place.Places;
import io.countersign.governance.project.Projects;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.PersonalText;
import io.countersign.testing.History;
import io.countersign.testing.People;
import io.countersign.testing.Refusals;
import io.countersign.testing.Subjects;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentAggregateTest {
    static final DeploymentId ID = new DeploymentId("credit.d-7f3k2a9d");
    static final EnvironmentId PRODUCTION = new EnvironmentId("production");
    static final PlaceId DESK = new PlaceId("credit.loan-desk");
    static final DeploymentEvent.Requested REQUESTED =
            new DeploymentEvent.Requested(
                    ID,
                    VERSION,
                    PRODUCTION,
                    true,
                    DESK,
                    PlaceKind.APPLICATION,
                    ARTIFACT,
                    ENGINEER.id(),
                    null);
    private static final DeploymentGate.Answer YES =
            new DeploymentGate.Answer(true, List.of(), List.of());
    private static final DeploymentGate.Answer NO = DeploymentGate.Answer.no("not signed off");
    private static final GateChanged OPENED =
            new GateChanged(ID, GateChanged.Gate.OPEN, List.of(), List.of());
    private static final GateChanged CLOSED =
            new GateChanged(ID, GateChanged.Gate.CLOSED, List.of("not signed off"), List.of());
    private static final DeploymentEvent.Activated ACTIVATED =
            new DeploymentEvent.Activated(ID, RELEASE_MANAGER.id(), List.of());

    private final History history =
            History.ofProject()
                    .add(VERSION.ref(), Subjects.version())
                    .add(
                            PRODUCTION.ref(),
                            new EnvironmentEvent.Registered(PRODUCTION, "Production", true))
                    .add(
                            DESK.ref(),
                            new PlaceEvent.Registered(
                                    DESK, PlaceKind.APPLICATION, "Desk", "Lending"));
    private DeploymentGate.Answer answer = YES;
    private final List<DeploymentId> counted = new ArrayList<>();
    private final FixtureConfiguration<DeploymentAggregate> deployments =
            new AggregateTestFixture<>(DeploymentAggregate.class)
                    .registerInjectableResource(history.make(Projects.class))
                    .registerInjectableResource(history.make(ModelVersions.class))
                    .registerInjectableResource(history.make(Places.class))
                    .registerInjectableResource((DeploymentGate) _ -> answer)
                    .registerInjectableResource((RepeatedAnswers) (id, _) -> counted.add(id))
                    .registerInjectableResource(Clock.fixed(People.NOW, ZoneOffset.UTC));

    @Nested
    class Requesting {
        private DeploymentCommand.Request request(
                ModelVersionId version, EnvironmentId environment, PlaceId place, String comment) {
            return new DeploymentCommand.Request(
                    ID, version, environment, place, ARTIFACT, comment);
        }

        @Test
        void records_what_is_to_run_where_and_keeps_html_as_text() {
            deployments
                    .givenNoPriorActivity()
                    .when(request(VERSION, PRODUCTION, DESK, "<i>now</i>"), as(ENGINEER))
                    .expectEvents(
                            new DeploymentEvent.Requested(
                                    ID,
                                    VERSION,
                                    PRODUCTION,
                                    true,
                                    DESK,
                                    PlaceKind.APPLICATION,
                                    ARTIFACT,
                                    ENGINEER.id(),
                                    new PersonalText(ENGINEER.id(), "<i>now</i>")));
        }

        @Test
        void refuses_an_environment_that_nobody_registered() {
            Refusals.expect(
                    deployments
                            .givenNoPriorActivity()
                            .when(
                                    request(VERSION, new EnvironmentId("prod"), DESK, ""),
                                    as(ENGINEER)),
                    "environment.unknown");
        }

        @Test
        void refuses_a_place_that_nobody_registered() {
            Refusals.expect(
                    deployments
                            .givenNoPriorActivity()
                            .when(
                                    request(VERSION, PRODUCTION, new PlaceId("credit.other"), ""),
                                    as(ENGINEER)),
                    "place.unknown");
        }

        @Test
        void refuses_a_retired_place() {
            history.add(
                    DESK.ref(),
                    new PlaceEvent.Retired(DESK, new PersonalText(ENGINEER.id(), "closed")));
            Refusals.expect(
                    deployments
                            .givenNoPriorActivity()
                            .when(request(VERSION, PRODUCTION, DESK, ""), as(ENGINEER)),
                    "place.retired");
        }

        @Test
        void refuses_an_unknown_and_a_retired_model_version() {
            Refusals.expect(
                    deployments
                            .givenNoPriorActivity()
                            .when(
                                    request(
                                            new ModelVersionId("credit.scorer@2.0"),
                                            PRODUCTION,
                                            DESK,
                                            ""),
                                    as(ENGINEER)),
                    "model.version-unknown");
            history.add(
                    VERSION.ref(),
                    new ModelEvent.VersionRetired(VERSION, new PersonalText(ENGINEER.id(), "old")));
            Refusals.expect(
                    deployments
                            .givenNoPriorActivity()
                            .when(request(VERSION, PRODUCTION, DESK, ""), as(ENGINEER)),
                    "model.version-retired");
        }

        @Test
        void refuses_a_place_of_another_project() {
            Refusals.expect(
                    deployments
                            .givenNoPriorActivity()
                            .when(
                                    request(VERSION, PRODUCTION, new PlaceId("fraud.desk"), ""),
                                    as(ENGINEER)),
                    "deployment.other-project");
        }

        @Test
        void is_for_requesters() {
            Refusals.expect(
                    deployments
                            .givenNoPriorActivity()
                            .when(request(VERSION, PRODUCTION, DESK, ""), as(RELEASE_MANAGER)),
                    "access.role-needed");
        }
    }

    @Nested
    class Asking_the_gate {
        private final DeploymentCommand.AskGate ask = new DeploymentCommand.AskGate(ID);

        @Test
        void records_the_first_answer_with_its_reasons_also_when_it_is_no() {
            answer = NO;
            deployments.given(REQUESTED).when(ask, as(ENGINEER)).expectEvents(CLOSED);
            assertThat(counted).isEmpty();
        }

        @Test
        void counts_an_answer_that_is_the_same_again() {
            answer = NO;
            deployments.given(REQUESTED, CLOSED).when(ask, as(ENGINEER)).expectNoEvents();
            assertThat(counted).containsExactly(ID);
        }

        @Test
        void records_another_answer_and_another_reason() {
            deployments.given(REQUESTED, CLOSED).when(ask, as(Actor.system())).expectEvents(OPENED);
            answer = DeploymentGate.Answer.no("revoked");
            deployments
                    .given(REQUESTED, CLOSED)
                    .when(ask, as(Actor.system()))
                    .expectEvents(
                            new GateChanged(
                                    ID, GateChanged.Gate.CLOSED, List.of("revoked"), List.of()));
        }

        @Test
        void closes_the_gate_of_a_deployment_that_runs() {
            answer = NO;
            deployments
                    .given(REQUESTED, OPENED, ACTIVATED)
                    .when(ask, as(Actor.system()))
                    .expectEvents(CLOSED);
        }

        @Test
        void an_answer_is_a_yes_only_without_reasons() {
            assertThatThrownBy(() -> new DeploymentGate.Answer(true, List.of("no"), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new DeploymentGate.Answer(false, List.of(), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Activating {
        private final DeploymentCommand.Activate activate = new DeploymentCommand.Activate(ID);

        @Test
        void records_the_gate_and_the_activation() {
            deployments
                    .given(REQUESTED, CLOSED)
                    .when(activate, as(RELEASE_MANAGER))
                    .expectEvents(OPENED, ACTIVATED);
        }

        @Test
        void is_refused_with_the_reasons_where_the_gate_says_no_whatever_it_said_before() {
            answer = NO;
            Refusals.expect(
                    deployments.given(REQUESTED, OPENED).when(activate, as(RELEASE_MANAGER)),
                    "deployment.gate-closed");
        }

        @Test
        void is_for_release_managers() {
            Refusals.expect(
                    deployments.given(REQUESTED).when(activate, as(ENGINEER)),
                    "access.role-needed");
        }

        @Test
        void happens_once() {
            Refusals.expect(
                    deployments
                            .given(REQUESTED, OPENED, ACTIVATED)
                            .when(activate, as(RELEASE_MANAGER)),
                    "deployment.active");
        }
    }

    @Nested
    class Ending {
        private final PersonalText reason = new PersonalText(RELEASE_MANAGER.id(), "<b>bad</b>");
        private final DeploymentEvent.RolledBack rolledBack =
                new DeploymentEvent.RolledBack(ID, RELEASE_MANAGER.id(), reason);

        @Test
        void rolls_back_what_runs() {
            deployments
                    .given(REQUESTED, OPENED, ACTIVATED)
                    .when(new DeploymentCommand.RollBack(ID, "<b>bad</b>"), as(RELEASE_MANAGER))
                    .expectEvents(rolledBack);
        }

        @Test
        void refuses_to_roll_back_what_never_ran() {
            Refusals.expect(
                    deployments
                            .given(REQUESTED)
                            .when(new DeploymentCommand.RollBack(ID, "bad"), as(RELEASE_MANAGER)),
                    "deployment.requested");
        }

        @Test
        void the_requester_does_not_roll_back() {
            Refusals.expect(
                    deployments
                            .given(REQUESTED, OPENED, ACTIVATED)
                            .when(new DeploymentCommand.RollBack(ID, "bad"), as(ENGINEER)),
                    "access.role-needed");
        }

        @Test
        void suspends_and_resumes_only_through_an_open_gate() {
            var suspended =
                    new DeploymentEvent.Suspended(
                            ID, OFFICER.id(), new PersonalText(OFFICER.id(), "incident"));
            deployments
                    .given(REQUESTED, OPENED, ACTIVATED)
                    .when(new DeploymentCommand.Suspend(ID, "incident"), as(OFFICER))
                    .expectEvents(suspended);
            deployments
                    .given(REQUESTED, OPENED, ACTIVATED, suspended)
                    .when(new DeploymentCommand.Resume(ID), as(RELEASE_MANAGER))
                    .expectEvents(new DeploymentEvent.Resumed(ID, RELEASE_MANAGER.id(), List.of()));
            answer = NO;
            Refusals.expect(
                    deployments
                            .given(REQUESTED, OPENED, ACTIVATED, suspended)
                            .when(new DeploymentCommand.Resume(ID), as(RELEASE_MANAGER)),
                    "deployment.gate-closed");
        }

        @Test
        void nothing_follows_the_end() {
            for (var command :
                    List.of(
                            new DeploymentCommand.Activate(ID),
                            new DeploymentCommand.Retire(ID, "x"),
                            new DeploymentCommand.RollBack(ID, "x"),
                            new DeploymentCommand.AskGate(ID))) {
                Refusals.expect(
                        deployments
                                .given(REQUESTED, OPENED, ACTIVATED, rolledBack)
                                .when(command, as(RELEASE_MANAGER)),
                        "deployment.rolled-back");
            }
        }
    }

    @Test
    void a_random_id_reads_back() {
        var random = new Random(7);
        for (var i = 0; i < 100; i++) {
            var id = DeploymentId.random(People.PROJECT, random);
            assertThat(new DeploymentId(id.value()).project()).isEqualTo(People.PROJECT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"credit.d-1", "d-7f3k2a9d", "credit.d-7f3k2a9i", "credit.x-7f3k2a9d"})
    void refuses_an_id_in_any_other_form(String id) {
        assertThat(Refusals.of(() -> new DeploymentId(id)).code()).isEqualTo("input.invalid");
    }
}
