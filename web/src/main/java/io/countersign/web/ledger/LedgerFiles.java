package io.countersign.web.ledger;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.TilePath;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.problem.Problem;
import io.countersign.web.start.Settings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The log as files (C2SP tlog-tiles): {@code /ledger/checkpoint}, {@code
 * /ledger/tile/<L>/<N>[.p/<W>]} and {@code /ledger/tile/entries/<N>[.p/<W>]}. They hold hashes and
 * signatures only; whether they are for everybody is a setting.
 */
@RestController
class LedgerFiles {
    private static final String PREFIX = "/ledger/";
    private static final MediaType TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);

    private final Ledger ledger;
    private final boolean open;

    LedgerFiles(Ledger ledger, Settings settings) {
        this.ledger = ledger;
        this.open = settings.ledger().open();
    }

    @GetMapping(PREFIX + "checkpoint")
    @Nullable ResponseEntity<byte[]> checkpoint(HttpServletResponse response) throws IOException {
        var newest = ledger.newest().orElse(null);
        if (newest == null) {
            return noCheckpoint(response);
        }
        var note = newest.note().bytes();
        return ResponseEntity.ok()
                .contentType(TEXT)
                .cacheControl(CacheControl.noCache())
                .eTag(tag(note))
                .body(note);
    }

    @GetMapping(PREFIX + "tile/**")
    @Nullable ResponseEntity<byte[]> tile(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        TilePath path;
        try {
            // As it was sent: another spelling of the same tile is none of its names.
            path =
                    TilePath.parse(
                            request.getRequestURI()
                                    .substring(request.getContextPath().length())
                                    .substring(PREFIX.length()));
        } catch (MalformedTlog e) {
            Problem.of(
                            400,
                            "ledger.tile-malformed",
                            "%s. Tiles are at tile/<level>/<index>[.p/<width>], bundles of entries at tile/entries/<index>[.p/<width>] (C2SP tlog-tiles)."
                                    .formatted(e.getMessage()))
                    .write(response);
            return null;
        }
        var found = ledger.tile(path).orElse(null);
        if (found == null) {
            Problem.of(
                            404,
                            "ledger.tile-unknown",
                            "No published checkpoint has %s. Ask for the checkpoint first, and for the tiles of its size."
                                    .formatted(path.path()))
                    .write(response);
            return null;
        }
        var years = CacheControl.maxAge(Duration.ofDays(365)).immutable();
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .cacheControl(open ? years.cachePublic() : years.cachePrivate())
                .eTag(tag(found))
                .body(found);
    }

    static @Nullable ResponseEntity<byte[]> noCheckpoint(HttpServletResponse response)
            throws IOException {
        Problem.of(
                        404,
                        "ledger.no-checkpoint",
                        "No checkpoint has been published yet. One is within a second of the first event, unless the signer has stopped: see /ledger.")
                .write(response);
        return null;
    }

    /** A note as a file. */
    static ResponseEntity.BodyBuilder text() {
        return ResponseEntity.ok().contentType(TEXT);
    }

    private static String tag(byte[] bytes) {
        return "\"" + Sha256.of(bytes).hex().substring(0, 32) + "\"";
    }
}
