package io.countersign.reporting.biasreport;

import io.countersign.governance.report.ReportFormat;
import io.countersign.reporting.document.CsvRendering;
import io.countersign.reporting.document.HtmlRendering;
import io.countersign.reporting.document.PdfRendering;
import io.countersign.reporting.document.ReportDocument;
import java.io.ByteArrayOutputStream;

/** A report written down. The same document gives the same bytes. */
public final class ReportFile {
    private ReportFile() {}

    public static byte[] write(ReportDocument document, ReportFormat format) {
        return switch (format) {
            case HTML -> HtmlRendering.render(document);
            case PDF -> PdfRendering.render(document);
            case JSON -> document.data().bytes();
            case CSV -> {
                var out = new ByteArrayOutputStream();
                CsvRendering.document(document, out);
                yield out.toByteArray();
            }
        };
    }

    public static String mediaType(ReportFormat format) {
        return switch (format) {
            case HTML -> "text/html;charset=UTF-8";
            case PDF -> "application/pdf";
            case JSON -> "application/json";
            case CSV -> "text/csv;charset=UTF-8";
        };
    }
}
