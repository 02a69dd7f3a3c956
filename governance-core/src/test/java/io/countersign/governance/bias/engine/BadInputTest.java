package io.countersign.governance.bias.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.countersign.governance.bias.engine.ColumnMapping.Classes;
import io.countersign.governance.bias.engine.ColumnMapping.Label;
import io.countersign.governance.bias.engine.ColumnMapping.Prediction;
import io.countersign.governance.bias.engine.ColumnMapping.Score;
import io.countersign.governance.bias.engine.ColumnMapping.Unlisted;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and mappings that cannot be assessed, each with its answer; and odd ones that can. */
class BadInputTest {
    private static final ColumnMapping MAPPING = Logs.mapping("p", "y", "sex");

    @TempDir Path folder;

    private Path file(String text) {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    private Path file(byte[] bytes) {
        try {
            return Files.write(folder.resolve("log.csv"), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Refusal refusal(Path file, ColumnMapping mapping) {
        var e =
                catchThrowableOfType(
                        CommandRefused.class, () -> Logs.assess(file, mapping, Logs.fourFifths(1)));
        assertThat(e).isNotNull();
        return e.refusal();
    }

    private Refusal refusal(String text) {
        return refusal(file(text), MAPPING);
    }

    @Nested
    class Files_that_are_refused {
        @Test
        void an_empty_one() {
            assertThat(refusal("").code()).isEqualTo("bias.empty-file");
            assertThat(refusal("\uFEFF").code()).isEqualTo("bias.empty-file");
        }

        @Test
        void one_with_a_header_only() {
            assertThat(refusal("p,y,sex\n").code()).isEqualTo("bias.no-rows");
            assertThat(refusal("p,y,sex").code()).isEqualTo("bias.no-rows");
        }

        @Test
        void one_that_is_not_there() {
            var gone = folder.resolve("gone.csv");
            assertThatExceptionOfType(CommandRefused.class)
                    .isThrownBy(() -> Logs.assess(gone, Logs.CONTENT, MAPPING, Logs.fourFifths(1)))
                    .satisfies(e -> assertThat(e.refusal().code()).isEqualTo("bias.no-file"));
        }

        @Test
        void one_whose_first_line_is_blank_or_names_nothing() {
            assertThat(refusal("\np,y,sex\n1,1,f\n").code()).isEqualTo("bias.no-header");
            assertThat(refusal("p,y,,sex\n1,1,,f\n").code()).isEqualTo("bias.no-header");
            assertThat(refusal("p,y,\"s\nex\"\n1,1,f\n").code()).isEqualTo("bias.no-header");
        }

        @Test
        void one_with_two_columns_of_one_name_by_name() {
            var refusal = refusal("p,y,sex,decile_score,decile_score\n1,1,f,1,2\n");
            assertThat(refusal.code()).isEqualTo("bias.duplicate-columns");
            assertThat(refusal.message()).contains("'decile_score'");
        }

        @Test
        void one_without_a_mapped_column_naming_those_there_are() {
            var refusal = refusal("p,y,gender\n1,1,f\n");
            assertThat(refusal.code()).isEqualTo("bias.missing-columns");
            assertThat(refusal.message()).contains("'sex'", "p, y, gender");
        }

        @Test
        void one_of_another_case() {
            assertThat(refusal("P,y,sex\n1,1,f\n").code()).isEqualTo("bias.missing-columns");
        }

        @Test
        void one_that_is_binary() {
            assertThat(refusal(file(new byte[] {'P', 'A', 'R', '1', 0, 1, 2}), MAPPING).code())
                    .isEqualTo("bias.not-csv");
            assertThat(
                            refusal(
                                            file(
                                                    "p,y,sex\n1,1,f\n"
                                                            .getBytes(StandardCharsets.UTF_16)),
                                            MAPPING)
                                    .code())
                    .isIn("bias.not-csv", "bias.not-utf-8");
        }

        @Test
        void one_in_another_encoding_by_line() {
            var latin = "p,y,sex\n1,1,f\n1,1,f\u00e9minin\n".getBytes(StandardCharsets.ISO_8859_1);
            var refusal = refusal(file(latin), MAPPING);
            assertThat(refusal.code()).isEqualTo("bias.not-utf-8");
            assertThat(refusal.details()).containsEntry("line", 3);
        }

        @Test
        void one_with_overlong_utf8_or_a_lone_surrogate() {
            var bytes = "p,y,sex\n1,1,fxx\n".getBytes(StandardCharsets.UTF_8);
            bytes[13] = (byte) 0xC0;
            bytes[14] = (byte) 0xAF;
            assertThat(refusal(file(bytes), MAPPING).code())
                    .isIn("bias.not-utf-8", "bias.unreadable");
        }

        @Test
        void one_with_ragged_rows_counted_and_by_line() {
            var refusal = refusal("p,y,sex\n1,1,f\n1,1\n\"1\n\",1,f\n1,1,f,9\n");
            assertThat(refusal.code()).isEqualTo("bias.ragged-rows");
            assertThat(refusal.message()).contains("2 of 4 rows", "3 cells", "line 3, with 2");
            assertThat(refusal.details()).containsEntry("rows", 2).containsEntry("line", 3);
        }

        @Test
        void one_with_a_quote_that_never_ends_or_ends_early() {
            assertThat(refusal("p,y,sex\n1,1,\"f\n1,1,f\n").code()).isEqualTo("bias.not-csv");
            assertThat(refusal("p,y,sex\n1,1,\"f\"x\n").code()).isEqualTo("bias.not-csv");
        }

        @Test
        void one_with_too_many_columns() {
            var header =
                    IntStream.range(0, 10_000)
                            .mapToObj(i -> "c" + i)
                            .collect(Collectors.joining(","));
            assertThat(refusal(header + "\n").code()).isEqualTo("bias.too-many-columns");
        }

        @Test
        void one_whose_first_line_never_ends() {
            assertThat(refusal("x".repeat(1_100_000)).code()).isEqualTo("bias.not-csv");
        }

        @Test
        void one_with_too_many_groups_naming_the_column() {
            var rows = new StringBuilder("p,y,sex\n");
            for (var i = 0; i < 300_000; i++) {
                rows.append("1,1,person").append(i).append('\n');
            }
            var refusal = refusal(rows.toString());
            assertThat(refusal.code()).isEqualTo("bias.too-many-groups");
            assertThat(refusal.message()).contains("'sex'", "5000");
        }

        @Test
        void one_with_too_many_groups_of_a_pair() {
            var rows = new StringBuilder("p,a,b\n");
            for (var i = 0; i < 6_000; i++) {
                rows.append("1,a").append(i % 80).append(",b").append(i / 80).append('\n');
            }
            var refusal = refusal(file(rows.toString()), Logs.mapping("p", null, "a", "b"));
            assertThat(refusal.code()).isEqualTo("bias.too-many-groups");
            assertThat(refusal.message()).contains("'a' and 'b' together");
        }

        @Test
        void one_that_changed_since_it_was_named() {
            var file = file("p,y,sex\n1,1,f\n");
            assertThatExceptionOfType(CommandRefused.class)
                    .isThrownBy(() ->
                            Logs.assess(file, Sha256.of("as it was"), MAPPING, Logs.fourFifths(1)))
                    .satisfies(e -> assertThat(e.refusal().code()).isEqualTo("bias.file-changed"));
        }

        @Test
        void one_with_line_ends_that_duckdb_loses_rows_over() {
            // whatever DuckDB makes of it, no row may go unnoticed
            var mixed = file("p,y,sex\r\n1,1,f\n0,1,f\r1,1,m\r\n");
            try {
                assertThat(Logs.assess(mixed, MAPPING, Logs.fourFifths(1)).overall().size())
                        .isEqualTo(3);
            } catch (CommandRefused e) {
                assertThat(e.refusal().code()).isEqualTo("bias.unreadable");
            }
        }
    }

    @Nested
    class Values_on_neither_list {
        private static final String LOG = "p,y,sex\n1,1,f\nmaybe,1,f\nmaybe,0,m\n0,0,m\n1,2,m\n";

        @Test
        void are_refused_by_value_and_count() {
            var refusal = refusal(LOG);
            assertThat(refusal.code()).isEqualTo("bias.unlisted-values");
            assertThat(refusal.message()).contains("prediction column 'p'", "'maybe' (2 rows)");
            refusal = refusal(LOG.replace("maybe", "1"));
            assertThat(refusal.message()).contains("label column 'y'", "'2' (1 rows)");
        }

        @Test
        void or_counted_as_unknown() {
            var result =
                    Logs.assess(
                            file(LOG),
                            new ColumnMapping(
                                    MAPPING.prediction(),
                                    MAPPING.label(),
                                    MAPPING.attributes(),
                                    List.of(),
                                    Unlisted.COUNT),
                            Logs.fourFifths(1));
            var counts = Logs.counts(result.overall());
            assertThat(counts.rows()).isEqualTo(5);
            assertThat(counts.unlistedPrediction()).isEqualTo(2);
            assertThat(counts.unlistedLabel()).isEqualTo(1);
            assertThat(result.overall().selectionRate()).isEqualTo(new Fraction(2, 3, null));
        }

        @Test
        void include_nan_infinity_and_words_in_a_score() {
            var file = file("p,sex\n0.5,f\n0.49,f\nnan,f\ninf,m\n-Infinity,m\nn/k,m\n,m\n1e0,m\n");
            var scored =
                    new ColumnMapping(
                            new Prediction("p", new Score(new BigDecimal("0.5")), true),
                            null,
                            List.of("sex"),
                            List.of("n/k"),
                            Unlisted.COUNT);
            var counts = Logs.counts(Logs.assess(file, scored, Logs.fourFifths(1)).overall());
            assertThat(counts.selected()).isEqualTo(2);
            assertThat(counts.notSelected()).isEqualTo(1);
            assertThat(counts.unlistedPrediction()).isEqualTo(3);
            assertThat(counts.missingPrediction()).isEqualTo(2);
            var refusing =
                    new ColumnMapping(
                            scored.prediction(),
                            null,
                            List.of("sex"),
                            List.of("n/k"),
                            Unlisted.REFUSE);
            assertThat(refusal(file, refusing).message()).contains("'nan' (1 rows)", "'inf'");
        }
    }

    @Nested
    class Mappings_that_are_refused {
        private static Refusal refusal(Runnable mapping) {
            var e = catchThrowableOfType(CommandRefused.class, mapping::run);
            assertThat(e).isNotNull();
            return e.refusal();
        }

        @Test
        void with_a_value_on_both_lists() {
            var refusal = refusal(() -> new Classes(List.of("1"), List.of("0", "1")));
            assertThat(refusal.code()).isEqualTo("bias.mapping-invalid");
            assertThat(refusal.message()).contains("'1'");
        }

        @ParameterizedTest
        @ValueSource(strings = {"p", "y"})
        void with_a_column_in_two_parts(String attribute) {
            assertThat(refusal(() -> Logs.mapping("p", "y", attribute)).code())
                    .isEqualTo("bias.mapping-invalid");
        }

        @Test
        void with_no_attribute_no_value_or_an_outcome_that_is_missing() {
            assertThat(refusal(() -> Logs.mapping("p", null)).message()).contains("1 to 6");
            assertThat(refusal(() -> new Label("y", List.of(), List.of("0"))).message())
                    .contains("positive");
            assertThat(
                            refusal(() ->
                                            new ColumnMapping(
                                                    MAPPING.prediction(),
                                                    null,
                                                    List.of("sex"),
                                                    List.of("0"),
                                                    Unlisted.REFUSE))
                                    .message())
                    .contains("'0'");
        }
    }

    @Nested
    class Odd_files_that_are_read {
        private AssessmentResult read(String text) {
            return Logs.assess(file(text), MAPPING, Logs.fourFifths(1));
        }

        @Test
        void with_a_byte_order_mark_crlf_quotes_and_line_breaks_in_cells() {
            var result =
                    read("\uFEFF\"p\",y,sex\r\n1,1,\"f, \"\"x\"\"\"\r\n\r\n0,1,\"a\r\nb\"\r\n1,0,");
            assertThat(Logs.attribute(result, "sex").groups())
                    .extracting(g -> g.values().getFirst())
                    .containsExactly("a\r\nb", "f, \"x\"", "(missing)");
            assertThat(result.overall().size()).isEqualTo(3);
        }

        @Test
        void with_values_that_look_like_formulas_markup_or_blanks_untouched() {
            var result = read("p,y,sex\n1,1,=cmd()\n0,1,<b>f</b>\n1,1,f\n1,1,f \n1,1,F\n");
            assertThat(Logs.attribute(result, "sex").groups())
                    .extracting(g -> g.values().getFirst())
                    .containsExactly("<b>f</b>", "=cmd()", "F", "f", "f ");
        }

        @ParameterizedTest
        @CsvSource({
            "'sex\"); COPY (SELECT 1) TO ''/tmp/x''; --'",
            "'''; DROP TABLE log; --'",
            "c0",
            "'select * from x'",
        })
        void with_a_column_named_like_sql(String name) {
            var header = "\"" + name.replace("\"", "\"\"") + "\"";
            var mapping =
                    new ColumnMapping(
                            new Prediction(
                                    "p",
                                    new Classes(List.of("1", "' OR 1=1 --"), List.of("0")),
                                    true),
                            null,
                            List.of(name),
                            List.of("'); ATTACH 'x"),
                            Unlisted.REFUSE);
            var result =
                    Logs.assess(file("p," + header + "\n1,f\n0,m\n"), mapping, Logs.fourFifths(1));
            assertThat(result.attributes().getFirst().groups()).hasSize(2);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"it's; --.csv", "*.csv", "log[1]?.csv", "héé 'x'.csv", "http:x.csv"})
        void under_a_name_with_quotes_or_wildcards(String name) throws IOException {
            Files.writeString(folder.resolve("other.csv"), "p,y,sex\n0,0,other\n");
            var file = Files.writeString(folder.resolve(name), "p,y,sex\n1,1,f\n0,1,m\n");
            assertThat(Logs.assess(file, MAPPING, Logs.fourFifths(1)).overall().size())
                    .isEqualTo(2);
        }

        @Test
        void with_rows_in_any_order_to_the_same_digit() {
            var rows = new ArrayList<String>();
            for (var i = 0; i < 20_000; i++) {
                rows.add(i * 7 % 11 % 2 + "," + i % 3 % 2 + ",g" + i % 13);
            }
            var first = read("p,y,sex\n" + String.join("\n", rows));
            Collections.shuffle(rows, new Random(1));
            var second = read("p,y,sex\n" + String.join("\n", rows));
            assertThat(second.attributes()).isEqualTo(first.attributes());
            assertThat(second.outcomes()).isEqualTo(first.outcomes());
        }
    }

    /** What DuckDB may touch, whoever gets to speak to it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_csv('%s', all_varchar = true)",
                "SELECT * FROM read_text('%s')",
                "SELECT * FROM '%s'",
                "SELECT * FROM glob('%s*')",
                "SELECT * FROM read_text('/etc/passwd')",
                "COPY (SELECT 1) TO '%s'",
                "ATTACH '%s.db'",
                "SET enable_external_access = true",
                "SET allowed_directories = ['/']",
                "RESET allowed_paths",
                "SET temp_directory = '/tmp'",
                "INSTALL httpfs",
                "LOAD httpfs",
            })
    void another_file_cannot_be_read_and_nothing_be_written_or_unlocked(String sql)
            throws IOException, SQLException {
        var log = file("p,y,sex\n1,1,f\n");
        var secret = Files.writeString(folder.resolve("secret.csv"), "p,y,sex\n1,1,secret\n");
        var own = Files.createDirectory(folder.resolve("own"));
        try (var duck = new DuckDbCells(CsvFile.read(log), own, _ -> {});
                var statement = duck.connection().createStatement()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.execute(sql.formatted(secret)))
                    .withMessageMatching(
                            "(?s).*(Permission Error|configuration has been locked).*");
            assertThat(duck.cells(MAPPING)).hasSize(1);
        }
        assertThat(Files.readString(secret)).contains("secret");
        assertThat(Files.exists(folder.resolve("secret.csv.db"))).isFalse();
    }
}
