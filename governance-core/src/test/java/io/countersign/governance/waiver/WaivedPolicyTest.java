package io.countersign.governance.waiver;

import static io.countersign.testing.People.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.policy.Facts;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.GateResult.Status;
import io.countersign.governance.policy.Policy;
import io.countersign.governance.policy.PolicyFile;
import io.countersign.governance.policy.ShippedPolicies;
import io.countersign.governance.policy.Waived;
import io.countersign.governance.shared.Role;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a waiver does to a gate, and that the record of it answers the gate again. */
class WaivedPolicyTest {
    private static final Instant UNTIL = NOW.plusSeconds(3600);
    private static final Policy POLICY =
            PolicyFile.parse(
                    "p.yml",
                    """
                    subject: deployment
                    title: Test
                    gates:
                      - id: low
                        sentence: No critical risk is open.
                        when: risks.openCritical == 0
                        waivable: {by: [risk-owner], at-most: P90D}
                    signatures:
                      - {role: validator, meaning: Checked}
                    """
                            .getBytes(UTF_8));

    private static Waived waiver(
            String id, @Nullable String environment, Instant until, @Nullable String ended) {
        return new Waived("low", "credit.w-" + id, environment, until, "In repair.", ended);
    }

    private static GateResult answer(Instant now, @Nullable Integer critical, Waived... waivers) {
        var facts = new HashMap<String, Object>();
        facts.put("now", now);
        facts.put("environment", Map.of("key", "staging"));
        facts.put("risks", critical == null ? Map.of() : Map.of("openCritical", critical));
        return POLICY.evaluate(new Facts(facts), "high", List.of(waivers)).gates().getFirst();
    }

    @Test
    void waives_what_does_not_hold_and_leaves_alone_what_does_or_cannot_be_decided() {
        var waiver = waiver("00000001", null, UNTIL, null);
        assertThat(answer(NOW, 1, waiver).status()).isEqualTo(Status.WAIVED);
        assertThat(answer(NOW, 1, waiver).passed()).isTrue();
        assertThat(answer(NOW, 0, waiver)).isEqualTo(answer(NOW, 0));
        assertThat(answer(NOW, null, waiver)).isEqualTo(answer(NOW, null));
        assertThat(answer(NOW, null, waiver).status()).isEqualTo(Status.ERROR);
        assertThat(answer(UNTIL, 1, waiver).status()).isEqualTo(Status.FAILED);
    }

    @Test
    void takes_the_waiver_that_counts_the_longest_and_only_of_this_environment() {
        var gone = waiver("00000001", null, UNTIL.plusSeconds(9), "is revoked");
        var elsewhere = waiver("00000002", "production", UNTIL.plusSeconds(9), null);
        var shorter = waiver("00000003", null, UNTIL.minusSeconds(9), null);
        var here = waiver("00000004", "staging", UNTIL, null);
        assertThat(answer(NOW, 1, gone, elsewhere, shorter, here).waiver())
                .contains("credit.w-00000004");
        assertThat(answer(NOW, 1, gone, elsewhere).status()).isEqualTo(Status.FAILED);
        assertThat(answer(NOW, 1, elsewhere)).isEqualTo(answer(NOW, 1));
    }

    @Test
    void the_recorded_inputs_answer_the_gate_again_and_another_input_answers_otherwise() {
        for (var result :
                List.of(
                        answer(NOW, 1, waiver("00000001", "staging", UNTIL, null)),
                        answer(NOW, 1, waiver("00000001", null, UNTIL, null)),
                        answer(UNTIL, 1, waiver("00000001", null, UNTIL, null)),
                        answer(NOW, 1, waiver("00000001", null, UNTIL, "is revoked")),
                        answer(NOW, 1),
                        answer(NOW, 0))) {
            assertThat(POLICY.replay(result)).isEqualTo(result);
        }
        var waived = answer(NOW, 1, waiver("00000001", "staging", UNTIL, null));
        for (var altered :
                Map.of(
                                "now",
                                UNTIL.toString(),
                                "waived.until",
                                NOW.toString(),
                                "waived.ended",
                                "is revoked",
                                "waived.in",
                                "production",
                                "environment.key",
                                "production",
                                "risks.openCritical",
                                0L)
                        .entrySet()) {
            var inputs = new HashMap<>(waived.inputs());
            inputs.put(altered.getKey(), altered.getValue());
            assertThat(
                            POLICY.replay(
                                            new GateResult(
                                                    waived.gate(),
                                                    waived.status(),
                                                    waived.sentence(),
                                                    waived.explanation(),
                                                    waived.severity(),
                                                    inputs))
                                    .status())
                    .as(altered.getKey())
                    .isNotEqualTo(Status.WAIVED);
        }
    }

    @Test
    void a_waiver_is_signed_by_one_of_the_roles_its_gate_names_and_by_nobody_where_none_is_known() {
        var policy = ShippedPolicies.policy("waiver");
        var facts = new HashMap<String, Object>();
        facts.put("now", NOW);
        var waiver = new HashMap<String, Object>();
        waiver.put("waivable", true);
        waiver.put("until", UNTIL);
        waiver.put("gate", "low");
        waiver.put("by", List.of("risk-owner", "compliance-officer"));
        facts.put("waiver", waiver);
        var evaluation = policy.evaluate(new Facts(facts), "low");
        assertThat(evaluation.closed()).isEmpty();
        var demand = evaluation.signatures().getFirst();
        assertThat(evaluation.signatures()).hasSize(1);
        assertThat(demand.met(role -> role.equals(Role.COMPLIANCE_OFFICER) ? 1 : 0)).isTrue();
        assertThat(demand.met(role -> role.equals(Role.VALIDATOR) ? 1 : 0)).isFalse();
        waiver.remove("by");
        assertThat(policy.evaluate(new Facts(facts), "low").closed())
                .extracting(GateResult::gate)
                .containsExactly("somebody-can-sign");
        waiver.put("by", List.of());
        assertThat(policy.evaluate(new Facts(facts), "low").closed()).hasSize(1);
    }
}
