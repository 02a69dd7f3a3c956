package io.countersign.reporting.document;

import java.io.OutputStream;
import java.util.List;

/** A report's figures for a spreadsheet: unrounded, with types that survive. */
public final class CsvRendering {
    private CsvRendering() {}

    /** One table: its column titles, then its rows. A missing value is an empty field. */
    public static void table(Block.Table table, OutputStream out) {
        try (var csv =
                new CsvWriter(out, table.columns().stream().map(Block.Column::title).toList())) {
            table.rows().forEach(row -> csv.row(row.stream().map(Cell::exact).toList()));
        }
    }

    /**
     * The whole report as one table of {@code section, item, row, column, value, note}, so that
     * every record has the same fields whatever the report holds. Rows count from 1; the note says
     * why a value is missing.
     */
    public static void document(ReportDocument report, OutputStream out) {
        try (var csv =
                new CsvWriter(out, List.of("section", "item", "row", "column", "value", "note"))) {
            var meta = report.meta();
            var head = new Sheet(csv, "Report");
            head.put("", "", "Title", Cell.of(report.title()));
            head.put("", "", "Position", Cell.of(meta.position()));
            head.put("", "", "Position time", Cell.of(meta.positionTime()));
            head.put("", "", "Template", Cell.of(meta.template() + " " + meta.templateVersion()));
            head.put("", "", "SHA-256", Cell.of(report.data().digest()));
            var anchor = meta.anchor();
            head.put(
                    "",
                    "",
                    "Checkpoint",
                    anchor == null ? new Cell.Missing("none yet") : Cell.of(anchor.words()));
            head.put("", "", "Proofs", Cell.of(Markup.VERIFY_ANCHOR));
            meta.facts().forEach(f -> head.put("", "", f.term(), f.value()));
            for (var section : report.sections()) {
                var sheet = new Sheet(csv, section.heading());
                section.blocks().forEach(sheet::block);
            }
        }
    }

    private record Sheet(CsvWriter csv, String section) {
        void block(Block block) {
            switch (block) {
                case Block.Paragraph(var text) -> put("", "", "Text", Cell.of(text));
                case Block.Callout(_, var title, var text) -> put(title, "", "Text", Cell.of(text));
                case Block.Definitions(var entries) ->
                        entries.forEach(e -> put("", "", e.term(), e.value()));
                case Block.Gates(var gates) ->
                        gates.forEach(g -> {
                            put(g.name(), "", "Gate", Cell.of(g.outcome().word()));
                            put(g.name(), "", "Explanation", Cell.of(g.explanation()));
                        });
                case Block.Picture(_, _, var numbers) -> block(numbers);
                case Block.Table(var caption, var columns, var rows) -> {
                    for (int r = 0; r < rows.size(); r++) {
                        for (int c = 0; c < columns.size(); c++) {
                            put(
                                    caption,
                                    Integer.toString(r + 1),
                                    columns.get(c).title(),
                                    rows.get(r).get(c));
                        }
                    }
                }
            }
        }

        void put(String item, String row, String column, Cell value) {
            var note = value instanceof Cell.Missing(var reason) ? reason : "";
            csv.row(List.of(section, item, row, column, value.exact(), note));
        }
    }
}
