package io.countersign.governance.place;

import static io.countersign.testing.People.ADMINISTRATOR;
import static io.countersign.testing.People.AUDITOR;
import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.RELEASE_MANAGER;
import static io.countersign.testing.People.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.project.Projects;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.PersonalText;
import io.countersign.testing.History;
import io.countersign.testing.Refusals;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceAggregateTest {
    private static final PlaceId DESK = new PlaceId("credit.loan-desk");
    private static final EnvironmentId TRIAL = new EnvironmentId("trial");
    private static final String PAYLOAD = "<b onclick=x()>Desk</b>";
    private static final PlaceEvent.Registered REGISTERED =
            new PlaceEvent.Registered(DESK, PlaceKind.APPLICATION, PAYLOAD, "Lending");

    private final History history = History.ofProject();
    private final FixtureConfiguration<PlaceAggregate> places =
            new AggregateTestFixture<>(PlaceAggregate.class)
                    .registerInjectableResource(history.make(Projects.class));
    private final FixtureConfiguration<EnvironmentAggregate> environments =
            new AggregateTestFixture<>(EnvironmentAggregate.class);

    @Test
    void registers_an_application_and_keeps_html_as_text() {
        places.givenNoPriorActivity()
                .when(
                        new PlaceCommand.RegisterPlace(
                                DESK, PlaceKind.APPLICATION, PAYLOAD, "Lending"),
                        as(ENGINEER))
                .expectEvents(REGISTERED);
    }

    @Test
    void an_auditor_registers_nothing() {
        Refusals.expect(
                places.givenNoPriorActivity()
                        .when(
                                new PlaceCommand.RegisterPlace(
                                        DESK, PlaceKind.SERVICE, "Desk", "Lending"),
                                as(AUDITOR)),
                "access.role-needed");
    }

    @Test
    void is_retired_once_with_a_reason() {
        var retired =
                new PlaceEvent.Retired(DESK, new PersonalText(RELEASE_MANAGER.id(), "closed"));
        places.given(REGISTERED)
                .when(new PlaceCommand.RetirePlace(DESK, "closed"), as(RELEASE_MANAGER))
                .expectEvents(retired);
        Refusals.expect(
                places.given(REGISTERED, retired)
                        .when(new PlaceCommand.RetirePlace(DESK, "closed"), as(RELEASE_MANAGER)),
                "place.retired");
        Refusals.expect(
                places.given(REGISTERED)
                        .when(new PlaceCommand.RetirePlace(DESK, " "), as(RELEASE_MANAGER)),
                "input.required");
    }

    @Test
    void an_administrator_registers_an_environment() {
        environments
                .givenNoPriorActivity()
                .when(new PlaceCommand.RegisterEnvironment(TRIAL, "Trial", true), as(ADMINISTRATOR))
                .expectEvents(new EnvironmentEvent.Registered(TRIAL, "Trial", true));
    }

    @Test
    void nobody_else_registers_an_environment() {
        Refusals.expect(
                environments
                        .givenNoPriorActivity()
                        .when(
                                new PlaceCommand.RegisterEnvironment(TRIAL, "Trial", false),
                                as(RELEASE_MANAGER)),
                "access.role-needed");
    }

    @Test
    void the_product_registers_the_first_environments_of_which_one_is_production() {
        for (var first : FirstEnvironments.FIRST) {
            new AggregateTestFixture<>(EnvironmentAggregate.class)
                    .givenNoPriorActivity()
                    .when(first, as(Actor.system()))
                    .expectSuccessfulHandlerExecution();
        }
        assertThat(FirstEnvironments.FIRST)
                .filteredOn(PlaceCommand.RegisterEnvironment::production)
                .extracting(e -> e.id().value())
                .containsExactly("production");
    }

    @ParameterizedTest
    @ValueSource(strings = {"loan-desk", "credit.", "credit.Loan", "credit.<b>", "../etc.passwd"})
    void refuses_an_id_in_any_other_form(String id) {
        assertThat(Refusals.of(() -> new PlaceId(id)).code()).isEqualTo("input.invalid");
    }
}
