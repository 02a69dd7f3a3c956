package io.countersign.governance.deployment;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.RELEASE_MANAGER;
import static io.countersign.testing.Subjects.CARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.bias.AssessmentCommand;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.AssessmentStatus;
import io.countersign.governance.bias.Assessments;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.Models;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.FirstEnvironments;
import io.countersign.governance.place.PlaceCommand;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.place.Places;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.CoreTest;
import io.countersign.testing.Held;
import io.countersign.testing.Refusals;
import io.countersign.testing.StoredLog;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.Lifecycle;

@CoreTest
class DeploymentIT {
    private static final ProjectId PROJECT = new ProjectId("gated");
    private static final Visibility OTHERS = Visibility.of(Set.of(new ProjectId("another")));

    @Autowired Commands commands;
    @Autowired FirstEnvironments environments;
    @Autowired ReadPosition positions;
    @Autowired Models models;
    @Autowired Places places;
    @Autowired Assessments assessments;
    @Autowired Deployments deployments;
    @Autowired EvidenceStore store;

    @Autowired
    @Qualifier("processors")
    Lifecycle processors;

    @Test
    void an_unsigned_version_is_asked_for_refused_and_shown_with_the_gates_reasons() {
        environments.ensure();
        environments.ensure();
        commands.send(
                new ProjectCommand.Register(
                        PROJECT, "G", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                ENGINEER);
        var model = ModelId.of(PROJECT, "scorer");
        var version = ModelVersionId.of(model, "1.0");
        commands.send(new ModelCommand.Register(model, "Scorer", ""), ENGINEER);
        var register =
                new ModelCommand.RegisterVersion(
                        version,
                        Sha256.of("a"),
                        "0123abc",
                        List.of(),
                        List.of(),
                        List.of(),
                        CARD,
                        "");
        commands.send(register, ENGINEER);
        assertThat(Refusals.of(() -> commands.send(register, ENGINEER)).code())
                .isEqualTo("subject.exists");
        var desk = PlaceId.of(PROJECT, "desk");
        commands.send(
                new PlaceCommand.RegisterPlace(desk, PlaceKind.SERVICE, "Desk", "T"), ENGINEER);
        var assessment = AssessmentId.random(version, new Random(1));
        commands.send(
                new AssessmentCommand.Start(
                        assessment,
                        null,
                        StoredLog.in(store, "f"),
                        "log.csv",
                        new ColumnMapping(
                                new ColumnMapping.Prediction(
                                        "p",
                                        new ColumnMapping.Classes(List.of("1"), List.of("0")),
                                        true),
                                null,
                                List.of("sex"),
                                List.of(),
                                ColumnMapping.Unlisted.REFUSE),
                        "four-fifths"),
                ENGINEER);
        var id = DeploymentId.random(PROJECT, new Random(1));
        // The product asks by itself once somebody requests; held, so that the answers are ours.
        var asked =
                Held.still(
                        processors,
                        () -> {
                            commands.send(
                                    new DeploymentCommand.Request(
                                            id,
                                            version,
                                            new EnvironmentId("production"),
                                            desk,
                                            Sha256.of("a"),
                                            "go"),
                                    ENGINEER);
                            var first = commands.send(new DeploymentCommand.AskGate(id), ENGINEER);
                            assertThat(repeats(id)).isZero();
                            var again = commands.send(new DeploymentCommand.AskGate(id), ENGINEER);
                            assertThat(again.eventIds()).isEmpty();
                            assertThat(repeats(id)).isEqualTo(1);
                            assertThat(
                                            Refusals.of(() ->
                                                            commands.send(
                                                                    new DeploymentCommand.Activate(
                                                                            id),
                                                                    RELEASE_MANAGER))
                                                    .code())
                                    .isEqualTo("deployment.gate-closed");
                            assertThat(repeats(id)).isEqualTo(1);
                            return first;
                        });
        positions.await(asked.eventIds().getLast(), Duration.ofSeconds(20));
        var at = positions.now();
        var row = deployments.find(id, at, Visibility.ALL).orElseThrow();
        assertThat(row.gateOpen()).isFalse();
        assertThat(row.gateReasons())
                .contains("model-signed-off: gated.scorer@1.0 is not signed off");
        assertThat(row.comment()).hasToString("go");
        var filter =
                new Deployments.Filter(
                        PROJECT, version, row.environment(), DeploymentStatus.REQUESTED, null);
        assertThat(deployments.list(filter, 10, at, Visibility.ALL)).containsExactly(row);
        assertThat(deployments.list(Deployments.Filter.NONE, 10, at, OTHERS)).isEmpty();
        assertThat(
                        deployments.list(
                                new Deployments.Filter(PROJECT, null, null, null, id),
                                10,
                                at,
                                Visibility.ALL))
                .isEmpty();
        assertThat(deployments.current(null, 10, at)).contains(id);
        assertThat(models.versionsOf(model, at, Visibility.ALL)).hasSize(1);
        assertThat(models.findVersion(version, at, Visibility.ALL).orElseThrow().modelCard())
                .isEqualTo(CARD);
        assertThat(models.list(PROJECT, null, 10, at, Visibility.ALL)).hasSize(1);
        assertThat(models.find(model, at, OTHERS)).isEmpty();
        assertThat(places.find(desk, at, Visibility.ALL)).isPresent();
        assertThat(places.environments(at))
                .extracting(e -> e.id().value())
                .contains("development", "production", "staging");
        assertThat(assessments.of(version, at, Visibility.ALL))
                .extracting(Assessments.Row::status)
                .containsExactly(AssessmentStatus.RUNNING);
    }

    private long repeats(DeploymentId id) {
        return deployments.repeats(id).orElseThrow().repeats();
    }
}
