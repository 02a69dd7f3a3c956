package io.countersign.reporting.document;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere.
 * It carries its data as a link, and forbids itself to load anything.
 */
public final class HtmlRendering {
    private HtmlRendering() {}

    /** UTF-8. The same report gives the same bytes. */
    public static byte[] render(ReportDocument report) {
        var data = report.data();
        var html =
                """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"/>
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
                style-src 'unsafe-inline'"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>%s</title>
                <style>%s</style></head>
                <body><main>
                %s</main>
                <footer>
                <p>Position %s (%s), template %s, version %s. SHA-256 of the data:
                <span class="digest">%s</span></p>
                <p class="anchor">%s</p>
                <p>%s</p>
                <p><a download="report.json" href="data:application/json;base64,%s">Save the \
                data (report.json)</a></p>
                </footer></body></html>
                """
                        .formatted(
                                Markup.text(report.title()),
                                Styles.common() + Styles.screen(),
                                Markup.body(report),
                                Cell.of(report.meta().position()).shown(),
                                Cell.of(report.meta().positionTime()).shown(),
                                Markup.text(report.meta().template()),
                                Markup.text(report.meta().templateVersion()),
                                data.digest(),
                                Markup.anchor(report.meta().anchor()),
                                Markup.text(
                                        "To verify: save the data below and compute its SHA-256,"
                                                + " for example with 'sha256sum report.json'. It"
                                                + " must be the digest above. "
                                                + Markup.VERIFY_ANCHOR),
                                Base64.getEncoder().encodeToString(data.bytes()));
        return html.getBytes(StandardCharsets.UTF_8);
    }
}
