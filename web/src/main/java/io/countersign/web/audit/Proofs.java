package io.countersign.web.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Proofs that single events are in the ledger, for those who may see the events. */
@RestController
@RequestMapping("/api/v1/events/{event}")
@Tag(name = "Audit trail")
class Proofs {
    private static final MediaType TEXT = new MediaType("text", "plain", UTF_8);

    private final Ledger ledger;
    private final Events events;
    private final ReadPosition positions;

    Proofs(Ledger ledger, Events events, ReadPosition positions) {
        this.ledger = ledger;
        this.events = events;
        this.positions = positions;
    }

    /**
     * An event's row and salt, as in the file {@code events.ndjson} of an evidence bundle; byte
     * strings are base64.
     *
     * @param position in the ledger, from 0
     * @param logId what every entry of this log is bound to
     * @param entry what stands in the log for this row, made of it and the salt; see
     *     docs/ledger-formats.md
     */
    @SuppressWarnings("ArrayRecordComponent") // written out, never compared
    record Row(
            long position,
            byte[] logId,
            byte[] entry,
            long globalIndex,
            String eventId,
            @Nullable String type,
            String stream,
            long sequenceNumber,
            String time,
            String payloadType,
            @Nullable String payloadRevision,
            byte[] payload,
            byte[] metadata,
            byte[] salt,
            String writerKeyId,
            byte[] writerMac,
            long txId,
            long recordedAt,
            long positionTime,
            int macState) {
        static Row of(long position, byte[] logId, byte[] entry, LedgerRow row) {
            return new Row(
                    position,
                    logId,
                    entry,
                    row.globalIndex(),
                    row.eventId(),
                    row.type(),
                    row.stream(),
                    row.sequenceNumber(),
                    row.time(),
                    row.payloadType(),
                    row.payloadRevision(),
                    row.payload(),
                    row.metadata(),
                    row.salt(),
                    row.writerKeyId(),
                    row.writerMac(),
                    row.txId(),
                    row.recordedAt(),
                    row.positionTime(),
                    row.macState().code());
        }
    }

    @GetMapping("/proof")
    @Operation(
            summary = "Proves that an event is in the ledger: its receipt",
            description =
                    "A C2SP tlog-proof of the first published checkpoint with the event, the same"
                            + " whenever it is asked for; its extra data is the log entry. 409 with"
                            + " Retry-After where no checkpoint covers the event yet; ?wait= waits so"
                            + " many seconds for one. The proof is in the newest epoch's log, or in"
                            + " that of ?epoch=: the origin in its checkpoint says which. 404 where"
                            + " there is no such epoch, 409 where that ended without the event.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = "text/plain", schema = @Schema(type = "string")))
    ResponseEntity<byte[]> proof(
            @PathVariable String event,
            @RequestParam(defaultValue = "0") @Min(0) @Max(30) int wait,
            @RequestParam @Nullable @Min(1) Integer epoch,
            Actor actor,
            HttpServletResponse response) {
        var longest = Duration.ofSeconds(wait);
        var deadline = System.nanoTime() + longest.toNanos();
        if (wait > 0) {
            positions.await(event, longest);
        }
        // At the newest position, whatever ?at= says: a proof has no past.
        var entry = events.find(event, actor, positions.now());
        var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        var ended = epoch == null ? null : ended(epoch);
        var receipt =
                ended == null
                        ? ledger.await(entry.eventId(), left)
                                .orElseThrow(() -> notCovered(entry, response))
                        : ledger.receipt(entry.eventId(), ended.number())
                                .orElseThrow(() -> notIn(ended, entry));
        return ResponseEntity.ok()
                .contentType(TEXT)
                .cacheControl(CacheControl.noCache().cachePrivate())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(
                                        entry.eventId()
                                                + (ended == null ? "" : ".epoch-" + epoch)
                                                + ".tlog-proof")
                                .build()
                                .toString())
                .body(receipt.proof().bytes());
    }

    @GetMapping("/row")
    @Operation(
            summary = "An event's row with its salt, to make its log entry again",
            description =
                    "For auditors of the event's project. Whoever has the salt can show others what"
                            + " the entry commits to.")
    Row row(
            @PathVariable String event,
            @RequestParam @Nullable @Min(1) Integer epoch,
            Actor actor,
            HttpServletResponse response) {
        var entry = events.find(event, actor, positions.now());
        requireAuditor(actor, entry.projectId());
        var ended = epoch == null ? null : ended(epoch);
        var covering =
                ended == null
                        ? ledger.firstCovering(entry.position())
                                .orElseThrow(() -> notCovered(entry, response))
                        : ledger.receipt(entry.eventId(), ended.number())
                                .map(Ledger.Receipt::checkpoint)
                                .orElseThrow(() -> notIn(ended, entry));
        var placed = ledger.events(covering.epoch(), List.of(entry.position())).getFirst();
        Objects.requireNonNull(placed.commitment());
        return Row.of(placed.position(), covering.logId().bytes(), placed.entry(), placed.row());
    }

    /** Null where it is the one that goes on. */
    private Ledger.@Nullable Epoch ended(int epoch) {
        var found =
                ledger.epoch(epoch)
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.notFound(
                                                        "ledger.epoch-unknown",
                                                        "The log has no epoch %d. GET /api/v1/ledger/epochs lists those it has."
                                                                .formatted(epoch))
                                                .with("epoch", epoch)));
        return found.ended() ? found : null;
    }

    private static CommandRefused notIn(Ledger.Epoch epoch, AuditEntry entry) {
        return new CommandRefused(
                Refusal.conflict(
                                "ledger.not-in-epoch",
                                "The event '%s' has ledger position %d, and epoch %d ended without it, or cannot prove it any more. Ask for its proof without an epoch."
                                        .formatted(
                                                entry.eventId(), entry.position(), epoch.number()))
                        .with("event", entry.eventId())
                        .with("epoch", epoch.number()));
    }

    /** Salts are for auditors: whoever has one can show others what an entry commits to. */
    static void requireAuditor(Actor actor, @Nullable String project) {
        if (project == null) {
            actor.requireForAll(Role.AUDITOR);
        } else {
            actor.require(new ProjectId(project), Role.AUDITOR);
        }
    }

    private static CommandRefused notCovered(AuditEntry entry, HttpServletResponse response) {
        response.setHeader(HttpHeaders.RETRY_AFTER, "1");
        return new CommandRefused(
                Refusal.conflict(
                                "ledger.not-covered",
                                "The event '%s' has ledger position %d, but no published checkpoint covers it yet. Try again in a second, or wait for it with ?wait=5."
                                        .formatted(entry.eventId(), entry.position()))
                        .with("event", entry.eventId())
                        .with("position", entry.position()));
    }
}
