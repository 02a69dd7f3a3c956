package io.countersign.reporting.biasreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.report.ReportFormat;
import io.countersign.governance.shared.UserId;
import io.countersign.reporting.document.ReportData;
import io.countersign.reporting.document.ReportDocument;
import io.countersign.reporting.picture.Palette;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.pdfbox.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import tools.jackson.databind.json.JsonMapper;

/** On the data of a real report, as it was made by the whole application. */
class BiasAndRiskDocumentTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @EnumSource(names = {"PDFA_3_A", "PDFUA_1"})
    void the_pdf_passes_verapdf(PDFAFlavour flavour) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        var pdf = ReportFile.write(document(person -> "Ada Berg"), ReportFormat.PDF);
        Files.write(Path.of("target", "bias-and-risk.pdf"), pdf);
        try (var parser =
                        Foundries.defaultInstance()
                                .createParser(new ByteArrayInputStream(pdf), flavour);
                var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            assertThat(validator.validate(parser).getTestAssertions())
                    .extracting(a -> a.getRuleId().getClause() + " " + a.getMessage())
                    .isEmpty();
        }
        try (var opened = Loader.loadPDF(pdf)) {
            assertThat(opened.getDocumentCatalog().getDocumentOutline().children()).hasSize(12);
        }
    }

    /** Whoever has the JSON of a template's version has all that it says. */
    @Test
    void the_data_are_the_whole_report() throws IOException {
        assertThat(ReportData.of(JSON.valueToTree(content())).bytes()).isEqualTo(stored());
    }

    @ParameterizedTest
    @EnumSource
    void the_same_data_and_names_give_the_same_bytes(ReportFormat format) throws IOException {
        assertThat(ReportFile.write(document(UserId::value), format))
                .isEqualTo(ReportFile.write(document(UserId::value), format));
    }

    @Test
    void of_a_small_group_only_the_size_is_told() throws IOException {
        var small =
                java.util.Objects.requireNonNull(content().assessment()).attributes().stream()
                        .flatMap(attribute -> attribute.groups().stream())
                        .filter(group -> group.standing().equals("too-small"))
                        .toList();
        assertThat(small).isNotEmpty().allMatch(group -> group.counts() == null);
        assertThat(small)
                .allMatch(group -> group.selectionRate().number() == null && group.size() > 0);
    }

    @Test
    void names_are_shown_beside_pseudonyms_and_kept_out_of_the_data() throws IOException {
        var html =
                new String(
                        ReportFile.write(document(person -> "<i>Ada</i>"), ReportFormat.HTML),
                        StandardCharsets.UTF_8);
        assertThat(html).contains("&lt;i&gt;Ada&lt;/i&gt; (u-").doesNotContain("<i>");
        assertThat(html)
                .as("a waiver in force")
                .contains("Waivers in force", "reported.w-7f3k2a9d", "model-card-complete")
                .contains("The caveats follow the first month.", "by a second person.");
        assertThat(ReportFile.write(document(person -> "Ada"), ReportFormat.JSON))
                .isEqualTo(stored());
    }

    private static ReportDocument document(Function<UserId, String> names) throws IOException {
        return BiasAndRiskDocument.of(
                content(), ReportData.of(JSON.readTree(stored())), null, Palette.FIXED, names);
    }

    private static BiasAndRisk content() throws IOException {
        return JSON.readValue(stored(), BiasAndRisk.class);
    }

    private static byte[] stored() throws IOException {
        try (var in = BiasAndRiskDocumentTest.class.getResourceAsStream("/bias-and-risk.json")) {
            return java.util.Objects.requireNonNull(in).readAllBytes();
        }
    }
}
