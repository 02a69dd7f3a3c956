package io.countersign.reporting.document;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How reports look, in the CSS that both browsers and the PDF renderer understand. */
final class Styles {
    private Styles() {}

    static String common() {
        return """
        body { color: #1c2127; font-size: 10pt; line-height: 1.4; margin: 0; }
        h1 { font-size: 20pt; line-height: 1.2; margin: 0 0 3pt 0; }
        h2 { font-size: 13pt; line-height: 1.25; margin: 20pt 0 6pt 0;
          border-bottom: 0.75pt solid #9aa5b1; padding-bottom: 2pt;
          page-break-after: avoid; }
        h1, h2, p, td, th, caption { word-wrap: break-word; overflow-wrap: anywhere; }
        p { margin: 0 0 6pt 0; white-space: pre-line; }
        td { white-space: pre-line; }
        .subtitle { font-size: 12pt; color: #4a5561; margin-bottom: 10pt; }
        table { border-collapse: collapse; table-layout: fixed; margin: 4pt 0 10pt 0;
          font-size: 9pt; }
        table.facts { width: 100%; }
        table.facts th { width: 28%; }
        caption { text-align: left; font-weight: bold; padding: 4pt 0 3pt 0; }
        th, td { text-align: left; vertical-align: top; padding: 2.5pt 5pt;
          border-bottom: 0.5pt solid #cfd6dd; }
        thead th { border-bottom: 1pt solid #5f6b77; background-color: #eef1f4; }
        th { font-weight: bold; }
        tr, caption { page-break-inside: avoid; }
        th.n, td.n { text-align: right; }
        .missing { color: #5f6b77; }
        .alternative { color: #4a5561; font-size: 9pt; page-break-after: avoid; }
        .picture { margin: 6pt 0 4pt 0; page-break-inside: avoid;
          page-break-after: avoid; }
        .picture svg { max-width: 100%; }
        .outcome { font-weight: bold; }
        .passed { color: #1a6632; }
        .failed { color: #a11d1d; }
        .unknown { color: #7a4b00; }
        .callout { border-left: 4pt solid #3b6ea5; background-color: #eff4fa;
          padding: 6pt 9pt 2pt 9pt; margin: 6pt 0 10pt 0; page-break-inside: avoid; }
        .callout.warning { border-left-color: #b36b00; background-color: #fdf5e6; }
        .callout.problem { border-left-color: #a11d1d; background-color: #fceeee; }
        .callout-title { font-weight: bold; }
        """
                + IntStream.rangeClosed(1, 100)
                        .mapToObj(w -> "col.w" + w + "{width:" + w + "%}")
                        .collect(Collectors.joining())
                + IntStream.rangeClosed(6, 20)
                        .mapToObj(w -> "table.t" + w * 5 + "{width:" + w * 5 + "%}")
                        .collect(Collectors.joining());
    }

    static String screen() {
        return """

        body { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
        main, footer { max-width: 58rem; margin: 0 auto; padding: 1.5rem; }
        footer { border-top: 1px solid #9aa5b1; font-size: 9pt; color: #4a5561; }
        .digest { font-family: ui-monospace, "DejaVu Sans Mono", monospace;
          font-size: 8pt; overflow-wrap: anywhere; }
        .n { font-variant-numeric: tabular-nums; }
        @page { size: A4; margin: 18mm; }
        @media print { main, footer { max-width: none; padding: 0; }
          thead { display: table-header-group; } h2 { break-after: avoid; } }
        """;
    }

    static String paged() {
        return """

        @page { size: A4; margin: 24mm 18mm 24mm 18mm;
          @top-left { content: element(top); width: 100%; vertical-align: bottom;
            padding-bottom: 4mm; }
          @bottom-left { content: element(bottom); width: 82%; vertical-align: top;
            padding-top: 4mm; }
          @bottom-right { content: "Page " counter(page) " of " counter(pages);
            font-family: 'Report Sans'; font-size: 7.5pt; color: #4a5561;
            vertical-align: top; padding-top: 4mm; } }
        body, svg text { font-family: 'Report Sans'; }
        table { -fs-table-paginate: paginate; -fs-page-break-min-height: 30mm; }
        thead th.caption { background-color: #ffffff; border-bottom: 0; padding-left: 0; }
        h2 { -fs-page-break-min-height: 40mm; }
        p.alternative { -fs-page-break-min-height: 35mm; }
        .gates { -fs-page-break-min-height: 30mm; }
        .digest { font-family: 'Report Mono'; font-size: 7.5pt; }
        #top { position: running(top); font-size: 7.5pt; color: #4a5561;
          border-bottom: 0.5pt solid #cfd6dd; padding-bottom: 2pt; }
        #bottom { position: running(bottom); font-size: 7pt; color: #4a5561; }
        #bottom .digest { font-size: 6pt; }
        .verify { page-break-inside: avoid; }
        """;
    }
}
