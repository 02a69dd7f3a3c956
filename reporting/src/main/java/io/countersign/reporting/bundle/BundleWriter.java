package io.countersign.reporting.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.LedgerFault;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.LedgerEntry.Salt;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.ledger.heads.StreamHeads;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.InclusionProof;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.reporting.document.CanonicalJson;
import io.countersign.reporting.verify.Verifier;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes one bundle: first its events in ledger order, then their proofs in the same order, then
 * the rest. What is written waits in files, so that memory does not grow with it, and nothing goes
 * out before all of it is known.
 */
final class BundleWriter implements AutoCloseable {
    private static final int LONGEST_LINE = 32 << 20;

    private final byte[] logId;
    private final Spool spool;
    private final Spool rows;
    private final Spool.Out events;
    private final Spool.Out proofs;
    private final Spool.Out table;
    private long count;
    private long withheld;

    /**
     * @param logId that every entry is bound to
     */
    BundleWriter(byte[] logId) throws IOException {
        this.logId = logId.clone();
        spool = new Spool();
        rows = new Spool();
        events = spool.open("events.ndjson");
        proofs = spool.open("proofs.ndjson");
        table = rows.open("rows");
    }

    /**
     * What a bundle has besides events and their proofs.
     *
     * @param policy whose quorum the checkpoint meets
     * @param predecessor the last checkpoint of the epoch before; null in the first
     * @param heads the record of stream heads; null where no stream is said to be complete
     * @param complete the heads of those that are, by name
     * @param report files of the report, by name; empty where it is of none
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Rest(
            Selection selection,
            Ledger.Published checkpoint,
            WitnessPolicy policy,
            byte @Nullable [] predecessor,
            StreamHeads.@Nullable OnRecord heads,
            List<StreamHeads.Head> complete,
            Map<String, byte[]> report) {}

    long count() {
        return count;
    }

    /**
     * @param withhold whether to leave its payload out
     * @throws LedgerFault where the row is not what the log committed to
     */
    void event(Ledger.Placed placed, boolean withhold) throws IOException {
        var row = placed.row();
        var commitment = LedgerEntry.commitment(logId, row);
        if (placed.commitment() == null
                || !Arrays.equals(commitment, placed.commitment().bytes())) {
            throw new LedgerFault(
                    LedgerFault.Kind.ROW_CHANGED,
                    "The event at ledger position %d is not what the log committed to. Verify the whole ledger."
                            .formatted(placed.position()));
        }
        line(events, json(placed.position(), row, withhold));
        table.write(IndexPage.row(placed, withhold));
        count++;
        if (withhold) {
            withheld++;
        }
    }

    /** Of the next event that has none yet. */
    void proof(byte[] entry, InclusionProof inclusion) throws IOException {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("entry", base64(entry));
        path(json, inclusion);
        json.put("position", inclusion.index());
        line(proofs, json);
    }

    /** Writes the file; {@code out} stays open. */
    void write(Rest rest, OutputStream out) throws IOException {
        events.close();
        proofs.close();
        table.close();
        var checkpoint = rest.checkpoint();
        spool.add("checkpoint", checkpoint.note().bytes());
        spool.add("policy", rest.policy().text().getBytes(UTF_8));
        if (rest.predecessor() != null) {
            spool.add("predecessor", rest.predecessor());
        }
        for (var file : rest.report().entrySet()) {
            spool.add("report/" + file.getKey(), file.getValue());
        }
        spool.add("selection.json", CanonicalJson.bytes(rest.selection().json()));
        streams(rest);
        index(rest);
        var manifest = JsonNodeFactory.instance.objectNode();
        manifest.putObject("checkpoint")
                .put("origin", checkpoint.origin())
                .put("root", checkpoint.root().base64())
                .put("size", checkpoint.size());
        manifest.put("events", count);
        var files = manifest.putArray("files");
        for (var file : spool.files()) {
            files.addObject()
                    .put("name", file.name())
                    .put("sha256", file.sha256())
                    .put("size", file.size());
        }
        manifest.put("format", "countersign/bundle/1");
        spool.add("manifest.json", CanonicalJson.bytes(manifest));
        spool.zip(out);
    }

    private void streams(Rest rest) throws IOException {
        var heads = rest.heads();
        if (heads == null || rest.complete().isEmpty()) {
            return;
        }
        try (var streams = spool.open("streams.ndjson")) {
            for (var head : rest.complete()) {
                var json = JsonNodeFactory.instance.objectNode();
                json.put("headsPosition", heads.position());
                json.put("index", head.inclusion().index());
                json.put("lastPosition", head.lastPosition());
                json.put("lastSequence", head.lastSequence());
                path(json, head.inclusion());
                json.put("stream", head.stream());
                line(streams, json);
            }
        }
    }

    private void index(Rest rest) throws IOException {
        var checkpoint = rest.checkpoint();
        var key =
                rest.policy().logs().stream()
                        .map(WitnessPolicy.Log::key)
                        .filter(k -> checkpoint.note().signatures().stream().anyMatch(k::made))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "no key of the policy signed the checkpoint"));
        try (var index = spool.open("index.html")) {
            index.write(
                    IndexPage.head(
                            rest.selection(),
                            checkpoint,
                            key.text(),
                            Verifier.fingerprint(key),
                            count,
                            withheld));
            Files.copy(rows.files().iterator().next().path(), index);
            index.write(IndexPage.foot());
        }
    }

    private static ObjectNode json(long position, LedgerRow row, boolean withhold) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("eventId", row.eventId());
        json.put("globalIndex", row.globalIndex());
        json.put("macState", row.macState().code());
        json.put("metadata", base64(row.metadata()));
        json.put("payload", withhold ? null : base64(row.payload()));
        json.put("payloadRevision", row.payloadRevision());
        json.put("payloadType", row.payloadType());
        json.put("position", position);
        json.put("positionTime", row.positionTime());
        json.put("recordedAt", row.recordedAt());
        json.put("salt", withhold ? null : base64(row.salt()));
        json.put("sequenceNumber", row.sequenceNumber());
        json.put("stream", row.stream());
        json.put("time", row.time());
        json.put("txId", row.txId());
        json.put("type", row.type());
        json.put("writerKeyId", row.writerKeyId());
        json.put("writerMac", base64(row.writerMac()));
        if (withhold) {
            var payloadSalt = LedgerEntry.derive(row.salt(), Salt.PAYLOAD);
            json.put("headSalt", base64(LedgerEntry.derive(row.salt(), Salt.HEAD)));
            json.put("metadataSalt", base64(LedgerEntry.derive(row.salt(), Salt.METADATA)));
            json.put("payloadHash", base64(LedgerEntry.saltedHash(payloadSalt, row.payload())));
            json.put("rowSalt", base64(LedgerEntry.derive(row.salt(), Salt.ROW)));
        }
        return json;
    }

    private static void path(ObjectNode json, InclusionProof inclusion) {
        var path = json.putArray("path");
        inclusion.path().stream().map(Hash::base64).forEach(path::add);
    }

    private static void line(OutputStream out, ObjectNode json) throws IOException {
        var bytes = CanonicalJson.bytes(json);
        if (bytes.length > LONGEST_LINE) {
            throw new IllegalStateException(
                    "an event of %d bytes is too large for a bundle".formatted(bytes.length));
        }
        out.write(bytes);
        out.write('\n');
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public void close() throws IOException {
        try (spool;
                rows) {
            events.close();
            proofs.close();
            table.close();
        }
    }
}
