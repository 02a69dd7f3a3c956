package io.countersign.reporting.document;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;

class PdfRenderingTest {
    @BeforeAll
    static void initialise() {
        VeraGreenfieldFoundryProvider.initialise();
    }

    @ParameterizedTest
    @EnumSource(names = {"PDFA_3_A", "PDFUA_1"})
    void passes_verapdf(PDFAFlavour flavour) throws Exception {
        assertThat(problems(PdfRendering.render(SampleReport.plain()), flavour)).isEmpty();
        assertThat(problems(PdfRendering.render(SampleReport.nasty()), flavour)).isEmpty();
    }

    @Test
    void the_same_report_gives_the_same_bytes() {
        var first = PdfRendering.render(SampleReport.plain());
        assertThat(PdfRendering.render(SampleReport.plain())).isEqualTo(first);
        assertThat(PdfRendering.render(SampleReport.titled("Another", 6))).isNotEqualTo(first);
    }

    @Test
    void carries_its_data_so_that_the_digest_on_every_page_can_be_checked() throws IOException {
        var report = SampleReport.nasty();
        try (var pdf = Loader.loadPDF(PdfRendering.render(report))) {
            var attached =
                    pdf.getDocumentCatalog()
                            .getNames()
                            .getEmbeddedFiles()
                            .getNames()
                            .get("report.json");
            assertThat(requireNonNull(attached).getEmbeddedFile().toByteArray())
                    .isEqualTo(report.data().bytes());
            assertThat(pdf.getNumberOfPages()).isGreaterThan(3);
            for (int page = 1; page <= pdf.getNumberOfPages(); page++) {
                assertThat(text(pdf, page))
                        .contains(report.data().digest().hex())
                        .contains("Position 1,204,117")
                        .contains("Checkpoint of ledger.example.com, 1204133 events")
                        .contains("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
                        .contains("Page " + page + " of " + pdf.getNumberOfPages());
            }
        }
    }

    @Test
    void has_an_outline_of_its_sections() throws IOException {
        try (var pdf = Loader.loadPDF(PdfRendering.render(SampleReport.plain()))) {
            var outline = pdf.getDocumentCatalog().getDocumentOutline();
            assertThat(outline.children())
                    .extracting(item -> item.getTitle())
                    .containsExactly("What was decided", "Bias", "Signatures", "How to verify");
        }
    }

    @Test
    void shows_what_people_wrote_as_text_and_what_no_font_has_as_a_replacement()
            throws IOException {
        try (var pdf = Loader.loadPDF(PdfRendering.render(SampleReport.nasty()))) {
            assertThat(text(pdf, 1)).contains("<script>alert(1)</script>").contains("\uFFFD");
        }
        try (var pdf = Loader.loadPDF(PdfRendering.render(SampleReport.plain()))) {
            assertThat(text(pdf, 1)).doesNotContain("\uFFFD");
        }
    }

    private static String text(PDDocument pdf, int page) throws IOException {
        var stripper = new PDFTextStripper();
        stripper.setStartPage(page);
        stripper.setEndPage(page);
        return stripper.getText(pdf);
    }

    private static List<String> problems(byte[] pdf, PDFAFlavour flavour) throws Exception {
        Files.write(Path.of("target", "sample-" + pdf.length / 100_000 + ".pdf"), pdf);
        try (var parser =
                        Foundries.defaultInstance()
                                .createParser(new ByteArrayInputStream(pdf), flavour);
                var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            return validator.validate(parser).getTestAssertions().stream()
                    .map(a -> a.getRuleId().getClause() + " " + a.getMessage())
                    .distinct()
                    .toList();
        }
    }
}
