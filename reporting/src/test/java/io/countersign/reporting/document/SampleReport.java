package io.countersign.reporting.document;

import io.countersign.governance.shared.Sha256;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/** A report with every kind of block, and every kind of text that people should not send. */
final class SampleReport {
    static final String NASTY =
            "<script>alert(1)</script> =cmd()|' /C calc'!A0 \u0000\u0007\u202Egnp.exe\u2066"
                    + " \uD800 שלום עליכם العربية 😀 漢字 & \" ' </td></table>";
    static final String LONG_WORD = "Donaudampfschifffahrtsgesellschaft".repeat(6);
    private static final String SVG =
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="480" height="120" viewBox="0 0 480 120">
            <rect x="0" y="10" width="300" height="24" fill="#3b6ea5"/>
            <rect x="0" y="50" width="180" height="24" fill="#b36b00"/>
            <line x1="240" y1="0" x2="240" y2="90" stroke="#a11d1d" stroke-dasharray="4 3"/>
            <text x="306" y="27" font-size="12" fill="#1c2127">Caucasian 0.65</text>
            <text x="186" y="67" font-size="12" fill="#1c2127">African-American 0.41</text>
            <text x="244" y="104" font-size="11" fill="#a11d1d">limit 0.8 ✓</text>
            </svg>\
            """;

    private SampleReport() {}

    static ReportDocument plain() {
        return titled("Bias and risk report", 6);
    }

    static ReportDocument nasty() {
        return titled("Report " + NASTY + LONG_WORD, 120);
    }

    static ReportDocument titled(String title, int rows) {
        var figures = new ArrayList<List<Cell>>();
        for (int i = 0; i < rows; i++) {
            figures.add(
                    List.of(
                            Cell.of(i % 7 == 3 ? title : "Group " + i),
                            Cell.of(1000L * i + 214),
                            i % 5 == 4
                                    ? new Cell.Missing("undefined: nobody was selected")
                                    : Cell.of(
                                            new BigDecimal("0.785").add(BigDecimal.valueOf(i, 2)),
                                            2),
                            Cell.of(LocalDate.of(2026, 11, 1).plusDays(i % 28)),
                            Cell.of(Sha256.of("file " + i))));
        }
        var groups =
                new Block.Table(
                        "Selection by group",
                        List.of(
                                Block.Column.text("Group"),
                                Block.Column.whole("n"),
                                Block.Column.decimal("Impact ratio"),
                                Block.Column.date("Measured"),
                                Block.Column.digest("File")),
                        figures);
        var small =
                new Block.Table(
                        "Impact ratio",
                        List.of(Block.Column.text("Group"), Block.Column.decimal("Ratio")),
                        List.of(
                                List.of(Cell.of("Caucasian"), Cell.of(new BigDecimal("0.65"), 2)),
                                List.of(
                                        Cell.of("African-American"),
                                        Cell.of(new BigDecimal("0.41"), 2))));
        var json = JsonNodeFactory.instance.objectNode();
        json.put("title", title.replace("\uD800", "")).put("rows", rows).put("ratio", "0.785");
        return new ReportDocument(
                title,
                "credit.scorer@1.0, as signed off on 22 November 2026",
                new ReportDocument.Meta(
                        1_204_117,
                        Instant.parse("2026-11-22T09:30:15.123Z"),
                        "bias-and-risk",
                        "1",
                        List.of(
                                Block.Definition.of("Subject", "credit.scorer@1.0"),
                                Block.Definition.of("Policy", "model-sign-off, version 3")),
                        new ReportDocument.Anchor(
                                "ledger.example.com",
                                1_204_133,
                                "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")),
                List.of(
                        new ReportDocument.Section(
                                "What was decided",
                                List.of(
                                        new Block.Paragraph(
                                                "The version was signed off.\n\nTwo people signed,"
                                                        + " neither of them the requester.\n"
                                                        + title),
                                        new Block.Callout(
                                                Block.Tone.PROBLEM,
                                                "The four-fifths gate is closed",
                                                "African-American: 0.63, limit 0.80. " + title),
                                        new Block.Gates(
                                                List.of(
                                                        new Block.Gate(
                                                                "Training data approved",
                                                                Block.Outcome.PASSED,
                                                                "credit.applications@1.0, until"
                                                                        + " 2027-11-22"),
                                                        new Block.Gate(
                                                                "Four-fifths rule",
                                                                Block.Outcome.FAILED,
                                                                title),
                                                        new Block.Gate(
                                                                "No open critical risk",
                                                                Block.Outcome.UNKNOWN,
                                                                "not evaluated"))))),
                        new ReportDocument.Section(
                                "Bias",
                                List.of(
                                        new Block.Picture(
                                                SVG, "Impact ratio by group, limit 0.8", small),
                                        groups)),
                        new ReportDocument.Section(
                                "Signatures",
                                List.of(
                                        new Block.Definitions(
                                                List.of(
                                                        Block.Definition.of("Validator", title),
                                                        new Block.Definition(
                                                                "Manifest",
                                                                Cell.of(Sha256.of("m"))))),
                                        new Block.Callout(
                                                Block.Tone.NOTE, "Open conditions", "None."),
                                        new Block.Table(
                                                "Conditions",
                                                List.of(Block.Column.text("Condition")),
                                                List.of())))),
                ReportData.of(json));
    }
}
