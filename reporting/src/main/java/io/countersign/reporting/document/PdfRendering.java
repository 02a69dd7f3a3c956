package io.countersign.reporting.document;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FSFontUseCase;
import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.outputdevice.helper.ExternalResourceControlPriority;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder.PdfAConformance;
import com.openhtmltopdf.svgsupport.BatikSVGDrawer;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDEmbeddedFilesNameTreeNode;
import org.apache.pdfbox.pdmodel.common.filespecification.PDComplexFileSpecification;
import org.apache.pdfbox.pdmodel.common.filespecification.PDEmbeddedFile;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A report as PDF/A-3a (ISO 19005-3): tagged, fonts embedded, with an outline, and with the
 * canonical data attached as {@code report.json}. It knows no clock: dates in the file are those of
 * the report's position, so the same report gives the same bytes.
 */
public final class PdfRendering {
    static final String ATTACHMENT = "report.json";
    private static final int RUNNING_TITLE = 100;

    static {
        XRLog.setLoggingEnabled(false);
    }

    private PdfRendering() {}

    public static byte[] render(ReportDocument report) {
        var out = new ByteArrayOutputStream();
        try (var renderer = builder(report).buildPdfRenderer();
                var pdf = renderer.createPDFKeepOpen()) {
            attach(pdf, report);
            settle(pdf, report);
            pdf.save(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static PdfRendererBuilder builder(ReportDocument report) {
        var builder = new PdfRendererBuilder();
        builder.useFastMode();
        builder.usePdfAConformance(PdfAConformance.PDFA_3_A);
        builder.usePdfUaAccessibility(true);
        builder.useColorProfile(resource("srgb.icc"));
        builder.withProducer("Countersign");
        builder.useReplacementText("\uFFFD");
        builder.useSVGDrawer(new BatikSVGDrawer());
        builder.useExternalResourceAccessControl(
                (_, _) -> false, ExternalResourceControlPriority.RUN_BEFORE_RESOLVING_URI);
        font(builder, "DejaVuSansCondensed.ttf", "Report Sans", 400);
        font(builder, "DejaVuSansCondensed-Bold.ttf", "Report Sans", 700);
        font(builder, "DejaVuSansMono.ttf", "Report Mono", 400);
        builder.addDOMMutator(document -> {
            elements(document, "svg").forEach(PdfRendering::describe);
            elements(document, "caption").forEach(PdfRendering::repeat);
        });
        builder.withHtmlContent(xhtml(report), null);
        return builder;
    }

    /** The tags take a picture's text alternative from the svg element itself. */
    private static void describe(Element svg) {
        if (svg.getParentNode() instanceof Element around) {
            svg.setAttribute("alt", around.getAttribute("aria-label"));
        }
    }

    /** A caption in the table's head is never alone at the foot of a page, and on each one. */
    private static void repeat(Element caption) {
        if (caption.getParentNode() instanceof Element table) {
            var head = (Element) table.getElementsByTagName("thead").item(0);
            var columns = table.getElementsByTagName("col").getLength();
            var cell = caption.getOwnerDocument().createElement("th");
            cell.setAttribute("class", "caption");
            cell.setAttribute("scope", "col");
            cell.setAttribute("colspan", Integer.toString(columns));
            cell.setTextContent(caption.getTextContent());
            var row = caption.getOwnerDocument().createElement("tr");
            row.appendChild(cell);
            head.insertBefore(row, head.getFirstChild());
            table.removeChild(caption);
        }
    }

    private static List<Element> elements(Document document, String name) {
        var found = document.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    private static String xhtml(ReportDocument report) {
        var bookmarks = new StringBuilder();
        for (int i = 0; i < report.sections().size(); i++) {
            bookmarks
                    .append("<bookmark name=\"")
                    .append(Markup.text(report.sections().get(i).heading()))
                    .append("\" href=\"#")
                    .append(Markup.sectionId(i))
                    .append("\"/>");
        }
        var meta = report.meta();
        return """
        <html lang="en"><head><title>%s</title>
        <meta name="subject" content="%s"/>
        <style>%s</style><bookmarks>%s</bookmarks></head>
        <body>
        <div id="top">%s</div>
        <div id="bottom">Position %s (%s), template %s, version %s<br/>
        SHA-256 of the data <span class="digest">%s</span><br/>
        %s</div>
        %s<div class="verify"><h2 id="verify">How to verify this report</h2>
        <p>The data of this report is attached to this file as %s. Save the attachment and \
        compute its SHA-256, for example with \u2018pdfdetach -saveall report.pdf\u2019 and \
        \u2018sha256sum %s\u2019. It must be the digest at the foot of every page.</p>
        <p>%s</p></div>
        </body></html>
        """
                .formatted(
                        Markup.text(report.title()),
                        Markup.text(report.subtitle()),
                        Styles.common() + Styles.paged(),
                        bookmarks + "<bookmark name=\"How to verify\" href=\"#verify\"/>",
                        Markup.text(abbreviated(report.title())),
                        Cell.of(meta.position()).shown(),
                        Cell.of(meta.positionTime()).shown(),
                        Markup.text(meta.template()),
                        Markup.text(meta.templateVersion()),
                        report.data().digest(),
                        Markup.anchor(meta.anchor()),
                        Markup.body(report),
                        ATTACHMENT,
                        ATTACHMENT,
                        Markup.text(Markup.VERIFY_ANCHOR));
    }

    private static String abbreviated(String title) {
        return title.codePointCount(0, title.length()) <= RUNNING_TITLE
                ? title
                : title.substring(0, title.offsetByCodePoints(0, RUNNING_TITLE)) + "…";
    }

    /** ISO 19005-3, 6.8: an associated file, with its relation to the document said. */
    private static void attach(PDDocument pdf, ReportDocument report) throws IOException {
        var bytes = report.data().bytes();
        var file = new PDEmbeddedFile(pdf, new ByteArrayInputStream(bytes), COSName.FLATE_DECODE);
        file.setSubtype("application/json");
        file.setSize(bytes.length);
        file.setModDate(calendar(report.meta().positionTime()));
        var specification = new PDComplexFileSpecification();
        specification.setFile(ATTACHMENT);
        specification.setFileUnicode(ATTACHMENT);
        specification.setFileDescription("The data of this report, as canonical JSON");
        specification.setEmbeddedFile(file);
        specification.setEmbeddedFileUnicode(file);
        specification
                .getCOSObject()
                .setItem(COSName.getPDFName("AFRelationship"), COSName.getPDFName("Data"));
        var tree = new PDEmbeddedFilesNameTreeNode();
        tree.setNames(Map.of(ATTACHMENT, specification));
        var catalog = pdf.getDocumentCatalog();
        var names = new PDDocumentNameDictionary(catalog);
        names.setEmbeddedFiles(tree);
        catalog.setNames(names);
        var associated = new COSArray();
        associated.add(specification.getCOSObject());
        catalog.getCOSObject().setItem(COSName.getPDFName("AF"), associated);
    }

    /** Takes out what would differ from run to run: the clock and the random document id. */
    private static void settle(PDDocument pdf, ReportDocument report) throws IOException {
        var time = report.meta().positionTime();
        pdf.getDocumentInformation().setCreationDate(calendar(time));
        var metadata = pdf.getDocumentCatalog().getMetadata();
        var xmp = new String(metadata.toByteArray(), StandardCharsets.UTF_8);
        var date = Matcher.quoteReplacement(time.toString().replaceFirst("\\.\\d+Z$", "Z"));
        metadata.importXMPMetadata(
                xmp.replaceAll("(<xmp:CreateDate>)[^<]*(</xmp:CreateDate>)", "$1" + date + "$2")
                        .getBytes(StandardCharsets.UTF_8));
        pdf.setDocumentId(HexFormat.fromHexDigitsToLong(report.data().digest().hex(), 0, 16));
    }

    private static Calendar calendar(Instant time) {
        return GregorianCalendar.from(ZonedDateTime.ofInstant(time, ZoneOffset.UTC));
    }

    private static void font(PdfRendererBuilder builder, String file, String family, int weight) {
        builder.useFont(
                () -> stream(file),
                family,
                weight,
                FontStyle.NORMAL,
                true,
                EnumSet.of(FSFontUseCase.DOCUMENT, FSFontUseCase.SVG));
    }

    private static InputStream stream(String name) {
        return Objects.requireNonNull(
                PdfRendering.class.getResourceAsStream(name), "not in the jar: " + name);
    }

    private static byte[] resource(String name) {
        try (var in = stream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
