package io.countersign.reporting.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.ledger.entry.MacState;
import io.countersign.governance.ledger.entry.StreamHead;
import io.countersign.governance.ledger.heads.StreamHeads;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Cosignature;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.InclusionProof;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.VerifierKey.Algorithm;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.governance.report.ReportId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A log in memory, with keys of its own; the same every time it is made. */
final class SampleLog {
    static final Instant COSIGNED = Instant.parse("2026-11-22T09:00:05Z");

    private final String origin;
    private final byte @Nullable [] predecessor;
    final SignerKey key;
    final SignerKey witness;
    final List<Ledger.Placed> events = new ArrayList<>();
    private final Map<String, Long> sequences = new HashMap<>();

    SampleLog(String origin, int seed, byte @Nullable [] predecessor) {
        this.origin = origin;
        this.predecessor = predecessor;
        key = new SignerKey(origin, Algorithm.ED25519, bytes("key " + seed));
        witness = new SignerKey("w1.example", Algorithm.COSIGNATURE, bytes("witness " + seed));
    }

    /** A small one: two streams, a record of heads, a report. */
    static SampleLog small() {
        var log = new SampleLog("log.example/sample", 1, null);
        log.event("model:credit.scorer", "model.registered", "{\"name\":\"Scorer\"}");
        log.event("project:credit", "project.registered", "{\"name\":\"Crédit <b>&\"}");
        log.event("model:credit.scorer", "model.card-written", "{\"text\":\"secret\"}");
        log.event("model:credit.scorer", "model.card-written", "{\"text\":\"again\"}");
        log.heads();
        log.event("project:credit", "project.amended", "{}");
        return log;
    }

    static byte[] bytes(String from) {
        return java.util.HexFormat.of().parseHex(Sha256.of(from).hex());
    }

    byte[] logId() {
        return LedgerEntry.logId(origin, predecessor);
    }

    Ledger.Placed event(String stream, String type, String payload) {
        return event(stream, type, payload, MacState.VERIFIED);
    }

    Ledger.Placed event(String stream, String type, String payload, MacState mac) {
        var sequence = sequences.merge(stream, 0L, (was, _) -> was + 1);
        return place(stream, sequence, type, payload, mac);
    }

    Ledger.Placed place(String stream, long sequence, String type, String payload, MacState mac) {
        var position = events.size();
        var row =
                new LedgerRow(
                        position + 17L,
                        "id-" + position,
                        stream.substring(0, stream.indexOf(':')),
                        stream,
                        sequence,
                        "2026-11-22T09:00:0%d.000Z".formatted(position % 10),
                        type,
                        position == 1 ? null : "1",
                        payload.getBytes(UTF_8),
                        "{\"actor\":\"u-ada\"}".getBytes(UTF_8),
                        bytes("salt " + position),
                        "k1",
                        bytes("mac " + position),
                        900 + position,
                        1_795_338_000_000_000L + position,
                        1_795_338_000_000_000L + position,
                        mac);
        var placed =
                new Ledger.Placed(position, row, Hash.of(LedgerEntry.commitment(logId(), row)));
        events.add(placed);
        return placed;
    }

    /** Records the heads of everything so far. */
    StreamHeads.OnRecord heads() {
        var size = events.size();
        var leaves = heads(size).values().stream().map(SampleLog::leaf).toList();
        var root = root(leaves);
        var placed =
                event(
                        "ledger:stream-heads@" + size,
                        "ledger.stream-heads-recorded",
                        "{\"size\":%d,\"streams\":%d,\"root\":\"%s\"}"
                                .formatted(size, leaves.size(), root.hex()));
        return new StreamHeads.OnRecord(
                placed.row().eventId(), placed.position(), COSIGNED, size, leaves.size(), root);
    }

    List<StreamHeads.Head> proven(StreamHeads.OnRecord heads, String... streams) {
        var all = heads(heads.size());
        var names = List.copyOf(all.keySet());
        var leaves = all.values().stream().map(SampleLog::leaf).toList();
        return Arrays.stream(streams)
                .sorted()
                .map(stream -> {
                    var last = java.util.Objects.requireNonNull(all.get(stream));
                    return new StreamHeads.Head(
                            stream,
                            last.row().sequenceNumber(),
                            last.position(),
                            inclusion(names.indexOf(stream), leaves));
                })
                .toList();
    }

    private TreeMap<String, Ledger.Placed> heads(long size) {
        var heads = new TreeMap<String, Ledger.Placed>();
        events.stream()
                .filter(event -> event.position() < size)
                .forEach(event -> heads.put(event.row().stream(), event));
        return heads;
    }

    private static Hash leaf(Ledger.Placed last) {
        return Merkle.leaf(
                StreamHead.entry(
                        LedgerEntry.derive(last.row().salt(), LedgerEntry.Salt.HEAD),
                        last.row().stream(),
                        last.row().sequenceNumber(),
                        last.position()));
    }

    WitnessPolicy policy() {
        return new WitnessPolicy(
                List.of(new WitnessPolicy.Log(key.verifier(), null)),
                List.of(new WitnessPolicy.Witness("w1", witness.verifier(), null)),
                List.of(),
                "w1");
    }

    Ledger.Published checkpoint() {
        var root = root(leaves());
        var checkpoint = new Checkpoint(origin, events.size(), root);
        var note = checkpoint.sign(key);
        note = note.with(List.of(Cosignature.sign(witness, note.text(), COSIGNED)));
        return published(root, note);
    }

    Ledger.Published published(Hash root, Note note) {
        return new Ledger.Published(
                1, origin, Hash.of(logId()), events.size(), root, note, COSIGNED);
    }

    InclusionProof inclusion(long position) {
        return inclusion((int) position, leaves());
    }

    /** A bundle of the whole history of a stream, with the heads it rests on. */
    byte[] subject(StreamHeads.OnRecord heads, String stream, Long... withheld) {
        var positions = new TreeSet<Long>();
        events.stream()
                .filter(e -> e.row().stream().equals(stream) && e.position() < heads.size())
                .forEach(e -> positions.add(e.position()));
        positions.add(heads.position());
        return bundle(
                new Selection.Subject(List.of(SubjectRef.parse(stream))),
                positions,
                List.of(withheld),
                heads,
                proven(heads, stream),
                Map.of());
    }

    byte[] filter(Long... positions) {
        return bundle(
                new Selection.Filter(Map.of("name", "model.*", "from", "0")),
                new TreeSet<>(List.of(positions)),
                List.of(),
                null,
                List.of(),
                Map.of());
    }

    byte[] report(ReportId id, Map<String, byte[]> files, Long... positions) {
        return bundle(
                new Selection.Report(id, null),
                new TreeSet<>(List.of(positions)),
                List.of(),
                null,
                List.of(),
                files);
    }

    byte[] bundle(
            Selection selection,
            TreeSet<Long> positions,
            List<Long> withheld,
            StreamHeads.@Nullable OnRecord heads,
            List<StreamHeads.Head> complete,
            Map<String, byte[]> files) {
        return bundle(
                positions,
                withheld,
                new BundleWriter.Rest(
                        selection, checkpoint(), policy(), predecessor, heads, complete, files));
    }

    byte[] bundle(TreeSet<Long> positions, List<Long> withheld, BundleWriter.Rest rest) {
        try (var writer = new BundleWriter(logId())) {
            for (var position : positions) {
                var placed = events.get(Math.toIntExact(position));
                writer.event(placed, withheld.contains(position));
            }
            for (var position : positions) {
                writer.proof(events.get(Math.toIntExact(position)).entry(), inclusion(position));
            }
            var out = new ByteArrayOutputStream();
            writer.write(rest, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Hash> leaves() {
        return events.stream().map(e -> Merkle.leaf(e.entry())).toList();
    }

    /** RFC 6962, section 2.1, word for word. */
    static Hash root(List<Hash> leaves) {
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        var k = Integer.highestOneBit(leaves.size() - 1);
        return Merkle.node(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
    }

    static InclusionProof inclusion(int index, List<Hash> leaves) {
        return new InclusionProof(index, leaves.size(), path(index, leaves));
    }

    private static List<Hash> path(int index, List<Hash> leaves) {
        if (leaves.size() == 1) {
            return List.of();
        }
        var k = Integer.highestOneBit(leaves.size() - 1);
        var left = leaves.subList(0, k);
        var right = leaves.subList(k, leaves.size());
        var path = new ArrayList<>(index < k ? path(index, left) : path(index - k, right));
        path.add(index < k ? root(right) : root(left));
        return path;
    }
}
