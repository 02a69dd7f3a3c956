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
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The log as files (C2SP tlog-tiles): {@code /ledger/checkpoint}, {@code
 * /ledger/tile/<L>/<N>[.p/<W>]} and {@code /ledger/tile/entries/<N>[.p/<W>]}. They hold hashes and
 * signatures only; whether they are for everybody is a setting.
 *
 * <p>An epoch is a log with a name and keys of its own, so it has a prefix of its own, which stays:
 * that of the first is {@code /ledger}, that of epoch N {@code /ledger/<N>}. The checkpoint of one
 * that has ended links to its successor.
 */
@RestController
class LedgerFiles {
    private static final String PREFIX = "/ledger/";
    private static final String LATER = PREFIX + "{epoch:[1-9][0-9]*}/";
    private static final MediaType TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);

    private final Ledger ledger;
    private final boolean open;

    LedgerFiles(Ledger ledger, Settings settings) {
        this.ledger = ledger;
        this.open = settings.ledger().open();
    }

    /** Where the files of an epoch are, without the slash at the end. */
    static String prefix(int epoch) {
        return epoch == 1 ? "/ledger" : PREFIX + epoch;
    }

    @GetMapping(PREFIX + "checkpoint")
    @Nullable ResponseEntity<byte[]> first(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        return checkpoint(1, request, response);
    }

    @GetMapping(LATER + "checkpoint")
    @Nullable ResponseEntity<byte[]> later(
            @PathVariable int epoch, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        return epoch == 1 ? noEpoch(epoch, response) : checkpoint(epoch, request, response);
    }

    private @Nullable ResponseEntity<byte[]> checkpoint(
            int epoch, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var found = ledger.epoch(epoch).orElse(null);
        if (found == null && epoch > 1) {
            return noEpoch(epoch, response);
        }
        var newest = found == null ? null : found.last();
        if (found == null || newest == null) {
            return noCheckpoint(response);
        }
        var note = newest.note().bytes();
        var answer =
                ResponseEntity.ok()
                        .contentType(TEXT)
                        .cacheControl(CacheControl.noCache())
                        .eTag(tag(note));
        if (found.ended()) {
            answer.header(
                    HttpHeaders.LINK,
                    "<%s%s/checkpoint>; rel=\"successor-version\""
                            .formatted(request.getContextPath(), prefix(ledger.current())));
        }
        return answer.body(note);
    }

    @GetMapping(PREFIX + "tile/**")
    @Nullable ResponseEntity<byte[]> firstTile(
            HttpServletRequest request, HttpServletResponse response) throws IOException {
        return tile(1, request, response);
    }

    @GetMapping(LATER + "tile/**")
    @Nullable ResponseEntity<byte[]> laterTile(
            @PathVariable int epoch, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        return epoch == 1 ? noEpoch(epoch, response) : tile(epoch, request, response);
    }

    private @Nullable ResponseEntity<byte[]> tile(
            int epoch, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        TilePath path;
        try {
            // As it was sent: another spelling of the same tile is none of its names.
            path =
                    TilePath.parse(
                            request.getRequestURI()
                                    .substring(request.getContextPath().length())
                                    .substring(prefix(epoch).length() + 1));
        } catch (MalformedTlog e) {
            Problem.of(
                            400,
                            "ledger.tile-malformed",
                            "%s. Tiles are at tile/<level>/<index>[.p/<width>], bundles of entries at tile/entries/<index>[.p/<width>] (C2SP tlog-tiles)."
                                    .formatted(e.getMessage()))
                    .write(response);
            return null;
        }
        var found = ledger.tile(epoch, path).orElse(null);
        if (found == null) {
            Problem.of(
                            404,
                            "ledger.tile-unknown",
                            "No published checkpoint of epoch %d has %s, or what it is made of was lost when the epoch ended. Ask for %s/checkpoint first, and for the tiles of its size."
                                    .formatted(epoch, path.path(), prefix(epoch)))
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

    private static @Nullable ResponseEntity<byte[]> noEpoch(int epoch, HttpServletResponse response)
            throws IOException {
        Problem.of(404, "ledger.epoch-unknown", unknown(epoch)).write(response);
        return null;
    }

    static String unknown(int epoch) {
        return "The log has no epoch %d here. GET /api/v1/ledger/epochs lists those it has, and where their files are."
                .formatted(epoch);
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
