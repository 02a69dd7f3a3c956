package io.countersign.governance.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PolicyFileTest {
    private static final String GOOD =
            """
            subject: model-version
            title: Test
            gates:
              - id: one
                sentence: Holds.
                when: model.modelCardComplete
              - id: two
                sentence: Holds.
                when: |
                  model.modelCardComplete
                    && risks.openCritical == 0
            signatures:
              - role: validator
                meaning: Checked
            """;

    private static void refused(String yaml, int line, String reason) {
        assertThatThrownBy(parsing(yaml))
                .isInstanceOfSatisfying(
                        ConfigurationProblem.class,
                        problem -> {
                            assertThat(problem.reason()).contains(reason);
                            assertThat(problem.line()).as(problem.getMessage()).isEqualTo(line);
                            assertThat(problem)
                                    .hasMessageStartingWith("x.yml, line " + line + ", column ");
                        });
    }

    private static ThrowingCallable parsing(String yaml) {
        return () -> PolicyFile.parse("x.yml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void reads_a_policy() {
        var policy = PolicyFile.parse("x.yml", GOOD.getBytes(StandardCharsets.UTF_8));
        assertThat(policy.name()).isEqualTo("x");
        assertThat(policy.sentences()).containsOnlyKeys("one", "two");
    }

    @Test
    void refuses_what_is_not_yaml_and_says_where() {
        refused(GOOD.replace("title: Test", "title: [Test"), 3, "not YAML");
        refused("", 1, "empty");
        refused(GOOD + "---\n" + GOOD, 1, "more than one document");
        refused(GOOD.replace("title: Test", "title: Test\ntitle: Twice"), 3, "given twice");
        refused(GOOD.replace("title: Test", "title: &a Test"), 2, "anchors");
        assertThatThrownBy(() -> PolicyFile.parse("x.yml", new byte[] {(byte) 0xff}))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refuses_what_the_schema_does_not_allow_and_says_where() {
        refused(GOOD.replace("    sentence: Holds.\n    when: |", "    when: |"), 7, "sentence");
        refused(GOOD.replace("title: Test", "title: Test\nspeed: high"), 3, "speed");
        refused(GOOD.replace("role: validator", "role: Vali Dator"), 13, "/signatures/0/role");
        refused(GOOD.replace("subject: model-version", "subject: moon"), 1, "/subject");
        refused(GOOD.replace("title: Test", "title: Test\ndue: soon"), 3, "/due");
        refused(GOOD.replace("title: Test", "title: 7"), 2, "/title");
    }

    @Test
    void a_gate_makes_stale_what_rests_on_facts_that_can_get_worse_unless_it_says_otherwise() {
        var policy =
                parsed("when: risks.open == 0", "when: model.id != ''", "when: has(model.digest)");
        assertThat(policy.staleGates()).containsExactly("gate-0");
        assertThat(parsed("when: risks.open == 0\n    stale: false").staleGates()).isEmpty();
        assertThat(parsed("when: risks.open == 0\n    stale: true").staleGates()).hasSize(1);
        assertThatThrownBy(() -> parsed("when: model.id != ''\n    stale: true"))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining(
                        "the gate 'gate-0' reads only facts that never change after an approval"
                                + " (model.id), so it can make none stale; leave 'stale' out");
        assertThatThrownBy(() -> parsed("when: risks.open == 0\n    stale: perhaps"))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("/gates/0/stale");
    }

    private static Policy parsed(String... gates) {
        var text = new StringBuilder("subject: model-version\ntitle: Test\ngates:\n");
        for (var i = 0; i < gates.length; i++) {
            text.append("  - id: gate-")
                    .append(i)
                    .append("\n    sentence: Holds.\n    ")
                    .append(gates[i])
                    .append('\n');
        }
        text.append("signatures:\n  - role: validator\n    meaning: Yes.\n");
        return PolicyFile.parse("gates.yml", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void every_fact_that_can_get_worse_is_a_fact() {
        for (var change : Change.values()) {
            assertThat(FactModel.FACTS)
                    .as(change.name())
                    .anyMatch(fact -> Change.of(fact.path()).filter(change::equals).isPresent());
        }
    }

    @Test
    void reads_which_gates_may_be_waived_by_whom_and_for_how_long() {
        var waivable =
                GOOD.replace(
                        "  - id: two",
                        "    waivable: {by: [risk-owner], at-most: P90D}\n  - id: two");
        var policy = PolicyFile.parse("x.yml", waivable.getBytes(StandardCharsets.UTF_8));
        assertThat(policy.waivable()).containsExactly("one");
        assertThat(policy.waivable("one"))
                .contains(new Waivable(List.of(Role.RISK_OWNER), Duration.ofDays(90)));
        assertThat(policy.waivable("two")).isEmpty();
        refused(waivable.replace("at-most: P90D", "at-most: long"), 7, "at-most");
        refused(waivable.replace(", at-most: P90D", ""), 7, "at-most");
        refused(waivable.replace("[risk-owner]", "[]"), 7, "by");
        refused(
                waivable.replace("subject: model-version", "subject: waiver")
                        .replaceAll("model.modelCardComplete", "waiver.waivable")
                        .replace("risks.openCritical == 0", "waiver.waivable"),
                7,
                "a waiver is not waived");
    }

    @Test
    void signatures_of_roles_that_the_facts_name_stand_alone() {
        var named =
                GOOD.replace("subject: model-version", "subject: waiver")
                        .replaceAll("model.modelCardComplete", "waiver.waivable")
                        .replace("risks.openCritical == 0", "waiver.waivable")
                        .replace("role: validator", "role-in: waiver.by");
        PolicyFile.parse("x.yml", named.getBytes(StandardCharsets.UTF_8));
        refused(named.replace("waiver.by", "waiver.gate + 1"), 13, "CEL");
        refused(named.replace("    meaning: Checked\n", ""), 13, "meaning");
        refused(named + "    tiers: [low]\n", 13, "stands alone");
        refused(named + "  - {role: validator, meaning: b}\n", 13, "stands alone");
    }

    @Test
    void refuses_expressions_that_do_not_compile_and_says_where() {
        refused(
                GOOD.replace("risks.openCritical == 0", "risks.openCritical =="),
                11,
                "not valid CEL");
        refused(
                GOOD.replace("when: model.modelCardComplete", "when: model.id + 1 > 'a' &&"),
                6,
                "");
        refused(GOOD.replace("when: model.modelCardComplete", "when: size(now)"), 6, "bool");
        refused(GOOD.replace("when: model.modelCardComplete", "when: modle.id == 'x'"), 6, "modle");
    }

    @Test
    void refuses_a_fact_that_nobody_supplies() {
        refused(
                GOOD.replace("&& risks.openCritical", "&& risks.openCritcal"),
                11,
                "no fact 'risks.openCritcal' for a model-version");
        refused(
                GOOD.replace("model.modelCardComplete\n  - id", "dataset.licence == ''\n  - id"),
                6,
                "no fact 'dataset.licence'");
    }

    @Test
    void names_the_column_of_a_wrong_expression() {
        assertThatThrownBy(
                        parsing(
                                GOOD.replace(
                                        "when: model.modelCardComplete", "when: true && nothing")))
                .hasMessageStartingWith(
                        "x.yml, line 6, column 19: this is not valid CEL: undeclared reference to 'nothing'");
    }

    @Test
    void names_the_column_in_a_block_of_several_lines() {
        assertThatThrownBy(parsing(GOOD.replace("&& risks.openCritical", "&& nothing")))
                .hasMessageStartingWith(
                        "x.yml, line 11, column 12: this is not valid CEL: undeclared");
    }

    @Test
    void refuses_two_gates_of_one_name_and_a_role_asked_for_twice() {
        refused(GOOD.replace("id: two", "id: one"), 7, "given twice");
        refused(GOOD + "  - role: validator\n    meaning: Again\n", 15, "asked for twice");
    }

    @Property(tries = 500)
    void never_fails_otherwise_than_with_a_problem(@ForAll byte[] bytes, @ForAll String text) {
        for (var yaml : new byte[][] {bytes, text.getBytes(StandardCharsets.UTF_8)}) {
            assertThatThrownBy(() -> PolicyFile.parse("x.yml", yaml))
                    .isInstanceOf(ConfigurationProblem.class);
        }
    }

    @Property(tries = 300)
    void never_fails_otherwise_for_an_odd_expression(@ForAll String text) {
        var literal = text.codePoints().mapToObj("\\U%08x"::formatted).reduce("", String::concat);
        try {
            PolicyFile.parse(
                    "x.yml",
                    GOOD.replace("when: model.modelCardComplete", "when: \"" + literal + "\"")
                            .getBytes(StandardCharsets.UTF_8));
        } catch (ConfigurationProblem problem) {
            assertThat(problem.line()).isPositive();
        }
    }

    @Test
    void reads_the_roles_and_refuses_one_it_does_not_know() {
        var roles = RoleCatalogue.parse("roles.yml", ShippedPolicies.bytes("roles.yml"));
        assertThat(roles.roles()).hasSize(8);
        assertThat(roles.entry("auditor").title()).isEqualTo("Auditor");
        assertThatThrownBy(() -> roles.entry("king"))
                .isInstanceOfSatisfying(
                        CommandRefused.class,
                        refused -> {
                            assertThat(refused.refusal().code()).isEqualTo("role.unknown");
                            assertThat(refused.refusal().message())
                                    .contains("king")
                                    .contains("data-steward, validator");
                        });
    }

    @Test
    void refuses_a_role_file_without_a_role_the_product_needs() {
        var text = new String(ShippedPolicies.bytes("roles.yml"), StandardCharsets.UTF_8);
        assertThatThrownBy(() ->
                        RoleCatalogue.parse(
                                "roles.yml",
                                text.replace("key: auditor", "key: visitor")
                                        .getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("'auditor' is missing");
    }
}
