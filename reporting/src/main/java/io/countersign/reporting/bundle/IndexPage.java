package io.countersign.reporting.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.entry.MacState;
import io.countersign.reporting.document.HtmlText;

/** {@code index.html}: the bundle for people. Nothing is proven by it, and it says so. */
final class IndexPage {
    private static final String STYLE =
            "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1f24;background:#fff}"
                    + "table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #c8ccd1;padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
                    + "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}";

    private IndexPage() {}

    /**
     * @param log its key's text and fingerprint
     */
    static byte[] head(
            Selection selection,
            Ledger.Published checkpoint,
            String log,
            String fingerprint,
            long events,
            long withheld) {
        return """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Evidence bundle</title>
        <style>%s</style></head>
        <body><main>
        <h1>Evidence bundle</h1>
        <p>%s: %d %s%s.</p>
        <h2>How to verify it</h2>
        <p>Do not believe this page: it is for reading, and proves nothing. Verify the file you got, as it is, offline, with one of two independent programs:</p>
        <pre><code>countersign verify bundle.zip
        python3 verify.py bundle.zip</code></pre>
        <p>Compare the key they name with one you have from elsewhere, or give it to them with <code>--key</code>; give witnesses you trust with <code>--policy</code>.</p>
        <h2>What is proven</h2>
        <ul>
        <li>Every event is, to the byte, what the log committed to, and is in the log under the signed checkpoint below.</li>
        <li>Where <code>streams.ndjson</code> says so, the history of a stream is complete up to a position.</li>
        <li>Where there is a report, its data are those that were issued.</li>
        </ul>
        <h2>What is not</h2>
        <ul>
        <li>Who the people behind the ids are; what they wrote about persons is sealed.</li>
        <li>That events chosen by a filter are all that the filter has.</li>
        <li>Payloads that were withheld.</li>
        </ul>
        <h2>The checkpoint</h2>
        <table>
        <tr><th scope="row">Log</th><td><code>%s</code></td></tr>
        <tr><th scope="row">Size</th><td>%d</td></tr>
        <tr><th scope="row">Root</th><td><code>%s</code></td></tr>
        <tr><th scope="row">Key</th><td><code>%s</code></td></tr>
        <tr><th scope="row">Its fingerprint</th><td><code>%s</code></td></tr>
        </table>
        <h2>Events</h2>
        <table>
        <thead><tr><th scope="col" class="n">Position</th><th scope="col">Time</th><th scope="col">What</th><th scope="col">Subject</th><th scope="col">Payload</th><th scope="col">Writer</th></tr></thead>
        <tbody>
        """
                .formatted(
                        STYLE,
                        HtmlText.of(selection.words()),
                        events,
                        events == 1 ? "event" : "events",
                        withheld == 0 ? "" : ", %d of them without payload".formatted(withheld),
                        HtmlText.of(checkpoint.origin()),
                        checkpoint.size(),
                        checkpoint.root(),
                        HtmlText.of(log),
                        fingerprint)
                .getBytes(UTF_8);
    }

    static byte[] row(Ledger.Placed placed, boolean withheld) {
        var row = placed.row();
        return "<tr><td class=\"n\">%d</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n"
                .formatted(
                        placed.position(),
                        HtmlText.of(row.time()),
                        HtmlText.of(row.payloadType()),
                        HtmlText.of(row.stream()),
                        withheld ? "withheld" : "there",
                        row.macState() == MacState.VERIFIED
                                ? "right"
                                : HtmlText.of(row.macState().title()))
                .getBytes(UTF_8);
    }

    static byte[] foot() {
        return "</tbody></table>\n</main></body></html>\n".getBytes(UTF_8);
    }
}
