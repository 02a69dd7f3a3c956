package io.countersign.reporting.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.svgsupport.BatikSVGDrawer;
import io.countersign.reporting.picture.HeatMap.Cell;
import io.countersign.reporting.picture.RateChart.Limit;
import io.countersign.reporting.picture.RateChart.Row;
import io.countersign.reporting.picture.RateChart.Side;
import io.countersign.reporting.picture.TimelinePicture.Moment;
import io.countersign.reporting.picture.TimelinePicture.Tone;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class PicturesTest {
    private static final Instant DAY = Instant.parse("2026-11-22T09:00:00Z");

    private static HeatMap heatMap(int count) {
        return new HeatMap(
                "Risks",
                List.of("Rare", "Almost certain"),
                List.of("Minor", "Severe"),
                List.of("Low", "High"),
                List.of(
                        new Cell(1, 1, 1, 0),
                        new Cell(2, 1, 1, 0),
                        new Cell(1, 2, 1, 0),
                        new Cell(2, 2, 2, count)));
    }

    private static RateChart rates(String group) {
        return new RateChart(
                "Rates",
                "Impact ratio",
                2,
                List.of(
                        new Row("All", 1.0, null, null, true, ""),
                        new Row(group, 0.631, 0.6, 0.66, false, "n = 12"),
                        new Row("Few", null, null, null, false, "n = 3, too few")),
                List.of(new Limit(0.8, Side.AT_LEAST)));
    }

    private static Map<String, String> all(Palette palette, String words) {
        var pictures = new TreeMap<String, String>();
        pictures.put(
                "heat",
                heatMap(3).svg("heat", palette, palette != Palette.FIXED ? "/risks?q=\"<&" : null));
        pictures.put("rates", rates(words).svg("rates", palette));
        pictures.put(
                "funnel",
                new Funnel(
                                words,
                                List.of(
                                        new Funnel.Stage("Projects", 4, "/p?a=1&b=\"2"),
                                        new Funnel.Stage(words, 1, null)))
                        .svg("funnel", palette));
        pictures.put(
                "time",
                new TimelinePicture(
                                "Life",
                                List.of(
                                        new Moment(DAY, words, Tone.GOOD),
                                        new Moment(
                                                DAY.minusSeconds(9_000_000), "Failed", Tone.BAD)))
                        .svg("time", palette));
        return pictures;
    }

    private static Document parse(String svg) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        } catch (Exception e) {
            throw new AssertionError(svg, e);
        }
    }

    @Property(tries = 200)
    void any_words_make_well_formed_pictures_without_styles_or_scripts(@ForAll String words) {
        for (Palette palette : Palette.values()) {
            all(palette, words)
                    .forEach((name, svg) -> {
                        Document document = parse(svg);
                        assertThat(document.getElementsByTagName("title").getLength()).isEqualTo(1);
                        assertThat(document.getElementsByTagName("script").getLength()).isZero();
                        assertThat(svg).doesNotContain(" style=");
                    });
        }
    }

    @Test
    void on_a_phone_pictures_are_no_wider_than_its_page_and_say_the_same() {
        var phone = all(Palette.PHONE, "Group B");
        all(Palette.PAGE, "Group B")
                .forEach((name, wide) -> {
                    var narrow = parse(phone.getOrDefault(name, "")).getDocumentElement();
                    if (!name.equals("time")) {
                        assertThat(Double.parseDouble(narrow.getAttribute("width")))
                                .as(name)
                                .isLessThanOrEqualTo(342);
                    }
                    assertThat(narrow.getElementsByTagName("desc").item(0).getTextContent())
                            .isEqualTo(
                                    parse(wide)
                                            .getElementsByTagName("desc")
                                            .item(0)
                                            .getTextContent());
                });
    }

    @Test
    void the_same_input_gives_the_same_bytes() {
        assertThat(all(Palette.FIXED, "x")).isEqualTo(all(Palette.FIXED, "x"));
    }

    @Test
    void a_page_picture_leaves_colours_to_the_style_sheet_and_a_fixed_one_carries_them() {
        all(Palette.PAGE, "x")
                .values()
                .forEach(svg -> assertThat(svg).contains("class=\"p-").doesNotContain("fill=\"#"));
        all(Palette.FIXED, "x")
                .values()
                .forEach(svg ->
                        assertThat(svg)
                                .contains("fill=\"#")
                                .doesNotContain("class=")
                                .doesNotContain("<a "));
    }

    @Test
    void a_heat_map_says_and_links_what_its_cells_hold() {
        assertThat(heatMap(3).svg("h", Palette.PAGE, "/risks?"))
                .contains("3 risks of likelihood Almost certain and impact Severe, level High")
                .contains("href=\"/risks?likelihood=2&amp;impact=2\"")
                .contains("role=\"group\"");
        assertThat(heatMap(0).svg("h", Palette.PAGE, "/risks?"))
                .contains("No risks.")
                .doesNotContain("<a ");
    }

    @Test
    void a_heat_map_refuses_missing_double_and_outside_cells() {
        var one = List.of("One");
        assertThatThrownBy(() -> new HeatMap("t", one, one, one, List.of()))
                .hasMessageContaining("has 1 cells, 0 were given");
        var twice = new ArrayList<>(List.of(new Cell(1, 1, 1, 0), new Cell(1, 1, 1, 0)));
        assertThatThrownBy(() -> new HeatMap("t", one, one, one, twice))
                .hasMessageContaining("given twice");
        assertThatThrownBy(() -> new HeatMap("t", one, one, one, List.of(new Cell(1, 1, 2, 0))))
                .hasMessageContaining("outside");
    }

    @Test
    void a_rate_beyond_its_limit_is_said_in_words_and_drawn_with_a_pattern() {
        assertThat(rates("Group B").svg("r", Palette.FIXED))
                .contains(
                        "Impact ratio, allowed at least 0.8: All (reference) 1.00; Group B 0.63, beyond the limit; Few no rate.")
                .contains("0.63 beyond limit")
                .contains("url(#r-beyond)");
    }

    @Test
    void a_rate_below_zero_or_not_a_number_is_refused() {
        assertThatThrownBy(() -> new Row("g", Double.NaN, null, null, false, ""))
                .hasMessageContaining("NaN (g)");
        assertThatThrownBy(() -> new Row("g", -0.1, null, null, false, ""))
                .hasMessageContaining("-0.1 (g)");
    }

    @Test
    void pictures_of_nothing_are_drawn_too() {
        parse(new Funnel("t", List.of()).svg("f", Palette.PAGE));
        parse(new TimelinePicture("t", List.of()).svg("t", Palette.PAGE));
        parse(new RateChart("t", "a", 2, List.of(), List.of()).svg("r", Palette.PAGE));
    }

    @Test
    void fixed_pictures_appear_in_a_pdf_in_their_colours() throws IOException {
        var html = new StringBuilder("<html><head><style>@page { size: A3 }</style></head><body>");
        all(Palette.FIXED, "Group B").values().forEach(html::append);
        var pdf = new ByteArrayOutputStream();
        try (var drawer = new BatikSVGDrawer()) {
            new PdfRendererBuilder()
                    .useSVGDrawer(drawer)
                    .withHtmlContent(html.append("</body></html>").toString(), null)
                    .toStream(pdf)
                    .run();
        }
        try (var document = Loader.loadPDF(pdf.toByteArray())) {
            var image = new PDFRenderer(document).renderImage(0);
            int accent = 0;
            int level = 0;
            for (int pixel :
                    image.getRGB(
                            0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth())) {
                accent += (pixel & 0xffffff) == 0x0b5d52 ? 1 : 0;
                level += (pixel & 0xffffff) == 0xdcefe2 ? 1 : 0;
            }
            assertThat(accent).as("pixels of bars").isGreaterThan(1000);
            assertThat(level).as("pixels of low cells").isGreaterThan(1000);
        }
    }
}
