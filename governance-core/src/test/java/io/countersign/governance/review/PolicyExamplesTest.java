package io.countersign.governance.review;

import static io.countersign.testing.People.ENGINEER;
import static io.countersign.testing.People.NOW;
import static io.countersign.testing.People.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.policy.Policy;
import io.countersign.governance.policy.PolicyFile;
import io.countersign.governance.policy.ShippedPolicies;
import io.countersign.governance.policy.Waived;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Plays the policies of {@code docs/policies.md} through, as they are printed there. */
class PolicyExamplesTest {
    private static final Map<String, Policy> EXAMPLES = examples();

    private static Map<String, Policy> examples() {
        try {
            var text = Files.readString(Path.of("../docs/policies.md"));
            var found = new TreeMap<String, Policy>();
            var blocks =
                    Pattern.compile("```yaml\\n# (\\S+\\.yml)\\n(.*?)```", Pattern.DOTALL)
                            .matcher(text);
            while (blocks.find()) {
                found.put(
                        blocks.group(1),
                        PolicyFile.parse(
                                blocks.group(1), blocks.group(2).getBytes(StandardCharsets.UTF_8)));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static World world(String example) {
        var policy = java.util.Objects.requireNonNull(EXAMPLES.get(example), example);
        return policy.subject() == SubjectKind.DATASET_VERSION
                ? new World(
                        new SubjectRef(SubjectKind.DATASET_VERSION, "credit.applications@1"),
                        ShippedPolicies.dataset(),
                        policy)
                : new World(
                        new SubjectRef(SubjectKind.MODEL_VERSION, "credit.scorer@1.0"),
                        ShippedPolicies.model(),
                        policy);
    }

    private static void sign(World world, String who, Role role) {
        world.happens(world.sign(role, Verdict.APPROVE), person(who, role));
    }

    private static void refused(World world, String who, Role role, String code) {
        assertThatThrownBy(() -> sign(world, who, role))
                .isInstanceOf(CommandRefused.class)
                .hasMessageStartingWith(code);
    }

    @Test
    void one_signature_approves() {
        var world = world("one-signature.yml");
        world.happens(world.request(), ENGINEER);
        assertThat(world.review.inForce(NOW)).isFalse();
        sign(world, "u-steward", Role.DATA_STEWARD);
        assertThat(world.review.inForce(NOW)).isTrue();
    }

    @Test
    void two_roles_are_both_needed_in_any_order() {
        for (var first : new Role[] {Role.VALIDATOR, Role.COMPLIANCE_OFFICER}) {
            var world = world("two-roles.yml");
            world.happens(world.request(), ENGINEER);
            sign(world, "u-one", first);
            assertThat(world.review.inForce(NOW)).isFalse();
            assertThat(world.review.rounds().getLast().missing()).isEqualTo(1);
            sign(
                    world,
                    "u-two",
                    first.equals(Role.VALIDATOR) ? Role.COMPLIANCE_OFFICER : Role.VALIDATOR);
            assertThat(world.review.inForce(NOW)).isTrue();
        }
    }

    @Test
    void two_of_three_roles_are_enough_and_one_role_twice_is_not() {
        var world = world("two-of-three.yml");
        world.happens(world.request(), ENGINEER);
        sign(world, "u-one", Role.RISK_OWNER);
        refused(world, "u-other", Role.RISK_OWNER, "review.role-complete");
        assertThat(world.review.inForce(NOW)).isFalse();
        sign(world, "u-two", Role.VALIDATOR);
        assertThat(world.review.inForce(NOW)).isTrue();
    }

    @Test
    void of_alternatives_one_whole_one_is_enough() {
        var world = world("nested.yml");
        world.happens(world.request(), ENGINEER);
        sign(world, "u-risk", Role.RISK_OWNER);
        sign(world, "u-val", Role.VALIDATOR);
        assertThat(world.review.inForce(NOW)).as("half an alternative").isFalse();
        assertThat(world.review.rounds().getLast().outstanding())
                .extracting(rule -> rule.role() + " " + rule.count())
                .containsExactly("compliance-officer 1", "risk-owner 1");
        sign(world, "u-risk2", Role.RISK_OWNER);
        assertThat(world.review.inForce(NOW)).isTrue();
        var other = world("nested.yml");
        other.happens(other.request(), ENGINEER);
        sign(other, "u-comp", Role.COMPLIANCE_OFFICER);
        refused(other, "u-risk", Role.RISK_OWNER, "review.role-complete");
        sign(other, "u-val", Role.VALIDATOR);
        assertThat(other.review.inForce(NOW)).isTrue();
    }

    @Test
    void in_order_the_second_cannot_sign_before_the_first() {
        var world = world("in-order.yml");
        world.happens(world.request(), ENGINEER);
        refused(world, "u-comp", Role.COMPLIANCE_OFFICER, "review.not-your-turn");
        sign(world, "u-val", Role.VALIDATOR);
        sign(world, "u-comp", Role.COMPLIANCE_OFFICER);
        assertThat(world.review.inForce(NOW)).isTrue();
    }

    @Test
    void low_risk_is_approved_by_rule_with_what_it_rests_on_and_not_while_a_fact_is_missing() {
        var world = world("low-risk.yml");
        world.tier = "low";
        world.facts.remove("risks");
        assertThatThrownBy(() -> world.happens(world.request(), ENGINEER))
                .hasMessageStartingWith("review.gates-closed")
                .hasMessageContaining("missing: risks.openCritical");
        world.facts.put("risks", Map.of("openCritical", 0L, "criticalIds", java.util.List.of()));
        var events = world.happens(world.request(), ENGINEER);
        var requested = (ReviewEvent.Requested) events.getFirst();
        assertThat(requested.evaluation().gates())
                .allSatisfy(gate -> assertThat(gate.inputs()).isNotEmpty());
        assertThat(events)
                .last()
                .isInstanceOfSatisfying(
                        ReviewEvent.Approved.class,
                        approved -> {
                            assertThat(approved.byRule()).isTrue();
                            assertThat(approved.manifestDigest())
                                    .isEqualTo(requested.manifestDigest());
                        });
        for (var tier : new String[] {"medium", "high", "critical", "unheard of"}) {
            var asked = world("low-risk.yml");
            asked.tier = tier;
            asked.happens(asked.request(), ENGINEER);
            assertThat(asked.review.inForce(NOW)).as(tier).isFalse();
        }
    }

    @Test
    void a_waiver_lets_only_its_own_gate_pass_and_the_approval_ends_with_it() {
        var world = world("with-waiver.yml");
        world.facts.put("risks", Map.of("openCritical", 1L, "criticalIds", List.of("credit.r-1")));
        assertThatThrownBy(() -> world.happens(world.request(), ENGINEER))
                .hasMessageStartingWith("review.gates-closed");
        var until = NOW.plus(Duration.ofDays(30));
        world.waived.add(waived("model-card-complete", until, null));
        assertThatThrownBy(() -> world.happens(world.request(), ENGINEER))
                .as("a waiver of another gate")
                .hasMessageStartingWith("review.gates-closed");
        world.waived.add(waived("no-open-critical-risk", until, null));
        var requested = (ReviewEvent.Requested) world.happens(world.request(), ENGINEER).getFirst();
        assertThat(requested.evaluation().gates().getLast())
                .satisfies(gate -> {
                    assertThat(gate.status()).isEqualTo(GateResult.Status.WAIVED);
                    assertThat(gate.waiver()).contains("credit.w-00000002");
                    assertThat(gate.explanation())
                            .contains(
                                    "credit.w-00000002", until.toString(), "The fix is shipping.");
                });
        assertThat(requested.manifest().items())
                .anyMatch(item -> item.name().equals("waives no-open-critical-risk"));
        sign(world, "u-val", Role.VALIDATOR);
        assertThat(world.review.approvedUntil(NOW)).contains(until);
        assertThat(world.review.inForce(until)).as("no timer has fired").isFalse();
    }

    @Test
    void a_waiver_that_is_over_or_revoked_lets_nothing_pass_and_is_named() {
        var world = world("with-waiver.yml");
        world.facts.put("risks", Map.of("openCritical", 1L, "criticalIds", List.of("credit.r-1")));
        world.waived.add(waived("no-open-critical-risk", NOW, null));
        assertThatThrownBy(() -> world.happens(world.request(), ENGINEER))
                .hasMessageStartingWith("review.gates-closed")
                .hasMessageContaining("the waiver credit.w-00000002 ended at " + NOW);
        world.waived.set(
                0, waived("no-open-critical-risk", NOW.plus(Duration.ofDays(1)), "is revoked"));
        assertThatThrownBy(() -> world.happens(world.request(), ENGINEER))
                .hasMessageContaining("the waiver credit.w-00000002 is revoked");
    }

    @Test
    void a_waiver_taken_back_between_request_and_signature_keeps_the_signature_out() {
        var world = world("with-waiver.yml");
        world.facts.put("risks", Map.of("openCritical", 1L, "criticalIds", List.of("credit.r-1")));
        var until = NOW.plus(Duration.ofDays(30));
        world.waived.add(waived("no-open-critical-risk", until, null));
        world.happens(world.request(), ENGINEER);
        var shown = world.sign(Role.VALIDATOR, Verdict.APPROVE);
        world.waived.set(0, waived("no-open-critical-risk", until, "is revoked"));
        assertThatThrownBy(() -> world.happens(shown, person("u-val", Role.VALIDATOR)))
                .hasMessageStartingWith("review.moved");
        world.waived.set(0, waived("no-open-critical-risk", until, null));
        world.passes(Duration.ofDays(30));
        assertThatThrownBy(() -> world.happens(shown, world.fresh(person("u-val", Role.VALIDATOR))))
                .as("its end date passed while signatures were taken")
                .isInstanceOf(CommandRefused.class);
    }

    private static Waived waived(
            String gate, Instant until, @org.jspecify.annotations.Nullable String ended) {
        return new Waived(
                gate,
                gate.equals("model-card-complete") ? "credit.w-00000003" : "credit.w-00000002",
                null,
                until,
                "The fix is shipping.",
                ended);
    }

    @Test
    void what_cannot_be_counted_is_refused_with_the_place() {
        refusedPolicy(
                """
                  - at-least: 2
                    of:
                      - {role: validator, meaning: a}
                      - all: [{role: validator, meaning: b}, {role: risk-owner, meaning: c}]
                """,
                "'validator' is asked for twice");
        refusedPolicy(
                """
                  - {role: validator, meaning: a}
                  - any: [{role: validator, meaning: b}, {role: risk-owner, meaning: c}]
                """,
                "'validator' is asked for twice");
        refusedPolicy(
                """
                  - at-least: 3
                    of: [{role: validator, meaning: b}, {role: risk-owner, meaning: c}]
                """,
                "3 of 2 can never be met");
        refusedPolicy("  - {count: 2, tiers: [low]}\n", "role");
        refusedPolicy("  - {tiers: [low]}\n", "say once who signs");
        refusedPolicy(
                """
                  - role: validator
                    meaning: a
                    any: [{role: auditor, meaning: b}, {role: risk-owner, meaning: c}]
                """,
                "say once who signs");
    }

    private static void refusedPolicy(String signatures, String reason) {
        var policy =
                """
                subject: model-version
                title: t
                gates:
                  - {id: no-open-critical-risk, sentence: s, when: risks.openCritical == 0}
                signatures:
                """
                        + signatures;
        assertThatThrownBy(() -> PolicyFile.parse("p.yml", policy.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("p.yml, line ");
    }
}
