package io.countersign.reporting.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.xml.sax.InputSource;

class HtmlRenderingTest {
    @Example
    void what_people_wrote_never_becomes_markup() throws Exception {
        var html = html(SampleReport.nasty());
        assertThat(html)
                .doesNotContain("<script")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
        var dom = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        var body =
                dom.parse(new InputSource(new StringReader(html.replace("<!DOCTYPE html>", ""))));
        assertThat(body.getElementsByTagName("section").getLength()).isEqualTo(3);
    }

    @Property
    void any_text_is_well_formed_and_neither_markup_nor_an_override(@ForAll String text)
            throws Exception {
        var safe = Markup.text(text + "\u202E<\uFFFF");
        assertThat(safe).doesNotContain("<", ">", "\"", "'", "\u202E");
        var xml = "<p title=\"" + safe + "\">" + safe + "</p>";
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)));
    }

    @Example
    void needs_nothing_else_and_forbids_itself_to_load_anything() {
        assertThat(html(SampleReport.plain()))
                .contains("default-src 'none'")
                .doesNotContain("src=\"", "<link", "url(", "href=\"http");
    }

    @Example
    void carries_its_data_its_position_and_how_to_verify_it() {
        var report = SampleReport.plain();
        assertThat(html(report))
                .contains("Position 1,204,117 (2026-11-22 09:30:15 UTC)")
                .contains(report.data().digest().hex())
                .contains("sha256sum report.json")
                .contains("Checkpoint of ledger.example.com, 1204133 events, root")
                .contains("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
                .contains("/api/v1/ledger/checkpoint?covering=")
                .contains(Base64.getEncoder().encodeToString(report.data().bytes()));
    }

    @Example
    void the_same_report_gives_the_same_bytes() {
        assertThat(HtmlRendering.render(SampleReport.nasty()))
                .isEqualTo(HtmlRendering.render(SampleReport.nasty()));
    }

    @Example
    void rounds_when_shown_and_only_then() {
        var ratio = Cell.of(new BigDecimal("0.7999"), 2);
        assertThat(ratio.shown()).isEqualTo("0.80");
        assertThat(ratio.exact()).isEqualTo("0.7999");
        assertThat(Cell.of(new BigDecimal("0.125"), 2).shown()).isEqualTo("0.13");
        assertThat(Cell.of(-1_234_567).shown()).isEqualTo("-1,234,567");
    }

    @Example
    void a_table_refuses_a_cell_of_another_kind_and_a_row_of_another_width() {
        var columns = List.of(Block.Column.whole("n"));
        assertThatThrownBy(() -> new Block.Table("T", columns, List.of(List.of(Cell.of("three")))))
                .hasMessageContaining("column 'n' of 'T' holds INTEGER");
        assertThatThrownBy(() -> new Block.Table("T", columns, List.of(List.of())))
                .hasMessage("a row of 'T' has 0 cells for 1 columns");
    }

    @Example
    void a_picture_that_could_run_or_load_something_is_refused() {
        for (var inner :
                List.of(
                        "<script>alert(1)</script>",
                        "<foreignObject/>",
                        "<image href='x'/>",
                        "<rect onclick='x()'/>",
                        "<use href='http://x/y'/>",
                        "<style>rect{fill:url(http://x)}</style>",
                        "<rect",
                        "<?php ?>")) {
            assertThatThrownBy(() -> SafeSvg.check("<svg>" + inner + "</svg>"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> SafeSvg.check("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>"))
                .isInstanceOf(IllegalArgumentException.class);
        SafeSvg.check("<svg><rect fill='url(#p)'/><use href='#a'/></svg>");
    }

    private static String html(ReportDocument report) {
        return new String(HtmlRendering.render(report), StandardCharsets.UTF_8);
    }
}
