package io.countersign.governance.deployment;

import static io.countersign.testing.People.NOW;
import static io.countersign.testing.Subjects.ARTIFACT;
import static io.countersign.testing.Subjects.DATA;
import static io.countersign.testing.Subjects.UNTIL;
import static io.countersign.testing.Subjects.VERSION;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.intake.IntakeDecision;
import io.countersign.governance.intake.Questions;
import io.countersign.governance.model.ModelEvent;
import io.countersign.governance.model.OpenRisks;
import io.countersign.governance.model.SignOffEvidence;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.Policy;
import io.countersign.governance.policy.PolicyFile;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.policy.ShippedPolicies;
import io.countersign.governance.policy.Waived;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.WaivedGates;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.testing.History;
import io.countersign.testing.People;
import io.countersign.testing.Subjects;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveGateTest {
    private static final SubjectRef SELF = DeploymentAggregateTest.ID.ref();
    private static final DeploymentState STATE =
            DeploymentState.NONE.evolve(DeploymentAggregateTest.REQUESTED, NOW);

    private final History history =
            History.ofProject()
                    .add(DATA.ref(), Subjects.dataset(DATA))
                    .add(VERSION.ref(), Subjects.version())
                    .add(SELF, DeploymentAggregateTest.REQUESTED);
    private List<OpenRisks.OpenRisk> risks = List.of();
    private List<Waived> waived = List.of();
    private boolean waivable;

    private final PoliciesInForce policies =
            new PoliciesInForce() {
                @Override
                public InForce forSubject(SubjectKind kind) {
                    return new InForce(
                            new PolicyRef("deployment", 1, Sha256.of("policy")),
                            waivable ? waivable() : shipped());
                }

                @Override
                public Policy adopted(PolicyRef ref) {
                    return shipped();
                }
            };

    @BeforeEach
    void everything_in_order() {
        history.answering(OpenRisks.class, _ -> risks)
                .answering(
                        WaivedGates.class,
                        (subject, _) -> subject.equals(SELF) ? waived : List.of())
                .answering(SignOffEvidence.class, _ -> Optional.empty());
        approve(DATA.ref(), "content", Sha256.of("content"));
    }

    private static Policy shipped() {
        try (var in =
                LiveGateTest.class.getResourceAsStream(
                        "/countersign-config/policies/deployment.yml")) {
            return PolicyFile.parse("deployment.yml", in.readAllBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As shipped, but its last gate may be waived. */
    private static Policy waivable() {
        var text = new String(ShippedPolicies.bytes("policies/deployment.yml"), UTF_8);
        return PolicyFile.parse(
                "deployment.yml",
                text.replace(
                                "    when: risks.openCritical == 0\n",
                                "    when: risks.openCritical == 0\n"
                                        + "    waivable: {by: [risk-owner], at-most: P90D}\n")
                        .getBytes(UTF_8));
    }

    private static Waived waiver(String gate, @Nullable String environment, Instant until) {
        return new Waived(gate, "credit.w-7f3k2a9d", environment, until, "In repair.", null);
    }

    private void approve(SubjectRef subject, String name, Sha256 digest) {
        history.add(
                Review.stream(subject),
                Subjects.approved(
                        subject,
                        new Manifest(
                                List.of(new Manifest.Item(name, subject, digest, "as given")))));
    }

    private void signOffAndApprove(Sha256 signed) {
        approve(VERSION.ref(), "artifact", signed);
        approve(SELF, "artifact", ARTIFACT);
    }

    private DeploymentGate.Answer answerAt(Instant now, PoliciesInForce policies) {
        return history.answering(Clock.class, Clock.fixed(now, ZoneOffset.UTC))
                .answering(PoliciesInForce.class, policies)
                .make(LiveGate.class)
                .answer(STATE);
    }

    private DeploymentGate.Answer answer() {
        return answerAt(NOW, policies);
    }

    @Test
    void is_open_when_everything_is_in_order() {
        signOffAndApprove(ARTIFACT);
        assertThat(answer().reasons()).isEmpty();
        assertThat(answer().yes()).isTrue();
        assertThat(answer().gates()).hasSize(7);
    }

    @Test
    void is_closed_for_a_version_without_sign_off() {
        approve(SELF, "artifact", ARTIFACT);
        assertThat(answer().reasons())
                .contains("model-signed-off: credit.scorer@1.0 is not signed off");
    }

    @Test
    void is_closed_before_the_deployment_itself_is_approved() {
        approve(VERSION.ref(), "artifact", ARTIFACT);
        assertThat(answer().reasons())
                .containsExactly(
                        "the deployment is not approved: its approval has not been asked for");
    }

    @Test
    void is_closed_for_another_artifact_than_was_signed() {
        signOffAndApprove(Sha256.of("another"));
        assertThat(answer().reasons()).singleElement().asString().startsWith("digest-as-signed:");
    }

    @Test
    void is_closed_at_the_very_end_of_the_sign_off_with_no_timer_fired() {
        signOffAndApprove(ARTIFACT);
        assertThat(answerAt(UNTIL.minusMillis(1), policies).yes()).isTrue();
        assertThat(answerAt(UNTIL, policies).reasons())
                .anyMatch(reason -> reason.startsWith("sign-off-not-expired:"))
                .anyMatch(reason -> reason.startsWith("data-approved:"))
                .anyMatch(reason -> reason.startsWith("the approval of the deployment ended"));
    }

    @Test
    void is_closed_when_the_sign_off_is_revoked_or_stale() {
        signOffAndApprove(ARTIFACT);
        history.add(
                Review.stream(VERSION.ref()),
                new ReviewEvent.Revoked(
                        Review.stream(VERSION.ref()),
                        1,
                        People.OFFICER.id(),
                        Role.COMPLIANCE_OFFICER,
                        new PersonalText(People.OFFICER.id(), "harm")));
        assertThat(answer().reasons())
                .anyMatch(reason -> reason.startsWith("sign-off-not-revoked:"));
    }

    @Test
    void is_closed_from_the_moment_the_intake_finds_a_prohibited_practice() {
        signOffAndApprove(ARTIFACT);
        assertThat(answer().yes()).isTrue();
        var answers = Questions.harmless();
        answers.put("bannedPractices", List.of("social-scoring"));
        history.add(
                ProjectCommand.ref(People.PROJECT),
                new ProjectEvent.IntakeAnswered(
                        People.PROJECT,
                        IntakeDecision.decide(Questions.shipped(), answers, People.ENGINEER.id())));
        assertThat(answer().reasons())
                .contains(
                        "not-prohibited: the project's risk tier is 'prohibited', and nothing in it"
                                + " is approved");
    }

    @Test
    void is_closed_when_a_training_dataset_is_no_longer_approved() {
        signOffAndApprove(ARTIFACT);
        history.add(
                Review.stream(DATA.ref()),
                new ReviewEvent.BecameStale(Review.stream(DATA.ref()), 1, "e-1", "worse"));
        assertThat(answer().reasons())
                .containsExactly(
                        "data-approved: not approved or no longer in force:"
                                + " credit.applications@1.0");
    }

    @Test
    void is_closed_while_a_critical_risk_is_open_and_not_for_a_lesser_one() {
        signOffAndApprove(ARTIFACT);
        risks = List.of(new OpenRisks.OpenRisk("credit.r-1", false));
        assertThat(answer().yes()).isTrue();
        risks = List.of(new OpenRisks.OpenRisk("credit.r-2", true));
        assertThat(answer().reasons()).containsExactly("no-open-critical-risk: 1 open: credit.r-2");
    }

    @Test
    void lets_a_waived_gate_pass_until_the_waiver_ends_and_names_it_then_with_no_timer_fired() {
        signOffAndApprove(ARTIFACT);
        risks = List.of(new OpenRisks.OpenRisk("credit.r-2", true));
        var end = NOW.plusSeconds(60);
        waived = List.of(waiver("no-open-critical-risk", null, end));
        assertThat(answer().yes()).as("the policy lets no gate be waived").isFalse();
        waivable = true;
        assertThat(answer().yes()).isTrue();
        assertThat(answer().gates().getLast().status()).isEqualTo(GateResult.Status.WAIVED);
        assertThat(answerAt(end.minusMillis(1), policies).yes()).isTrue();
        assertThat(answerAt(end, policies).reasons())
                .containsExactly(
                        "no-open-critical-risk: 1 open: credit.r-2; the waiver credit.w-7f3k2a9d"
                                + " ended at "
                                + end);
    }

    @Test
    void stays_closed_for_a_waiver_of_another_gate_or_environment() {
        signOffAndApprove(ARTIFACT);
        waivable = true;
        risks = List.of(new OpenRisks.OpenRisk("credit.r-2", true));
        waived = List.of(waiver("data-approved", null, UNTIL));
        assertThat(answer().reasons()).containsExactly("no-open-critical-risk: 1 open: credit.r-2");
        waived = List.of(waiver("no-open-critical-risk", "elsewhere", UNTIL));
        assertThat(answer().reasons()).containsExactly("no-open-critical-risk: 1 open: credit.r-2");
        waived =
                List.of(
                        waiver(
                                "no-open-critical-risk",
                                DeploymentAggregateTest.REQUESTED.environment().value(),
                                UNTIL));
        assertThat(answer().yes()).isTrue();
    }

    @Test
    void is_closed_for_a_retired_version_and_without_a_policy() {
        signOffAndApprove(ARTIFACT);
        var none =
                new PoliciesInForce() {
                    @Override
                    public InForce forSubject(SubjectKind kind) {
                        throw new CommandRefused(
                                Refusal.conflict("policy.none", "No policy is adopted."));
                    }

                    @Override
                    public Policy adopted(PolicyRef ref) {
                        throw new AssertionError();
                    }
                };
        assertThat(answerAt(NOW, none).reasons()).containsExactly("No policy is adopted.");
        history.add(
                VERSION.ref(),
                new ModelEvent.VersionRetired(
                        VERSION, new PersonalText(People.ENGINEER.id(), "old")));
        assertThat(answer().yes()).isFalse();
    }
}
