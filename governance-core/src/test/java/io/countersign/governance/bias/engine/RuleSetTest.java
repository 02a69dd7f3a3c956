package io.countersign.governance.bias.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.countersign.governance.shared.CommandRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleSetTest {
    private static final String VALID =
            """
            name: own
            version: "2"
            description: Our own.
            minimumGroupSize: 30
            rules:
              - id: ours
                metric: impact-ratio
                limit: 4/5
            """;

    private static String resource(String path) throws IOException {
        try (var in = RuleSetTest.class.getResourceAsStream("/countersign-config/" + path)) {
            return new String(
                    java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"four-fifths", "equalised-odds"})
    void the_shipped_sets_parse_and_fit_the_schema(String name) throws IOException {
        assertThat(RuleSet.shipped(name).name()).isEqualTo(name);
        var schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(resource("schemas/bias-rules.schema.json"), InputFormat.JSON);
        assertThat(schema.validate(resource("bias/" + name + ".yml"), InputFormat.YAML)).isEmpty();
        assertThat(schema.validate(VALID.replace("4/5", "0.8"), InputFormat.YAML)).isNotEmpty();
    }

    @Test
    void reads_limits_as_integers() {
        var rules = RuleSet.parse("own.yml", VALID);
        assertThat(rules.rules().getFirst().limit()).isEqualTo(new Limit(4, 5));
        assertThat(rules.minimumGroupSize()).isEqualTo(30);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit: 4/5 | limit: 0.8 | 8 | 4/5",
                "limit: 4/5 | limit: 5/4 | 8 | 0/1 to 1/1",
                "limit: 4/5 | limit: 4/0 | 8 | integers",
                "limit: 4/5 | limits: 4/5 | | limit of rule ours is missing",
                "metric: impact-ratio | metric: luck | 7 | luck",
                "minimumGroupSize: 30 | minimumGroupSize: 0 | | 1 or more",
                "minimumGroupSize: 30 | minimumGroupSize: many | 4 | many",
                "id: ours | id: '' | | rule id",
                "name: own | 'name: [' | | ",
                "version: \"2\" | name: twice | 2 | name",
            })
    void refuses_a_set_that_is_not_valid_naming_file_line_and_reason(
            String from,
            String to,
            @org.jspecify.annotations.Nullable Integer line,
            String reason) {
        assertThatExceptionOfType(CommandRefused.class)
                .isThrownBy(() -> RuleSet.parse("own.yml", VALID.replace(from, to)))
                .satisfies(e -> {
                    assertThat(e.refusal().code()).isEqualTo("bias.rules-invalid");
                    assertThat(e.refusal().message()).contains("own.yml");
                    if (reason != null) {
                        assertThat(e.refusal().message()).contains(reason);
                    }
                    if (line != null) {
                        assertThat(e.refusal().details()).containsEntry("line", line);
                    }
                });
    }

    @Test
    void refuses_an_empty_file_an_unknown_key_two_rules_of_one_name_and_an_unknown_set() {
        for (var yaml :
                new String[] {
                    "",
                    VALID + "colour: red\n",
                    VALID + "  - {id: ours, metric: impact-ratio, limit: 1/2}"
                }) {
            assertThatExceptionOfType(CommandRefused.class)
                    .isThrownBy(() -> RuleSet.parse("own.yml", yaml));
        }
        assertThatExceptionOfType(CommandRefused.class)
                .isThrownBy(() -> RuleSet.shipped("../policies/x"))
                .satisfies(e -> assertThat(e.refusal().code()).isEqualTo("bias.rules-unknown"));
    }
}
