package io.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code countersign assess}, each time with a child process as an operator has it. */
class AssessCommandIT {
    private static final List<String> COMPAS =
            List.of(
                    "--prediction=score_text",
                    "--positive=Medium,High",
                    "--negative=Low",
                    "--favourable=no",
                    "--label=two_year_recid",
                    "--attributes=race,sex");
    private static final List<String> SMALL =
            List.of("--prediction=p", "--favourable=yes", "--label=y", "--attributes=sex");

    @TempDir Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void prints_the_published_rates_of_compas_and_ends_with_10_since_a_rule_fails() {
        assertThat(assess(AssessmentIT.compas(), COMPAS)).as(err.toString()).isEqualTo(10);
        assertThat(out.toString())
                .startsWith("FAILS")
                .contains("African-American", "44.85 %", "27.99 %", "23.45 %", "47.72 %")
                .contains("By race × sex", "four-fifths 1.0", "4/5");
    }

    @Test
    void ends_with_0_where_every_rule_passes() throws IOException {
        assertThat(assess(log(AssessmentIT.small("1")), SMALL)).as(err.toString()).isZero();
        assertThat(out.toString()).startsWith("PASSES").contains("SHA-256");
    }

    @Test
    void ends_with_11_where_nothing_could_be_compared() throws IOException {
        assertThat(assess(log("p,y,sex\n1,1,f\n0,1,m\n"), SMALL)).isEqualTo(11);
        assertThat(out.toString()).startsWith("NOT EVALUATED");
    }

    @Test
    void prints_the_result_as_json_with_the_digest_of_the_file() throws IOException {
        var log = AssessmentIT.small("1");
        var mapping = Files.writeString(folder.resolve("m.json"), AssessmentIT.SMALL_MAPPING);
        assertThat(assess(log(log), List.of("--json", "--mapping=" + mapping)))
                .as(err.toString())
                .isZero();
        var result = JsonMapper.shared().readTree(out.toString());
        assertThat(result.path("verdict").asString()).isEqualTo("pass");
        assertThat(result.path("content").asString())
                .isEqualTo(io.countersign.governance.shared.Sha256.of(log).hex());
        assertThat(result.path("attributes").path(0).path("groups").size()).isEqualTo(2);
    }

    @Test
    void of_a_small_group_only_the_size_is_printed() throws IOException {
        var log = AssessmentIT.small("1") + "1,1,x\n";
        assertThat(assess(log(log), SMALL)).isZero();
        assertThat(out.toString()).containsPattern("x +1 +– +– +– +– +– +– +– +–  not evaluated");
    }

    @Test
    void names_the_value_or_column_and_ends_with_3_where_the_file_is_not_as_said()
            throws IOException {
        refused(
                3,
                "no column 'race'",
                assess(log(AssessmentIT.small("1")), with("--attributes=race")));
        refused(3, "'perhaps' (1 rows)", assess(log(AssessmentIT.small("perhaps")), SMALL));
        refused(3, "empty", assess(log(""), SMALL));
        refused(3, "not CSV", assess(log("p,y,sex\n\"never closed"), SMALL));
        refused(3, "There is no file", assess(folder.resolve("none.csv"), SMALL));
    }

    @Test
    void ends_with_2_where_it_was_called_wrongly_and_says_what_is_missing() throws IOException {
        var log = log(AssessmentIT.small("1"));
        refused(2, "--favourable", assess(log, List.of("--prediction=p", "--attributes=sex")));
        refused(2, "--prediction", assess(log, List.of("--attributes=sex")));
        refused(2, "--attributes", assess(log, List.of("--prediction=p")));
        refused(2, "three-fifths", assess(log, with("--rules=three-fifths")));
        refused(2, "named twice", assess(log, with("--label=p")));
        refused(2, "either --mapping", assess(log, with("--mapping=m.json")));
    }

    @Test
    void what_stands_in_the_file_does_not_steer_the_terminal() throws IOException {
        var log = AssessmentIT.small("1").replace(",f", ",\u001b[31mf");
        assertThat(assess(log(log), SMALL)).isZero();
        assertThat(out.toString()).doesNotContain("\u001b").contains("[31mf");
    }

    private void refused(int code, String words, int answered) {
        assertThat(answered).as(err + out.toString()).isEqualTo(code);
        assertThat(err.toString()).contains(words);
        err.getBuffer().setLength(0);
    }

    /** Options after {@link #SMALL}; one given again takes the place of the one before. */
    private static List<String> with(String option) {
        var name = option.substring(0, option.indexOf('='));
        var all = new ArrayList<>(SMALL);
        all.removeIf(o -> o.startsWith(name + "="));
        all.add(option);
        return all;
    }

    private Path log(String content) throws IOException {
        return Files.writeString(folder.resolve("log.csv"), content);
    }

    private int assess(Path file, List<String> options) {
        out.getBuffer().setLength(0);
        var all = new ArrayList<>(List.of("assess", file.toString()));
        all.addAll(options);
        return Countersign.tool()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
