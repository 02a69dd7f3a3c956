package io.countersign.governance.automation;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.RISK_OWNER;
import static io.countersign.testing.Subjects.CARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.bias.AssessmentCommand;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.RuleSets;
import io.countersign.governance.bias.engine.Assessment;
import io.countersign.governance.bias.engine.Cell;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.configuration.ConfigurationCommand;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.RiskRegister;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.Visibility;
import io.countersign.testing.CoreTest;
import io.countersign.testing.Refusals;
import io.countersign.testing.StoredLog;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@CoreTest
class FailedAssessmentsIT {
    private static final ProjectId PROJECT = new ProjectId("measured");
    private static final ModelId MODEL = ModelId.of(PROJECT, "scorer");
    private static final Random RANDOM = new Random(7);
    private static final ColumnMapping MAPPING =
            new ColumnMapping(
                    new ColumnMapping.Prediction(
                            "p", new ColumnMapping.Classes(List.of("1"), List.of("0")), true),
                    null,
                    List.of("sex"),
                    List.of(),
                    ColumnMapping.Unlisted.REFUSE);

    @Autowired Commands commands;
    @Autowired ReadPosition positions;
    @Autowired RiskRegister register;
    @Autowired RuleSets rules;
    @Autowired EvidenceStore store;
    @Autowired AuditTrail trail;

    @Test
    void a_failure_raises_one_risk_which_recurs_and_closes_only_after_a_pass_by_somebody_else() {
        commands.send(
                new ProjectCommand.Register(
                        PROJECT, "M", "p", "i", "t", List.of("EU"), RiskTier.HIGH),
                ENGINEER);
        commands.send(new ModelCommand.Register(MODEL, "Scorer", ""), ENGINEER);
        var first = version("1.0");
        var failed = assess(first, 40, 60);

        var risk = awaited(0);
        assertThat(risk.title()).isEqualTo("measured.scorer fails bias rule set four-fifths");
        assertThat(risk.description()).contains("four-fifths", "female", "0.6667", "4/5");
        assertThat(risk.category()).isEqualTo("bias-and-fairness");
        assertThat(risk.subjects()).containsExactly(first.ref(), MODEL.ref());
        assertThat(risk.causeEventId()).isEqualTo(failed);
        assertThat(risk.current()).hasToString("4 × 4");
        var raised =
                trail.newest(
                                AuditTrail.Filter.about(risk.id().ref()),
                                Long.MAX_VALUE,
                                10,
                                positions.now(),
                                Visibility.ALL)
                        .getLast();
        assertThat(raised.causation()).isEqualTo(failed);

        commands.send(new RiskCommand.AssignOwner(risk.id(), RISK_OWNER.id()), OFFICER);
        assertThat(closing(risk.id(), OFFICER)).isEqualTo("risk.not-measured-since");

        var second = version("2.0");
        assess(second, 30, 60);
        assertThat(awaited(1).subjects()).contains(first.ref(), second.ref());

        // A pass of a version registered before the one that failed last, and one under other
        // rules.
        assess(first, 58, 60);
        assertThat(missing(risk.id()))
                .contains(
                        "an assessment of 'measured.scorer@2.0', or of a version registered after"
                                + " it, under rule set 'four-fifths' 1.0 or newer",
                        "is of a model version registered before the one that failed");
        adopt("gentler", "1.0");
        assess(version("3.0"), "gentler", 58, 60);
        assertThat(missing(risk.id())).contains("is of rule set 'gentler'");
        adopt("four-fifths", "0.9");
        assess(version("4.0"), 58, 60);
        assertThat(missing(risk.id())).contains("is of the rule set's version 0.9");

        adopt("four-fifths", "1.1");
        var passing = version("5.0");
        assess(passing, 58, 60);
        assertThat(closing(risk.id(), RISK_OWNER)).isEqualTo("risk.own-closure");
        var closed =
                commands.send(new RiskCommand.Close(risk.id(), "Measured again"), OFFICER)
                        .eventIds()
                        .getLast();
        positions.await(closed, Duration.ofSeconds(20));
        assertThat(risks()).singleElement().satisfies(r -> assertThat(r.open()).isFalse());
    }

    /** The rule set of four fifths under a name and a version. */
    private void adopt(String name, String version) {
        commands.send(
                new ConfigurationCommand.Adopt(
                        "bias/" + name + ".yml",
                        """
                        name: %s
                        version: "%s"
                        description: Four fifths
                        minimumGroupSize: 30
                        rules:
                          - id: four-fifths
                            metric: impact-ratio
                            limit: 4/5
                        """
                                .formatted(name, version),
                        "For the test"),
                OFFICER);
    }

    private String missing(RiskId risk) {
        var refusal =
                Refusals.of(() -> commands.send(new RiskCommand.Close(risk, "Done"), OFFICER));
        assertThat(refusal.code()).isEqualTo("risk.not-measured-since");
        return refusal.message();
    }

    private String closing(RiskId risk, Actor actor) {
        return Refusals.of(() -> commands.send(new RiskCommand.Close(risk, "Done"), actor)).code();
    }

    private ModelVersionId version(String label) {
        var version = ModelVersionId.of(MODEL, label);
        commands.send(
                new ModelCommand.RegisterVersion(
                        version,
                        Sha256.of(label),
                        "0123abc",
                        List.of(),
                        List.of(),
                        List.of(),
                        CARD,
                        ""),
                ENGINEER);
        return version;
    }

    /** Of a hundred each, so many women and men are selected; the event that says so. */
    private String assess(ModelVersionId version, long women, long men) {
        return assess(version, "four-fifths", women, men);
    }

    private String assess(ModelVersionId version, String ruleSet, long women, long men) {
        var id = AssessmentId.random(version, RANDOM);
        var log = StoredLog.in(store, id.value());
        commands.send(
                new AssessmentCommand.Start(id, null, log, "log.csv", MAPPING, ruleSet), ENGINEER);
        var result =
                Assessment.of(
                        log,
                        MAPPING,
                        rules.pinned(ruleSet).rules(),
                        List.of(
                                cell("female", Cell.Outcome.POSITIVE, women),
                                cell("female", Cell.Outcome.NEGATIVE, 100 - women),
                                cell("male", Cell.Outcome.POSITIVE, men),
                                cell("male", Cell.Outcome.NEGATIVE, 100 - men)));
        return commands.send(new AssessmentCommand.Complete(id, result), Actor.system())
                .eventIds()
                .getLast();
    }

    private static Cell cell(String sex, Cell.Outcome prediction, long rows) {
        return new Cell(prediction, Cell.Outcome.MISSING, List.of(sex), rows);
    }

    private RiskRegister.Row awaited(int recurrences) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        this::risks,
                        risks -> risks.size() == 1 && risks.getFirst().recurrences() == recurrences)
                .getFirst();
    }

    private List<RiskRegister.Row> risks() {
        return register.list(
                new RiskRegister.Filter(PROJECT, null, null, null, null, null, null),
                null,
                10,
                positions.now(),
                Visibility.ALL);
    }
}
