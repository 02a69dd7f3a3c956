package io.countersign.web.ledger;

import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.reporting.verify.Verification;
import io.countersign.web.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/ledger")
@Tag(
        name = "Ledger",
        description =
                "The signed Merkle tree of all events. Its files are at /ledger/checkpoint and"
                        + " /ledger/tile (C2SP tlog-tiles), those of epoch N from the second on at"
                        + " /ledger/N/checkpoint and /ledger/N/tile")
class LedgerApi {
    private final Ledger ledger;
    private final LedgerState state;
    private final FullVerification verification;
    private final OfferedEvidence offered;

    LedgerApi(
            Ledger ledger,
            LedgerState state,
            FullVerification verification,
            OfferedEvidence offered) {
        this.ledger = ledger;
        this.state = state;
        this.verification = verification;
        this.offered = offered;
    }

    /**
     * A published checkpoint.
     *
     * @param size events in the tree
     * @param root of the tree, base64
     * @param note as signed and cosigned
     */
    record Published(long size, String root, Instant at, String note) {
        static Published of(Ledger.Published checkpoint) {
            return new Published(
                    checkpoint.size(),
                    checkpoint.root().base64(),
                    checkpoint.at(),
                    checkpoint.note().toString());
        }
    }

    /**
     * @param lastCosigned by this server's knowledge; null before the first
     * @param alarm what is wrong with it; null where nothing is
     */
    record Witness(
            String name,
            @Nullable Instant lastCosigned,
            @Nullable Long lastSize,
            @Nullable String alarm) {}

    /**
     * How the ledger is doing.
     *
     * @param origin the log's name; null before it begins
     * @param sequenced events with a position
     * @param integrated events in the tree
     * @param checkpoint the newest published; null before the first
     * @param keys verifier keys (signed-note vkeys) its checkpoints are signed with
     * @param quorum of the witnesses; {@code none} where no cosignature is asked for
     * @param oldestUnsequenced when the oldest event without a position was written
     * @param well whether there is no alarm
     * @param lastVerification the last full one that came to its end; null where none did
     * @param brokenOff a later one that did not, and verifies nothing; null where none is
     * @param verification the newest that was asked for here; null where there is none, or it is
     *     not for who asks
     */
    record Status(
            @Nullable String origin,
            long sequenced,
            long integrated,
            @Nullable Published checkpoint,
            List<String> keys,
            @Nullable String quorum,
            List<Witness> witnesses,
            @Nullable Instant oldestUnsequenced,
            boolean well,
            List<String> alarms,
            FullVerification.@Nullable Last lastVerification,
            FullVerification.@Nullable BrokenOff brokenOff,
            FullVerification.@Nullable Run verification) {}

    /**
     * @param readModels whether to compare read models with a replay too
     * @param resume whether to go on where an earlier one was broken off
     */
    record Start(@Nullable Boolean readModels, @Nullable Boolean resume) {}

    /**
     * A log of its own: a new one begins where the one before could not go on.
     *
     * @param epoch its number
     * @param files where its files are
     * @param keys verifier keys of those that sign it or signed it
     * @param statement why the one before could not go on; null in the first
     * @param checkpoint the newest; of an epoch that has ended, the last it was signed with
     */
    record Epoch(
            int epoch,
            String origin,
            String files,
            List<String> keys,
            @Nullable String statement,
            boolean ended,
            @Nullable Published checkpoint) {}

    /**
     * @param hashes in the order of RFC 9162, section 2.1.4, base64
     */
    record Consistency(long from, long to, List<String> hashes) {}

    @GetMapping
    @Operation(summary = "How the ledger is doing, and the keys to verify it with")
    Status status(Actor actor) {
        var seen = state.seenBy(actor);
        var view = seen.status();
        var newest = view.newest();
        return new Status(
                seen.keys().isEmpty() ? null : seen.keys().getFirst().name(),
                view.sequenced(),
                view.integrated(),
                newest == null ? null : Published.of(newest),
                seen.keys().stream().map(VerifierKey::text).toList(),
                seen.policy() == null ? null : seen.policy().quorum(),
                view.witnesses().stream()
                        .map(w ->
                                new Witness(
                                        w.name(),
                                        w.lastCosigned(),
                                        w.lastSize(),
                                        actor.visibility().all() || w.alarm() == null
                                                ? w.alarm()
                                                : "raises an alarm"))
                        .toList(),
                view.oldestUnsequenced(),
                seen.isWell(),
                seen.alarms(),
                verification.last(actor).orElse(null),
                verification.brokenOff().orElse(null),
                verification.newest(actor).orElse(null));
    }

    @PostMapping("/verifications")
    @Operation(
            summary = "Verify the whole ledger, as a job",
            description =
                    "As countersign fsck does: rows, tree, checkpoints, read models, schema. Answers"
                            + " before it has run; the address in Location says how far it is. One"
                            + " at a time. For administrators, auditors and compliance officers for"
                            + " all projects.")
    ResponseEntity<FullVerification.Run> verifyAll(
            @RequestBody(required = false) @Nullable Start start,
            Actor actor,
            Context context) { // the one that runs is answered with 409 anyway
        var run =
                verification.start(
                        actor,
                        start == null || !Boolean.FALSE.equals(start.readModels()),
                        start != null && Boolean.TRUE.equals(start.resume()));
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/ledger/verifications/" + run.id()))
                .body(run);
    }

    @GetMapping("/verifications/{id}")
    @Operation(
            summary = "How far a full verification is, and what it found",
            description = "One that did not come to its end (whole) verifies nothing.")
    FullVerification.Run verification(@PathVariable UUID id, Actor actor) {
        return verification.find(id, actor);
    }

    @PostMapping("/verifications/{id}/cancellation")
    @Operation(
            summary = "Call a full verification off",
            description = "One's own, or as an administrator. The next can go on from there.")
    FullVerification.Run cancel(@PathVariable UUID id, Actor actor, Context context) {
        return verification.cancel(id, actor);
    }

    @PostMapping("/verify")
    @Operation(
            summary = "What countersign verify says of an evidence bundle or a receipt",
            description =
                    "Send the file as it is, as the body. The answer is that of countersign verify"
                            + " --json, with its exit code, whatever the verdict. It is held against"
                            + " this log's keys and witnesses (against=log), or those the bundle"
                            + " brings along (against=bundle). A convenience: a server that checks"
                            + " its own proofs proves nothing to those who do not trust it. Verify"
                            + " offline, with countersign verify or docs/verifier/verify.py.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            content =
                    @Content(
                            mediaType = "application/octet-stream",
                            schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = Verification.class)))
    ResponseEntity<byte[]> verify(
            @RequestParam(defaultValue = "log") String against,
            Actor actor,
            Context context, // nothing is recorded, so a repetition is answered anew
            HttpServletRequest request)
            throws IOException {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(
                        offered.verify(
                                        request.getInputStream(),
                                        OfferedEvidence.Against.of(against))
                                .json());
    }

    @GetMapping("/epochs")
    @Operation(
            summary = "All epochs of the log, with their keys and last checkpoints",
            description =
                    "What an epoch that has ended signed stays provable by its own files and keys:"
                            + " with ?epoch= the proofs of events, consistency and policy are of it.")
    List<Epoch> epochs() {
        return ledger.epochs().stream()
                .map(epoch ->
                        new Epoch(
                                epoch.number(),
                                epoch.origin(),
                                LedgerFiles.prefix(epoch.number()),
                                epoch.keys().stream().map(VerifierKey::text).toList(),
                                epoch.statement(),
                                epoch.ended(),
                                epoch.last() == null ? null : Published.of(epoch.last())))
                .toList();
    }

    @GetMapping("/checkpoint")
    @Operation(
            summary = "The newest published checkpoint, or the first that covers a position",
            description =
                    "A signed note (C2SP tlog-checkpoint). With ?covering=<position> the answer is"
                            + " the same whenever it is asked for.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = "text/plain", schema = @Schema(type = "string")))
    @Nullable ResponseEntity<byte[]> checkpoint(
            @RequestParam @Nullable @Min(0) Long covering, HttpServletResponse response)
            throws IOException {
        var found = covering == null ? ledger.newest() : ledger.firstCovering(covering);
        if (found.isEmpty() && covering != null) {
            Problem.of(
                            404,
                            "ledger.not-covered",
                            "No published checkpoint covers position %d yet. Try again in a second."
                                    .formatted(covering))
                    .write(response);
            return null;
        }
        return found.isEmpty()
                ? LedgerFiles.noCheckpoint(response)
                : LedgerFiles.text()
                        .cacheControl(CacheControl.noCache())
                        .body(found.get().note().bytes());
    }

    @GetMapping("/consistency")
    @Operation(
            summary = "Proves that the tree of one size is the beginning of that of another",
            description =
                    "RFC 9162, section 2.1.4. Between any two sizes of one epoch up to the published"
                            + " one. An epoch is bound to the one before by the checkpoint in its"
                            + " log id, not by a consistency proof.")
    Consistency consistency(
            @RequestParam @Min(0) long from,
            @RequestParam @Min(0) long to,
            @RequestParam @Nullable @Min(1) Integer epoch) {
        var number = number(epoch);
        if (from > to) {
            throw CommandRefused.invalid(
                    "from", Long.toString(from), "give a size of at most " + to + ", that of 'to'");
        }
        return ledger.consistency(number, from, to)
                .map(proof ->
                        new Consistency(from, to, proof.path().stream().map(Hash::base64).toList()))
                .orElseThrow(() ->
                        CommandRefused.invalid(
                                "to",
                                Long.toString(to),
                                "the newest published size is "
                                        + ledger.published(number)
                                                .map(Ledger.Published::size)
                                                .orElse(0L)
                                        + ", and what an epoch lost before it ended cannot be proven any more"));
    }

    /** The newest where none is asked for. */
    private int number(@Nullable Integer epoch) {
        if (epoch == null) {
            return ledger.current();
        }
        if (ledger.epoch(epoch).isEmpty()) {
            throw new CommandRefused(
                    Refusal.notFound("ledger.epoch-unknown", LedgerFiles.unknown(epoch))
                            .with("epoch", epoch));
        }
        return epoch;
    }

    @GetMapping("/policy")
    @Operation(
            summary = "What a checkpoint must have to be believed, for verifiers",
            description =
                    "C2SP tlog-policy: the log's keys, the witnesses' keys, the quorum. Get it once"
                            + " by a way you trust and keep it; a policy that comes with the proof says"
                            + " nothing.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = "text/plain", schema = @Schema(type = "string")))
    @Nullable ResponseEntity<byte[]> policy(
            @RequestParam @Nullable @Min(1) Integer epoch, HttpServletResponse response)
            throws IOException {
        var policy = ledger.policy(number(epoch)).map(WitnessPolicy::text).orElse(null);
        return policy == null
                ? LedgerFiles.noCheckpoint(response)
                : LedgerFiles.text().body(policy.getBytes(StandardCharsets.UTF_8));
    }
}
