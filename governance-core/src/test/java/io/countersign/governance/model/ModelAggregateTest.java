package io.countersign.governance.model;

import static io.countersign.testing.People.AUDITOR;
import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.VALIDATOR;
import static io.countersign.testing.People.as;
import static io.countersign.testing.Subjects.CARD;
import static io.countersign.testing.Subjects.DATA;
import static io.countersign.testing.Subjects.MODEL;
import static io.countersign.testing.Subjects.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.DatasetVersions;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.project.Projects;
import io.countersign.governance.shared.PersonalText;
import io.countersign.testing.History;
import io.countersign.testing.People;
import io.countersign.testing.Refusals;
import io.countersign.testing.Subjects;
import java.util.List;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelAggregateTest {
    private static final String PAYLOAD = "<script>alert('1')</script>\"><img src=x onerror=a()>";
    private static final DatasetVersionId ELSEWHERE = new DatasetVersionId("fraud.cards@1.0");

    private final History history =
            History.ofProject()
                    .add(MODEL.ref(), Subjects.model())
                    .add(DATA.ref(), Subjects.dataset(DATA))
                    .add(ELSEWHERE.ref(), Subjects.dataset(ELSEWHERE));
    private final FixtureConfiguration<ModelAggregate> models =
            with(new AggregateTestFixture<>(ModelAggregate.class));
    private final FixtureConfiguration<ModelVersionAggregate> versions =
            with(new AggregateTestFixture<>(ModelVersionAggregate.class));

    private <T> FixtureConfiguration<T> with(FixtureConfiguration<T> fixture) {
        return fixture.registerInjectableResource(history.make(Projects.class))
                .registerInjectableResource(history.make(ModelVersions.class))
                .registerInjectableResource(history.make(DatasetVersions.class));
    }

    private static ModelCommand.RegisterVersion version(
            String commit, List<DatasetVersionId> training, List<ModelMetric> metrics) {
        return new ModelCommand.RegisterVersion(
                VERSION, Subjects.ARTIFACT, commit, training, List.of(), metrics, CARD, "");
    }

    @Nested
    class Registering_a_model {
        @Test
        void makes_the_registrant_its_owner_and_keeps_html_as_text() {
            models.givenNoPriorActivity()
                    .when(new ModelCommand.Register(MODEL, PAYLOAD, PAYLOAD), as(ENGINEER))
                    .expectEvents(
                            new ModelEvent.Registered(MODEL, PAYLOAD, PAYLOAD, ENGINEER.id()));
        }

        @Test
        void needs_the_role_requester() {
            Refusals.expect(
                    models.givenNoPriorActivity()
                            .when(new ModelCommand.Register(MODEL, "Scorer", ""), as(AUDITOR)),
                    "access.role-needed");
        }

        @Test
        void needs_a_name() {
            Refusals.expect(
                    models.givenNoPriorActivity()
                            .when(new ModelCommand.Register(MODEL, " ", ""), as(ENGINEER)),
                    "input.required");
        }

        @Test
        void is_refused_in_a_retired_project() {
            history.add(
                    ProjectCommand.ref(People.PROJECT),
                    new ProjectEvent.Retired(
                            People.PROJECT, new PersonalText(ENGINEER.id(), "over")));
            Refusals.expect(
                    models.givenNoPriorActivity()
                            .when(new ModelCommand.Register(MODEL, "Scorer", ""), as(ENGINEER)),
                    "project.retired");
        }
    }

    @Nested
    class Registering_a_version {
        @Test
        void makes_the_registrant_its_developer_and_names_each_dataset_once() {
            var auc = new ModelMetric("AUC", "0.870", DATA);
            versions.givenNoPriorActivity()
                    .when(version(" 0123ABC ", List.of(DATA, DATA), List.of(auc)), as(ENGINEER))
                    .expectEvents(
                            new ModelEvent.VersionRegistered(
                                    VERSION,
                                    Subjects.ARTIFACT,
                                    "0123abc",
                                    List.of(DATA),
                                    List.of(),
                                    List.of(auc),
                                    CARD,
                                    "",
                                    ENGINEER.id()));
        }

        @Test
        void refuses_a_dataset_that_does_not_exist() {
            var unknown = new DatasetVersionId("credit.applications@9.9");
            Refusals.expect(
                    versions.givenNoPriorActivity()
                            .when(version("0123abc", List.of(unknown), List.of()), as(ENGINEER)),
                    "dataset.version-unknown");
            Refusals.expect(
                    versions.givenNoPriorActivity()
                            .when(
                                    version(
                                            "0123abc",
                                            List.of(),
                                            List.of(new ModelMetric("AUC", "1", unknown))),
                                    as(ENGINEER)),
                    "dataset.version-unknown");
        }

        @Test
        void refuses_a_dataset_of_a_project_one_cannot_see_as_if_it_did_not_exist() {
            Refusals.expect(
                    versions.givenNoPriorActivity()
                            .when(version("0123abc", List.of(ELSEWHERE), List.of()), as(ENGINEER)),
                    "dataset.version-unknown");
        }

        @Test
        void refuses_a_version_of_a_model_that_does_not_exist() {
            var id = new ModelVersionId("credit.other@1.0");
            Refusals.expect(
                    versions.givenNoPriorActivity()
                            .when(
                                    new ModelCommand.RegisterVersion(
                                            id,
                                            Subjects.ARTIFACT,
                                            "0123abc",
                                            List.of(),
                                            List.of(),
                                            List.of(),
                                            CARD,
                                            ""),
                                    as(ENGINEER)),
                    "model.unknown");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "012345", "main", "0123abg", "0123abc; rm"})
        void refuses_a_commit_that_is_no_git_hash(String commit) {
            Refusals.expect(
                    versions.givenNoPriorActivity()
                            .when(version(commit, List.of(), List.of()), as(ENGINEER)),
                    "input.invalid");
        }

        @Test
        void refuses_two_values_of_one_metric() {
            Refusals.expect(
                    versions.givenNoPriorActivity()
                            .when(
                                    version(
                                            "0123abc",
                                            List.of(),
                                            List.of(
                                                    new ModelMetric("AUC", "0.8", null),
                                                    new ModelMetric("AUC", "0.9", null))),
                                    as(ENGINEER)),
                    "model.metric-twice");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "high", "1e999999999", "NaN", "0,8", "=1+1"})
        void takes_decimal_numbers_only(String value) {
            assertThat(Refusals.of(() -> new ModelMetric("AUC", value, null)).code())
                    .isEqualTo("input.invalid");
        }
    }

    @Nested
    class Writing_the_model_card {
        private final ModelCard more =
                new ModelCard(PAYLOAD, "use", "", "", "", "", "", "", "caveats");

        @Test
        void replaces_it_and_keeps_html_as_text() {
            versions.given(Subjects.version())
                    .when(new ModelCommand.WriteModelCard(VERSION, more), as(ENGINEER))
                    .expectEvents(new ModelEvent.CardWritten(VERSION, more));
        }

        @Test
        void does_nothing_where_it_says_the_same() {
            versions.given(Subjects.version())
                    .when(new ModelCommand.WriteModelCard(VERSION, CARD), as(ENGINEER))
                    .expectNoEvents()
                    .expectSuccessfulHandlerExecution();
        }

        @Test
        void is_for_requesters() {
            Refusals.expect(
                    versions.given(Subjects.version())
                            .when(new ModelCommand.WriteModelCard(VERSION, more), as(VALIDATOR)),
                    "access.role-needed");
        }

        @Test
        void names_the_sections_not_written_yet() {
            assertThat(CARD.missing()).isEmpty();
            assertThat(more.missing())
                    .containsExactly(
                            "factors",
                            "metrics",
                            "evaluation data",
                            "training data",
                            "quantitative analyses",
                            "ethical considerations");
        }
    }

    @Nested
    class Retiring_a_version {
        private final ModelEvent.VersionRetired retired =
                new ModelEvent.VersionRetired(VERSION, new PersonalText(OFFICER.id(), "old"));

        @Test
        void is_on_record_with_its_reason() {
            versions.given(Subjects.version())
                    .when(new ModelCommand.RetireVersion(VERSION, "old"), as(OFFICER))
                    .expectEvents(retired);
        }

        @Test
        void leaves_nothing_to_change() {
            Refusals.expect(
                    versions.given(Subjects.version(), retired)
                            .when(new ModelCommand.RetireVersion(VERSION, "old"), as(OFFICER)),
                    "model.version-retired");
            Refusals.expect(
                    versions.given(Subjects.version(), retired)
                            .when(
                                    new ModelCommand.WriteModelCard(VERSION, ModelCard.EMPTY),
                                    as(ENGINEER)),
                    "model.version-retired");
        }
    }
}
