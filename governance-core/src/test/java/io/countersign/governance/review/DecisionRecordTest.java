package io.countersign.governance.review;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.OFFICER;
import static io.countersign.testing.People.VALIDATOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.policy.Evaluation;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.ShippedPolicies;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DecisionRecordTest {
    private final World world =
            new World(
                    new SubjectRef(SubjectKind.MODEL_VERSION, "credit.scorer@1.0"),
                    ShippedPolicies.model(),
                    ShippedPolicies.policy("model-sign-off"));

    @BeforeEach
    void signed_off() {
        world.happens(world.request(), ENGINEER);
        world.happens(world.sign(Role.VALIDATOR, Verdict.APPROVE), VALIDATOR);
        world.happens(world.sign(Role.COMPLIANCE_OFFICER, Verdict.APPROVE), OFFICER);
    }

    /** The record of the events as they are once something in them has been changed. */
    private DecisionRecord record(UnaryOperator<ReviewEvent> change) {
        var review = Review.NONE;
        var steps = new ArrayList<DecisionRecord.Step>();
        for (var event : world.history) {
            var changed = change.apply(event);
            review = review.evolve(changed, world.now);
            steps.add(new DecisionRecord.Step("e-" + steps.size(), world.now, changed));
        }
        var round = review.rounds().getLast();
        return DecisionRecord.of(
                world.subject,
                steps,
                round,
                Objects.requireNonNull(world.editions.get(round.policy())));
    }

    private static List<String> failed(DecisionRecord record) {
        return record.checks().stream()
                .filter(check -> !check.holds())
                .map(DecisionRecord.Check::sentence)
                .toList();
    }

    @Test
    void a_decision_is_computed_again_with_the_same_answer() {
        var record = record(event -> event);
        assertThat(record.same()).isTrue();
        assertThat(record.answers()).hasSize(15);
        assertThat(record.steps())
                .extracting(step -> step.event().getClass().getSimpleName())
                .containsExactly("Requested", "Signed", "Signed", "Approved");
    }

    @Test
    void one_altered_input_of_one_gate_changes_it() {
        var record =
                record(event ->
                        event instanceof ReviewEvent.Signed e
                                        && e.signature().role().equals(Role.VALIDATOR)
                                ? new ReviewEvent.Signed(
                                        e.stream(),
                                        e.round(),
                                        e.signature(),
                                        e.gates().stream()
                                                .map(DecisionRecordTest::withACriticalRisk)
                                                .toList())
                                : event);
        assertThat(record.same()).isFalse();
        assertThat(record.answers().stream().filter(answer -> !answer.same()))
                .singleElement()
                .satisfies(answer -> {
                    assertThat(answer.eventId()).isEqualTo("e-1");
                    assertThat(answer.again().status()).isEqualTo(GateResult.Status.FAILED);
                });
    }

    private static GateResult withACriticalRisk(GateResult gate) {
        var inputs = new HashMap<>(gate.inputs());
        inputs.computeIfPresent("risks.openCritical", (_, _) -> 1L);
        return new GateResult(
                gate.gate(),
                gate.status(),
                gate.sentence(),
                gate.explanation(),
                gate.severity(),
                inputs);
    }

    @Test
    void a_signature_of_another_person_role_manifest_or_time_is_found() {
        assertThat(failed(record(event -> resigned(event, ENGINEER.id(), null, null))))
                .containsExactly(
                        "Nobody signed, or was signed for, who asked for it or has a stake in it.");
        assertThat(failed(record(event -> resigned(event, OFFICER.id(), null, null))))
                .containsExactly("Nobody counts twice.");
        assertThat(failed(record(event -> resigned(event, VALIDATOR.id(), Sha256.of("x"), null))))
                .containsExactly("Every signature that counts was given on this manifest.");
        assertThat(failed(record(event -> resigned(event, VALIDATOR.id(), null, Role.AUDITOR))))
                .containsExactly("The signatures given are those policy asks for.");
    }

    private static ReviewEvent resigned(
            ReviewEvent event,
            io.countersign.governance.shared.UserId signer,
            @org.jspecify.annotations.Nullable Sha256 manifest,
            @org.jspecify.annotations.Nullable Role role) {
        if (!(event instanceof ReviewEvent.Signed e)
                || !e.signature().role().equals(Role.VALIDATOR)) {
            return event;
        }
        var s = e.signature();
        return new ReviewEvent.Signed(
                e.stream(),
                e.round(),
                new Signature(
                        signer,
                        s.onBehalfOf(),
                        role == null ? s.role() : role,
                        s.verdict(),
                        s.meaning(),
                        s.printedName(),
                        s.comment(),
                        s.at(),
                        s.freshAt(),
                        manifest == null ? s.manifest() : manifest),
                e.gates());
    }

    @Test
    void a_pinned_evaluation_that_asked_for_more_signatures_is_found() {
        var record =
                record(event ->
                        event instanceof ReviewEvent.Requested e
                                ? new ReviewEvent.Requested(
                                        e.stream(),
                                        e.round(),
                                        e.project(),
                                        e.riskTier(),
                                        e.requester(),
                                        e.comment(),
                                        e.manifest(),
                                        Sha256.of("another"),
                                        e.policy(),
                                        more(e.evaluation()),
                                        e.excluded(),
                                        e.dueAt())
                                : event);
        assertThat(failed(record))
                .containsExactly(
                        "The signatures given are those policy asks for.",
                        "The manifest's digest is that of its items.");
    }

    private static Evaluation more(Evaluation evaluation) {
        var signatures = new ArrayList<>(evaluation.signatures());
        signatures.add(
                new io.countersign.governance.policy.SignatureRule(Role.RISK_OWNER, 1, "More"));
        return new Evaluation(
                evaluation.gates(),
                signatures,
                evaluation.due(),
                evaluation.validity(),
                evaluation.separation());
    }
}
