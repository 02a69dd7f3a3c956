package io.countersign.reporting.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class CsvWriterTest {
    @Example
    void keeps_formulas_from_a_spreadsheet_and_numbers_as_numbers() {
        assertThat(field("=cmd()|' /C calc'!A0")).isEqualTo("'=cmd()|' /C calc'!A0");
        assertThat(field("+1+2")).isEqualTo("'+1+2");
        assertThat(field("-2+3")).isEqualTo("'-2+3");
        assertThat(field("@SUM(A1)")).isEqualTo("'@SUM(A1)");
        assertThat(field("\t=1")).isEqualTo("\"'\t=1\"");
        assertThat(field("\r=1")).isEqualTo("\"'\r=1\"");
        assertThat(field("=1,\"2\"")).isEqualTo("\"'=1,\"\"2\"\"\"");
        assertThat(field("-")).isEqualTo("'-");
        for (var number : List.of("-5", "+1", "-0.25", "-1e-7", "5", "-.5")) {
            assertThat(field(number)).isEqualTo(number);
        }
    }

    @Property
    void every_row_reads_back(@ForAll List<String> fields) {
        var row = new ArrayList<String>(fields);
        row.add("last");
        var out = new ByteArrayOutputStream();
        try (var csv = new CsvWriter(out, row)) {
            csv.row(row);
        }
        var written = out.toString(StandardCharsets.UTF_8);
        var rows = read(written);
        assertThat(rows).hasSize(2);
        for (int i = 0; i < row.size(); i++) {
            // a half surrogate has no UTF-8
            var sent =
                    new String(row.get(i).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            assertThat(rows.get(1).get(i)).isIn(sent, "'" + sent);
            assertThat(rows.get(1).get(i)).doesNotStartWith("=").doesNotStartWith("@");
        }
    }

    @Example
    void a_row_of_another_width_is_refused() {
        try (var csv = new CsvWriter(new ByteArrayOutputStream(), List.of("a", "b"))) {
            assertThatThrownBy(() -> csv.row(List.of("1")))
                    .hasMessage("a row has 1 fields, the header 2");
        }
    }

    @Example
    void a_table_is_written_unrounded_and_a_missing_value_empty() {
        var table =
                new Block.Table(
                        "Ratios",
                        List.of(Block.Column.text("Group"), Block.Column.decimal("Ratio")),
                        List.of(
                                List.of(Cell.of("=A1"), Cell.of(new BigDecimal("0.79961"), 2)),
                                List.of(Cell.of("B"), new Cell.Missing("too few"))));
        var out = new ByteArrayOutputStream();
        CsvRendering.table(table, out);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("Group,Ratio\r\n'=A1,0.79961\r\nB,\r\n");
    }

    @Example
    void a_report_is_one_table_with_the_reason_of_what_is_missing() {
        var out = new ByteArrayOutputStream();
        CsvRendering.document(SampleReport.nasty(), out);
        var rows = read(out.toString(StandardCharsets.UTF_8));
        assertThat(rows).allMatch(row -> row.size() == 6).hasSizeGreaterThan(600);
        assertThat(rows)
                .contains(
                        List.of("Report", "", "", "Position", "1204117", ""),
                        List.of(
                                "Report",
                                "",
                                "",
                                "Checkpoint",
                                "Checkpoint of ledger.example.com, 1204133 events, root"
                                        + " CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
                                ""),
                        List.of("Bias", "Selection by group", "2", "n", "1214", ""),
                        List.of(
                                "Bias",
                                "Selection by group",
                                "5",
                                "Impact ratio",
                                "",
                                "undefined: nobody was selected"));
    }

    private static String field(String text) {
        var out = new ByteArrayOutputStream();
        try (var csv = new CsvWriter(out, List.of("a", "b"))) {
            csv.row(List.of(text, "x"));
        }
        var line = out.toString(StandardCharsets.UTF_8).substring("a,b\r\n".length());
        return line.substring(0, line.length() - ",x\r\n".length());
    }

    /** A reader that knows nothing but RFC 4180. */
    private static List<List<String>> read(String csv) {
        var rows = new ArrayList<List<String>>();
        var row = new ArrayList<String>();
        var field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (quoted && c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == ',') {
                row.add(field.toString());
                field.setLength(0);
            } else if (!quoted && c == '\r' && csv.charAt(i + 1) == '\n') {
                row.add(field.toString());
                field.setLength(0);
                rows.add(List.copyOf(row));
                row.clear();
                i++;
            } else {
                field.append(c);
            }
        }
        return rows;
    }
}
