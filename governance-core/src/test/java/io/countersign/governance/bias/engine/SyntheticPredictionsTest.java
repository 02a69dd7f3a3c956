package io.countersign.governance.bias.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.bias.engine.SyntheticPredictions.Bias;
import io.countersign.governance.shared.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticPredictionsTest {
    @TempDir Path folder;

    private static byte[] bytes(long seed, int rows, Bias bias) {
        var out = new ByteArrayOutputStream();
        try {
            SyntheticPredictions.write(out, seed, rows, bias);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private AssessmentResult assessed(long seed, int rows, Bias bias, String rules)
            throws IOException {
        return Logs.assess(
                Files.write(folder.resolve("log.csv"), bytes(seed, rows, bias)),
                SyntheticPredictions.mapping(),
                RuleSet.shipped(rules));
    }

    @Test
    void the_same_seed_gives_the_same_bytes_on_any_machine() {
        assertThat(Sha256.of(bytes(42, 6_000, Bias.BIASED)).brief()).isEqualTo("f93f3b4902ac");
        assertThat(Sha256.of(bytes(42, 6_000, Bias.MITIGATED)).brief()).isEqualTo("bc37660ce55a");
        assertThat(bytes(43, 6_000, Bias.BIASED)).isNotEqualTo(bytes(42, 6_000, Bias.BIASED));
        assertThat(new String(bytes(42, 3, Bias.BIASED), StandardCharsets.UTF_8).lines())
                .hasSize(4)
                .first()
                .isEqualTo("applicant_id,sex,age_band,region,score,decision,repaid");
    }

    @ParameterizedTest
    @CsvSource({"1, 5000", "2, 6000", "3, 12000", "42, 6000", "7, 30000"})
    void the_biased_log_fails_for_women_by_a_clear_margin(long seed, int rows) throws IOException {
        var result = assessed(seed, rows, Bias.BIASED, "four-fifths");
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        var women = Logs.group(result, "sex", "female");
        assertThat(women.impactRatio().rounded(2))
                .isBetween(new BigDecimal("0.63"), new BigDecimal("0.69"));
        assertThat(result.failures()).allMatch(f -> f.group().contains("female"));
        assertThat(Logs.group(result, "sex", "other").standing())
                .isNotEqualTo(GroupResult.Standing.MISSING);
        assertThat(Logs.group(result, "sex", "(missing)").size()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"1, 5000", "2, 6000", "3, 12000", "42, 6000", "7, 30000"})
    void the_mitigated_log_passes_for_every_attribute_and_pair(long seed, int rows)
            throws IOException {
        var result = assessed(seed, rows, Bias.MITIGATED, "four-fifths");
        assertThat(result.failures()).isEmpty();
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(result.outcomes()).extracting(RuleOutcome::verdict).containsOnly(Verdict.PASS);
    }

    @Test
    void equal_errors_tell_the_two_apart_as_well() throws IOException {
        assertThat(assessed(42, 6_000, Bias.BIASED, "equalised-odds").verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(assessed(42, 6_000, Bias.MITIGATED, "equalised-odds").verdict())
                .isEqualTo(Verdict.PASS);
    }
}
