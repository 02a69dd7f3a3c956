package io.countersign.governance.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.policy.GateResult.Status;
import io.countersign.governance.shared.Role;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PolicyTest {
    private static Policy policy(String gates) {
        return PolicyFile.parse(
                "p.yml",
                ("""
                subject: model-version
                title: Test
                gates:
                %s
                signatures:
                  - {role: validator, meaning: Checked}
                """)
                        .formatted(gates)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static GateResult gate(String when, Map<String, Object> facts) {
        return policy("  - {id: gate, sentence: Holds., when: \"" + when + "\"}")
                .evaluate(new Facts(facts), "high")
                .gates()
                .getFirst();
    }

    @SuppressWarnings("unchecked")
    private static Facts with(Map<String, Object> facts, String path, Object value) {
        var tree = new HashMap<>(facts);
        var names = path.split("\\.", -1);
        var below = new HashMap<>((Map<String, Object>) tree.get(names[0]));
        below.put(names[1], value);
        tree.put(names[0], below);
        return new Facts(tree);
    }

    private static Map<String, String> closed(Policy policy, Facts facts) {
        return policy.evaluate(facts, "high").closed().stream()
                .collect(Collectors.toMap(GateResult::gate, GateResult::explanation));
    }

    @Nested
    class Data_approval {
        private final Policy policy = ShippedPolicies.policy("data-approval");

        @Test
        void is_open_to_a_complete_dataset_and_asks_for_one_steward() {
            var evaluation = policy.evaluate(new Facts(ShippedPolicies.dataset()), "high");
            assertThat(evaluation.closed()).isEmpty();
            assertThat(evaluation.rules())
                    .extracting(SignatureRule::role, SignatureRule::count)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(Role.DATA_STEWARD, 1));
            assertThat(evaluation.separation()).containsExactly(SeparationRule.values());
            assertThat(evaluation.due()).isEqualTo(Duration.ofDays(14));
            assertThat(evaluation.validity()).isEqualTo(Duration.ofDays(365));
        }

        @Test
        void names_what_is_missing() {
            var facts = ShippedPolicies.dataset();
            assertThat(closed(policy, with(facts, "dataset.licence", "")))
                    .containsKey("licence-given");
            assertThat(closed(policy, with(facts, "dataset.legalBasis", "")))
                    .containsKey("legal-basis-given");
            var sheet =
                    with(
                            with(facts, "dataset.datasheetComplete", false).tree(),
                            "dataset.datasheetMissing",
                            List.of("motivation", "uses"));
            assertThat(closed(policy, sheet))
                    .containsEntry("datasheet-complete", "the datasheet lacks: motivation, uses");
            var sources =
                    with(
                            with(facts, "dataset.lineageApproved", false).tree(),
                            "dataset.sources",
                            List.of(
                                    Map.of("id", "credit.raw@1", "approved", false),
                                    Map.of("id", "credit.raw@2", "approved", true)));
            assertThat(closed(policy, sources))
                    .containsEntry(
                            "lineage-approved", "not approved or no longer in force: credit.raw@1");
        }
    }

    @Nested
    class Model_sign_off {
        private final Policy policy = ShippedPolicies.policy("model-sign-off");

        private final Map<String, Object> failure =
                Map.of(
                        "rule", "four-fifths",
                        "metric", "impact ratio",
                        "attribute", "race",
                        "group", "African-American",
                        "value", 0.6132,
                        "limit", 0.8);

        @Test
        void asks_for_a_validator_and_a_compliance_officer() {
            var evaluation = policy.evaluate(new Facts(ShippedPolicies.model()), "low");
            assertThat(evaluation.closed()).isEmpty();
            assertThat(evaluation.rules())
                    .extracting(SignatureRule::role)
                    .containsExactly(Role.VALIDATOR, Role.COMPLIANCE_OFFICER);
        }

        @Test
        void names_rule_group_number_and_limit_of_a_failed_assessment() {
            assertThat(closed(policy, failed(failure)))
                    .containsOnly(
                            Map.entry(
                                    "bias-within-limits",
                                    "four-fifths: impact ratio of race=African-American is 0.61,"
                                            + " limit 0.80"));
        }

        @Test
        void never_rounds_a_failure_up_to_its_limit() {
            var near = new HashMap<>(failure);
            near.put("value", 0.7996);
            assertThat(closed(policy, failed(near)).get("bias-within-limits"))
                    .endsWith("is 0.7996, limit 0.80");
        }

        @Test
        void says_undefined_where_a_ratio_is() {
            var undefined = new HashMap<>(failure);
            undefined.remove("value");
            assertThat(closed(policy, failed(undefined)).get("bias-within-limits"))
                    .endsWith("is undefined, limit 0.80");
        }

        @Test
        void is_closed_without_an_assessment_of_this_very_version() {
            var facts = new HashMap<>(ShippedPolicies.model());
            facts.put("assessment", Map.of("present", false));
            assertThat(closed(policy, new Facts(facts)))
                    .containsEntry(
                            "bias-assessed", "no bias assessment of credit.scorer@1.0 is recorded")
                    .containsKey("bias-within-limits");
            assertThat(
                            closed(
                                    policy,
                                    with(
                                            ShippedPolicies.model(),
                                            "assessment.modelVersionMatches",
                                            false)))
                    .containsOnlyKeys("bias-assessed");
        }

        @Test
        void is_closed_by_each_other_fact() {
            var facts = ShippedPolicies.model();
            assertThat(closed(policy, with(facts, "assessment.verdict", "inconclusive")))
                    .containsEntry(
                            "bias-within-limits",
                            "the assessment a-1 ends as inconclusive, not as pass");
            assertThat(closed(policy, with(facts, "risks.openCritical", 1)))
                    .containsOnlyKeys("no-open-critical-risk");
            assertThat(closed(policy, with(facts, "model.modelCardComplete", false)))
                    .containsOnlyKeys("model-card-complete");
            assertThat(closed(policy, with(facts, "model.trainingDatasets", List.of())))
                    .containsEntry("training-data-approved", "no training dataset is named");
            assertThat(
                            closed(
                                    policy,
                                    with(
                                            facts,
                                            "model.trainingDatasets",
                                            List.of(
                                                    Map.of(
                                                            "id",
                                                            "credit.x@1",
                                                            "approved",
                                                            false)))))
                    .containsEntry(
                            "training-data-approved",
                            "not approved or no longer in force: credit.x@1");
        }

        private Facts failed(Map<String, Object> failure) {
            var facts = with(ShippedPolicies.model(), "assessment.verdict", "fail");
            return with(facts.tree(), "assessment.failures", List.of(failure));
        }
    }

    @Nested
    class Deployment {
        private final Policy policy = ShippedPolicies.policy("deployment");

        @Test
        void asks_for_a_signature_only_where_production_cannot_be_ruled_out() {
            assertThat(signatures(ShippedPolicies.deployment(true))).hasSize(1);
            assertThat(signatures(ShippedPolicies.deployment(false))).isEmpty();
            var unknown = new HashMap<>(ShippedPolicies.deployment(false));
            unknown.remove("environment");
            assertThat(signatures(unknown)).hasSize(1);
        }

        @Test
        void is_closed_by_each_fact_alone() {
            var facts = ShippedPolicies.deployment(true);
            assertThat(closed(policy, new Facts(facts))).isEmpty();
            Map.of(
                            "model.signedOff", false,
                            "model.expired", true,
                            "model.revoked", true,
                            "model.stale", true,
                            "model.dataApproved", false,
                            "model.signedDigest", "b".repeat(64),
                            "risks.openCritical", 2)
                    .forEach((path, value) ->
                            assertThat(closed(policy, with(facts, path, value)))
                                    .as(path)
                                    .hasSize(1));
        }

        @Test
        void is_closed_when_nothing_is_known() {
            var evaluation = policy.evaluate(new Facts(Map.of()), "high");
            assertThat(evaluation.gates())
                    .hasSize(7)
                    .allMatch(gate -> gate.status() == Status.ERROR);
            assertThat(evaluation.signatures()).hasSize(1);
        }

        private List<SignatureRule> signatures(Map<String, Object> facts) {
            return policy.evaluate(new Facts(facts), "high").rules();
        }
    }

    @Nested
    class A_gate {
        @Test
        void that_reads_a_missing_fact_is_closed_and_names_it() {
            var result = gate("model.modelCardComplete", Map.of("model", Map.of("id", "m")));
            assertThat(result.status()).isEqualTo(Status.ERROR);
            assertThat(result.explanation()).contains("missing: model.modelCardComplete");
        }

        @Test
        void that_reads_a_fact_of_another_type_is_closed() {
            assertThat(
                            gate(
                                            "model.modelCardComplete",
                                            Map.of("model", Map.of("modelCardComplete", "yes")))
                                    .status())
                    .isEqualTo(Status.ERROR);
        }

        @Test
        void that_goes_on_for_too_long_is_closed() {
            var many = java.util.stream.IntStream.range(0, 300).boxed().toList();
            var facts =
                    Map.<String, Object>of(
                            "model", Map.of("trainingDatasets", many, "testDatasets", many));
            assertThat(
                            gate(
                                            "model.trainingDatasets.all(a,"
                                                    + " model.testDatasets.all(b, a + b >= 0))",
                                            facts)
                                    .status())
                    .isEqualTo(Status.ERROR);
        }

        @Test
        void keeps_what_it_read_and_answers_the_same_again_also_from_json() {
            var mapper = new JsonMapper();
            for (var name : List.of("model-sign-off", "deployment", "data-approval")) {
                var policy = ShippedPolicies.policy(name);
                for (var facts :
                        List.of(
                                ShippedPolicies.model(),
                                ShippedPolicies.dataset(),
                                ShippedPolicies.deployment(true),
                                Map.<String, Object>of("assessment", Map.of("present", false)))) {
                    for (var result : policy.evaluate(new Facts(facts), "high").gates()) {
                        var read =
                                mapper.readValue(
                                        mapper.writeValueAsString(result), GateResult.class);
                        assertThat(read).isEqualTo(result);
                        assertThat(policy.replay(read)).isEqualTo(result);
                    }
                }
            }
        }

        @Test
        void answers_otherwise_when_a_recorded_input_is_altered() {
            var policy = ShippedPolicies.policy("model-sign-off");
            var result =
                    policy.evaluate(new Facts(ShippedPolicies.model()), "high").gates().getLast();
            assertThat(result.inputs()).containsEntry("risks.openCritical", 0L);
            var altered = new HashMap<>(result.inputs());
            altered.put("risks.openCritical", 1);
            assertThat(
                            policy.replay(
                                            new GateResult(
                                                    result.gate(),
                                                    result.status(),
                                                    result.sentence(),
                                                    result.explanation(),
                                                    result.severity(),
                                                    altered))
                                    .status())
                    .isEqualTo(Status.FAILED);
        }

        @Test
        void tells_a_missing_branch_from_an_empty_one_when_answered_again() {
            var policy =
                    policy(
                            "  - {id: gate, sentence: Holds., when:"
                                    + " \"!has(assessment.worst.value)\"}");
            for (var facts :
                    List.of(
                            Map.<String, Object>of("assessment", Map.of()),
                            Map.<String, Object>of("assessment", Map.of("worst", Map.of())),
                            Map.<String, Object>of(
                                    "assessment", Map.of("worst", Map.of("value", 1))))) {
                var result = policy.evaluate(new Facts(facts), "high").gates().getFirst();
                assertThat(policy.replay(result)).isEqualTo(result);
            }
        }
    }

    @Nested
    class Tiers {
        private final Policy policy =
                policy(
                        """
                          - {id: always, sentence: Holds., when: "true"}
                          - {id: strict, sentence: Holds., when: "false", tiers: [high, critical]}
                        """);

        @Test
        void restrict_a_gate_and_count_in_full_where_the_tier_is_unknown() {
            assertThat(policy.evaluate(new Facts(Map.of()), "low").closed()).isEmpty();
            assertThat(policy.evaluate(new Facts(Map.of()), "high").closed()).hasSize(1);
            assertThat(policy.evaluate(new Facts(Map.of()), "surprising").closed()).hasSize(1);
        }

        @Test
        void close_everything_where_the_policy_does_not_apply() {
            var low =
                    PolicyFile.parse(
                            "low.yml",
                            """
                            subject: deployment
                            title: Low
                            applies: [low]
                            gates: [{id: always, sentence: Holds., when: "true"}]
                            signatures: [{role: release-manager, meaning: Go}]
                            """
                                    .getBytes(StandardCharsets.UTF_8));
            assertThat(low.evaluate(new Facts(Map.of()), "low").closed()).isEmpty();
            assertThat(low.evaluate(new Facts(Map.of()), "high").closed())
                    .extracting(GateResult::gate)
                    .containsExactly("policy-applies");
        }
    }

    @Nested
    class In_the_tier_prohibited {
        private final Policy policy = ShippedPolicies.policy("data-approval");

        @Test
        void a_gate_is_closed_that_no_policy_has_to_name_and_no_policy_can_open() {
            var facts = new Facts(ShippedPolicies.dataset());
            assertThat(policy.evaluate(facts, "high").closed()).isEmpty();
            var closed = policy.evaluate(facts, "prohibited").closed();
            assertThat(closed).extracting(GateResult::gate).containsExactly("not-prohibited");
            assertThat(closed.getFirst().explanation()).contains("'prohibited'");
        }

        @Test
        void the_gate_is_answered_again_from_what_was_recorded_of_it() {
            var closed =
                    policy.evaluate(new Facts(ShippedPolicies.dataset()), "prohibited")
                            .closed()
                            .getFirst();
            assertThat(policy.replay(closed)).isEqualTo(closed);
            var altered =
                    new GateResult(
                            closed.gate(),
                            closed.status(),
                            closed.sentence(),
                            closed.explanation(),
                            closed.severity(),
                            Map.of("riskTier", "high"));
            assertThat(policy.replay(altered).passed()).isTrue();
        }

        @Test
        void nothing_is_covered() {
            assertThat(policy.in("prohibited").covered()).isFalse();
            assertThat(policy.in("high").covered()).isTrue();
        }
    }

    @Test
    void says_what_it_asks_in_a_tier_before_there_is_a_subject() {
        var policy =
                PolicyFile.parse(
                        "x.yml",
                        """
                        subject: deployment
                        title: X
                        applies: [medium, high]
                        gates:
                          - {id: always, sentence: Always., when: "true"}
                          - {id: high, sentence: When high., when: "true", tiers: [high]}
                        signatures:
                          - {role: release-manager, meaning: Go}
                          - {role: validator, meaning: Checked, tiers: [high]}
                          - {role: risk-owner, meaning: Seen, when: deployment.production}
                        """
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(policy.in("high").gates()).containsExactly("Always.", "When high.");
        assertThat(policy.in("high").signatures()).hasSize(2);
        assertThat(policy.in("high").perhaps()).hasSize(1);
        assertThat(policy.in("medium").gates()).containsExactly("Always.");
        assertThat(policy.in("medium").signatures()).hasSize(1);
        assertThat(policy.in("low").covered()).isFalse();
    }

    @Test
    void fifty_gates_take_well_under_a_millisecond() {
        var gates = new StringBuilder();
        for (var i = 0; i < 50; i++) {
            gates.append("  - {id: gate-")
                    .append(i)
                    .append(", sentence: Holds., when: \"size(model.trainingDatasets) > 0 &&")
                    .append(" model.trainingDatasets.all(d, d.approved)\"}\n");
        }
        var policy = policy(gates.toString());
        var facts = new Facts(ShippedPolicies.model());
        var best = Long.MAX_VALUE;
        for (var i = 0; i < 2_000; i++) {
            var start = System.nanoTime();
            assertThat(policy.evaluate(facts, "high").closed().size()).isZero();
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.println("50 gates: best of 2,000 is " + best / 1_000 + " microseconds");
        assertThat(best).isLessThan(1_000_000);
    }

    @Test
    void the_same_bytes_are_compiled_once() {
        assertThat(ShippedPolicies.policy("deployment"))
                .isSameAs(ShippedPolicies.policy("deployment"));
    }

    @Test
    void the_documented_facts_are_those_of_the_code() throws Exception {
        assertThat(Files.readString(Path.of("../docs/policy-facts.md")))
                .isEqualTo(FactModel.markdown());
    }
}
