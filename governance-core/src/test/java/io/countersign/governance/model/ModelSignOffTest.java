package io.countersign.governance.model;

import static io.countersign.testing.People.NOW;
import static io.countersign.testing.Subjects.ARTIFACT;
import static io.countersign.testing.Subjects.DATA;
import static io.countersign.testing.Subjects.UNTIL;
import static io.countersign.testing.Subjects.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.dataset.DatasetApproval;
import io.countersign.governance.policy.Facts;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.PolicyFile;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.Snapshot;
import io.countersign.governance.review.Stake;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.History;
import io.countersign.testing.People;
import io.countersign.testing.Refusals;
import io.countersign.testing.Subjects;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelSignOffTest {
    private final History history =
            History.ofProject()
                    .add(DATA.ref(), Subjects.dataset(DATA))
                    .add(VERSION.ref(), Subjects.version());
    private List<OpenRisks.OpenRisk> risks = List.of();
    private SignOffEvidence.@Nullable LatestAssessment assessment;

    @BeforeEach
    void answers() {
        history.answering(OpenRisks.class, _ -> risks)
                .answering(SignOffEvidence.class, _ -> Optional.ofNullable(assessment));
    }

    private Snapshot snapshot(Instant now) {
        return history.make(ModelSignOff.class).snapshot(VERSION.ref(), now);
    }

    private List<String> closed(String policy, Snapshot snapshot) {
        try (var in =
                ModelSignOffTest.class.getResourceAsStream(
                        "/countersign-config/policies/" + policy + ".yml")) {
            return PolicyFile.parse(policy + ".yml", in.readAllBytes())
                    .evaluate(new Facts(snapshot.facts()), snapshot.riskTier())
                    .closed()
                    .stream()
                    .map(GateResult::gate)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void approveData() {
        history.add(
                Review.stream(DATA.ref()),
                Subjects.approved(
                        DATA.ref(),
                        new Manifest(
                                List.of(
                                        new Manifest.Item(
                                                "content",
                                                DATA.ref(),
                                                Sha256.of("content"),
                                                "x")))));
    }

    private static SignOffEvidence.LatestAssessment assessment(Sha256 artifact, String verdict) {
        return new SignOffEvidence.LatestAssessment(
                new SubjectRef(SubjectKind.ASSESSMENT, VERSION + "/7f3k2a9d"),
                VERSION,
                artifact,
                verdict,
                Sha256.of(verdict),
                Map.of(
                        "id",
                        "a",
                        "verdict",
                        verdict,
                        "ruleSet",
                        "four-fifths 1.0",
                        "failures",
                        List.of()));
    }

    @Test
    void opens_every_gate_of_the_shipped_policy_when_everything_is_in_order() {
        approveData();
        assessment = assessment(ARTIFACT, "pass");
        assertThat(closed("model-sign-off", snapshot(NOW))).isEmpty();
    }

    @Test
    void closes_the_gates_of_what_is_missing() {
        assertThat(closed("model-sign-off", snapshot(NOW)))
                .containsExactly("training-data-approved", "bias-assessed", "bias-within-limits");
    }

    @Test
    void closes_when_the_assessment_was_of_another_artifact_or_failed() {
        approveData();
        assessment = assessment(Sha256.of("other"), "fail");
        assertThat(closed("model-sign-off", snapshot(NOW)))
                .containsExactly("bias-assessed", "bias-within-limits");
    }

    @Test
    void closes_when_the_approval_of_the_data_has_run_out() {
        approveData();
        assessment = assessment(ARTIFACT, "pass");
        assertThat(closed("model-sign-off", snapshot(UNTIL)))
                .containsExactly("training-data-approved");
    }

    @Test
    void closes_while_a_critical_risk_is_open() {
        approveData();
        assessment = assessment(ARTIFACT, "pass");
        risks = List.of(new OpenRisks.OpenRisk("credit.r-1", true));
        assertThat(closed("model-sign-off", snapshot(NOW)))
                .containsExactly("no-open-critical-risk");
    }

    @Test
    void gives_the_same_manifest_at_any_time_and_another_when_something_moves() {
        approveData();
        var before = snapshot(NOW).manifest();
        assertThat(snapshot(UNTIL).manifest()).isEqualTo(before);
        history.add(
                VERSION.ref(),
                new ModelEvent.CardWritten(
                        VERSION, new ModelCard("d", "", "", "", "", "", "", "", "")));
        risks = List.of(new OpenRisks.OpenRisk("credit.r-1", true));
        assessment = assessment(ARTIFACT, "pass");
        assertThat(snapshot(NOW).manifest().differencesFrom(before))
                .hasSize(3)
                .anyMatch(moved -> moved.contains("model card changed"))
                .anyMatch(moved -> moved.contains("1 open, 1 critical"))
                .anyMatch(moved -> moved.contains("bias assessment was added"));
    }

    @Test
    void names_the_developer_and_the_owner_of_the_data() {
        assertThat(snapshot(NOW).stakes())
                .containsExactly(
                        new Stake(People.ENGINEER.id(), SeparationRule.DEVELOPER),
                        new Stake(People.OTHER_ENGINEER.id(), SeparationRule.DATA_OWNER));
    }

    @Test
    void refuses_a_version_that_does_not_exist() {
        var unknown = new ModelVersionId("credit.scorer@9.9").ref();
        assertThat(
                        Refusals.of(() -> history.make(ModelSignOff.class).snapshot(unknown, NOW))
                                .code())
                .isEqualTo("model.version-unknown");
    }

    @Test
    void data_approval_opens_every_gate_of_a_complete_dataset_and_names_its_owner() {
        var data = history.make(DatasetApproval.class).snapshot(DATA.ref(), NOW);
        assertThat(closed("data-approval", data)).isEmpty();
        assertThat(data.stakes())
                .containsExactly(new Stake(People.OTHER_ENGINEER.id(), SeparationRule.DATA_OWNER));
        assertThat(data.manifest().items()).hasSize(3);
    }
}
