package io.countersign.reporting.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.MacState;
import io.countersign.governance.ledger.entry.StreamHead;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.InclusionProof;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One bundle, from its first byte to its last; {@code docs/ledger-formats.md} has the format. */
final class BundleCheck {
    static final int MOST_OF_A_LINE = 32 << 20;
    private static final int MOST_OF_A_NOTE = 1_000_000;
    private static final int MOST_OF_A_MANIFEST = 32 << 20;
    private static final int MOST_OF_A_SELECTION = 32 << 20;
    private static final String FORMAT = "countersign/bundle/1";
    private static final String HEADS = "ledger.stream-heads-recorded";
    private static final String ISSUED = "report.issued";
    private static final String LEDGER = "ledger:";
    private static final int MOST_NAMED = 20;

    private final Archive archive;
    private final Trust trust;
    private final Findings findings;
    private final Map<String, Stream> streams = new HashMap<>();
    private final Map<Long, EventLine> heads = new HashMap<>();
    private final List<EventLine> issued = new ArrayList<>();
    private final long[] macs = new long[3];
    private final List<Long> withheld = new ArrayList<>();
    private @Nullable String writtenElsewhere;

    /** A stream as far as the bundle has it. */
    private static final class Stream {
        private final long first;
        private long last;
        private long position;
        private long count = 1;
        private byte[] headSalt;

        Stream(EventLine event) {
            first = event.row().sequenceNumber();
            last = first;
            position = event.position();
            headSalt = event.headSalt();
        }
    }

    private BundleCheck(Archive archive, Trust trust, Findings findings) {
        this.archive = archive;
        this.trust = trust;
        this.findings = findings;
    }

    static void run(Path file, Trust trust, Findings findings) throws IOException {
        try (var archive = Archive.open(file)) {
            new BundleCheck(archive, trust, findings).run();
        }
    }

    private void run() throws IOException {
        var manifest = manifest();
        findings.proved(
                "The file is a bundle in its one form; its %d files have the digests of its manifest."
                        .formatted(archive.entries().size()));
        var selection = selection();
        var checkpoint = checkpoint(manifest);
        var predecessor = archive.entry("predecessor");
        byte[] before = predecessor == null ? null : archive.bytes(predecessor, MOST_OF_A_NOTE);
        if (before != null) {
            predecessor(before);
        }
        events(
                checkpoint,
                LedgerEntry.logId(checkpoint.origin(), before),
                manifest.number("events"));
        streams(selection);
        report(selection);
        writers();
        limits();
    }

    private Archive.Entry file(String name) {
        var entry = archive.entry(name);
        if (entry == null) {
            throw new Wrong(Verdict.MANIFEST, "The bundle has no file " + name + ".");
        }
        return entry;
    }

    /** Its list of files is made again, and must be the same. */
    private Fields manifest() throws IOException {
        Fields manifest;
        try {
            var bytes = archive.bytes(file("manifest.json"), MOST_OF_A_MANIFEST);
            manifest = new Fields("manifest.json", Json.canonicalObject("manifest.json", bytes));
            manifest.exactly(Set.of("checkpoint", "events", "files", "format"), Set.of());
            manifest.number("events");
            manifest.list("files");
        } catch (Wrong wrong) {
            throw new Wrong(Verdict.MANIFEST, wrong.words());
        }
        if (!FORMAT.equals(manifest.get("format"))) {
            throw new Wrong(
                    Verdict.MANIFEST,
                    "The manifest is not of the format " + FORMAT + ", the only one known here.");
        }
        var listed = manifest.list("files");
        var at = 0;
        for (var entry : archive.entries()) {
            if (entry.name().equals("manifest.json")) {
                continue;
            }
            var made =
                    new TreeMap<String, Object>(
                            Map.of(
                                    "name", entry.name(),
                                    "sha256", entry.sha256(),
                                    "size", entry.size()));
            if (at >= listed.size() || !made.equals(listed.get(at))) {
                throw new Wrong(
                        Verdict.MANIFEST,
                        "The manifest does not list the file %s with its size and digest, as number %d."
                                .formatted(entry.name(), at + 1));
            }
            at++;
        }
        if (at < listed.size()) {
            throw new Wrong(
                    Verdict.MANIFEST, "The manifest lists files that the bundle does not have.");
        }
        for (var needed :
                List.of(
                        "checkpoint",
                        "events.ndjson",
                        "index.html",
                        "policy",
                        "proofs.ndjson",
                        "selection.json")) {
            file(needed);
        }
        return manifest;
    }

    private Fields selection() throws IOException {
        var what = "selection.json";
        var selection =
                new Fields(
                        what,
                        Json.canonicalObject(what, archive.bytes(file(what), MOST_OF_A_SELECTION)));
        selection.exactly(Set.of("kind", "of"), Set.of());
        if (!Set.of("subject", "filter", "report").contains(selection.text("kind"))) {
            throw Wrong.malformed(what + ": kind is not subject, filter or report");
        }
        Json.object(what + ": of", selection.get("of"));
        return selection;
    }

    private static Fields of(Fields selection) {
        return new Fields(
                "selection.json: of", Json.object("selection.json: of", selection.get("of")));
    }

    private Checkpoint checkpoint(Fields manifest) throws IOException {
        WitnessPolicy own;
        try {
            own = WitnessPolicy.parse(archive.bytes(file("policy"), MOST_OF_A_NOTE));
        } catch (MalformedTlog e) {
            throw Wrong.malformed("The policy is not in its format: " + e.getMessage() + ".");
        }
        Note note;
        try {
            note = Note.parse(archive.bytes(file("checkpoint"), MOST_OF_A_NOTE));
        } catch (MalformedTlog e) {
            throw Wrong.malformed("The checkpoint is not in its format: " + e.getMessage() + ".");
        }
        var given = trust.policy() != null || trust.key() != null;
        var policy = java.util.Objects.requireNonNull(Verifier.policy(own, trust));
        var checkpoint = SignedCheckpoint.check(note, policy, given, findings);
        var said =
                new TreeMap<String, Object>(
                        Map.of(
                                "origin", checkpoint.origin(),
                                "root", checkpoint.root().base64(),
                                "size", checkpoint.size()));
        if (!said.equals(manifest.get("checkpoint"))) {
            throw new Wrong(
                    Verdict.MANIFEST, "The manifest names another checkpoint than the bundle has.");
        }
        return checkpoint;
    }

    private void predecessor(byte[] bytes) {
        try {
            var before = Checkpoint.parse(Note.parse(bytes).text());
            findings.unchecked(
                    "What happened when the log began anew after the checkpoint of size %d of %s, to which every entry is bound: ask the operator for the incident statement."
                            .formatted(before.size(), Words.quoted(before.origin())));
        } catch (MalformedTlog e) {
            throw Wrong.malformed(
                    "The last checkpoint of the epoch before is not in its format: "
                            + e.getMessage()
                            + ".");
        }
    }

    private void events(Checkpoint checkpoint, byte[] logId, long expected) throws IOException {
        var last = -1L;
        try (var events = new Lines("events.ndjson", archive.in(file("events.ndjson")));
                var proofs = new Lines("proofs.ndjson", archive.in(file("proofs.ndjson")))) {
            while (true) {
                var line = events.next();
                var proof = proofs.next();
                if (line == null && proof == null) {
                    break;
                }
                if (line == null || proof == null) {
                    throw Wrong.malformed(
                            "events.ndjson and proofs.ndjson have not the same number of lines.");
                }
                var event = EventLine.parse(events.what(), line);
                if (event.position() <= last) {
                    throw Wrong.malformed(
                            events.what()
                                    + " is at position %d, after position %d: events are in ledger order, each once."
                                            .formatted(event.position(), last));
                }
                last = event.position();
                proven(event, proofs.what(), proof, checkpoint, logId);
                remember(event);
                findings.event();
            }
            if (events.count() != expected) {
                throw new Wrong(
                        Verdict.MANIFEST,
                        "The manifest says there are %d events, but there are %d."
                                .formatted(expected, events.count()));
            }
            if (events.count() == 0) {
                throw Wrong.malformed("The bundle has no event.");
            }
            findings.proved(
                    "%s as stored, made into their log entries again, and in the log under that checkpoint."
                            .formatted(
                                    events.count() == 1
                                            ? "One event is"
                                            : Words.count(events.count(), "event", "events")
                                                    + " are"));
        }
    }

    private static void proven(
            EventLine event, String what, byte[] line, Checkpoint checkpoint, byte[] logId) {
        var proof = new Fields(what, Json.canonicalObject(what, line));
        proof.exactly(Set.of("entry", "path", "position"), Set.of());
        var entry = proof.bytes("entry");
        var path = proof.path();
        if (proof.number("position") != event.position()) {
            throw Wrong.malformed(
                    "%s is of position %d, and the event is at position %d."
                            .formatted(what, proof.number("position"), event.position()));
        }
        if (!Arrays.equals(event.entry(logId), entry)) {
            throw new Wrong(
                    Verdict.ENTRY,
                    "The event at position %d (%s of %s) is not what the log committed to: its log entry, made again from what is stored, differs from the one in the bundle."
                            .formatted(
                                    event.position(),
                                    Words.quoted(event.row().payloadType()),
                                    Words.quoted(event.row().stream())));
        }
        if (!new InclusionProof(event.position(), checkpoint.size(), path)
                .proves(Merkle.leaf(entry), checkpoint.root())) {
            throw new Wrong(
                    Verdict.INCLUSION,
                    "The event at position %d (%s of %s) is not in the log: its entry and path do not lead to the root of the checkpoint of size %d."
                            .formatted(
                                    event.position(),
                                    Words.quoted(event.row().payloadType()),
                                    Words.quoted(event.row().stream()),
                                    checkpoint.size()));
        }
    }

    private void remember(EventLine event) {
        var row = event.row();
        macs[row.macState().code()]++;
        if (row.macState() != MacState.VERIFIED && writtenElsewhere == null) {
            writtenElsewhere =
                    "The event at position %d (%s of %s) was not written by the product, as far as the ledger could tell when it took it in: its writer's MAC was %s."
                            .formatted(
                                    event.position(),
                                    Words.quoted(row.payloadType()),
                                    Words.quoted(row.stream()),
                                    row.macState() == MacState.WRONG
                                            ? "wrong"
                                            : "of an unknown key");
        }
        if (event.withheld()) {
            withheld.add(event.position());
            findings.withheld(event.position());
        }
        var stream = streams.get(row.stream());
        if (stream == null) {
            streams.put(row.stream(), new Stream(event));
        } else {
            if (row.sequenceNumber() <= stream.last) {
                throw new Wrong(
                        Verdict.STREAM,
                        "The event at position %d is number %d of %s, after number %d at position %d: a history does not go back."
                                .formatted(
                                        event.position(),
                                        row.sequenceNumber(),
                                        Words.quoted(row.stream()),
                                        stream.last,
                                        stream.position));
            }
            stream.last = row.sequenceNumber();
            stream.position = event.position();
            stream.headSalt = event.headSalt();
            stream.count++;
        }
        if (!event.withheld() && row.payloadType().equals(HEADS)) {
            heads.put(event.position(), event);
        }
        if (!event.withheld() && row.payloadType().equals(ISSUED)) {
            issued.add(event);
        }
    }

    private void streams(Fields selection) throws IOException {
        var claimed = new ArrayList<String>();
        var file = archive.entry("streams.ndjson");
        if (file != null) {
            try (var lines = new Lines("streams.ndjson", archive.in(file))) {
                for (var line = lines.next(); line != null; line = lines.next()) {
                    var what = lines.what();
                    var claim = new Fields(what, Json.canonicalObject(what, line));
                    var name = claim(claim);
                    if (!claimed.isEmpty()
                            && Arrays.compareUnsigned(
                                            claimed.getLast().getBytes(UTF_8), name.getBytes(UTF_8))
                                    >= 0) {
                        throw Wrong.malformed(what + ": streams are sorted by name, each once.");
                    }
                    claimed.add(name);
                }
                if (claimed.isEmpty()) {
                    throw Wrong.malformed("streams.ndjson is empty, and would have been left out.");
                }
            }
        }
        if (selection.text("kind").equals("subject")) {
            if (!claimed.equals(of(selection).list("streams"))) {
                throw new Wrong(
                        Verdict.STREAM,
                        "The bundle is of a subject's whole history, but streams.ndjson does not prove it for just the streams that selection.json names.");
            }
        } else if (claimed.isEmpty()) {
            findings.unchecked(
                    "Whether events that the selection should have are left out of it: nothing in the bundle can show that.");
        }
    }

    /** One stream that is said to be complete; its name. */
    private String claim(Fields claim) {
        claim.exactly(
                Set.of("headsPosition", "index", "lastPosition", "lastSequence", "path", "stream"),
                Set.of());
        var name = claim.text("stream");
        var lastSequence = claim.number("lastSequence");
        var lastPosition = claim.number("lastPosition");
        var at = claim.number("headsPosition");
        var index = claim.number("index");
        var path = claim.path();
        Function<String, Wrong> incomplete =
                how ->
                        new Wrong(
                                Verdict.STREAM,
                                "The history of %s is not complete: %s."
                                        .formatted(Words.quoted(name), how));
        var stream = streams.get(name);
        if (stream == null) {
            throw incomplete.apply("the bundle has no event of it");
        }
        if (stream.first != 0 || stream.count != stream.last + 1) {
            throw incomplete.apply(
                    "it has %d of the events 0 to %d".formatted(stream.count, stream.last));
        }
        if (stream.last != lastSequence || stream.position != lastPosition) {
            throw incomplete.apply(
                    "its last event is number %d at position %d, and the bundle ends with number %d at position %d"
                            .formatted(lastSequence, lastPosition, stream.last, stream.position));
        }
        var recorded = heads.get(at);
        var payload = recorded == null ? null : recorded.payload();
        if (recorded == null || payload == null) {
            throw incomplete.apply(
                    "the bundle has no record of stream heads at position %d".formatted(at));
        }
        if (recorded.row().macState() != MacState.VERIFIED
                || !recorded.row().stream().startsWith(LEDGER)) {
            throw incomplete.apply(
                    "the record of stream heads at position %d is not the product's own"
                            .formatted(at));
        }
        payload.exactly(Set.of("root", "size", "streams"), Set.of());
        var size = payload.number("size");
        if (size > at || lastPosition >= size) {
            throw incomplete.apply(
                    "the record of stream heads at position %d is of size %d, which cannot hold an event at position %d"
                            .formatted(at, size, lastPosition));
        }
        var leaf = Merkle.leaf(StreamHead.entry(stream.headSalt, name, lastSequence, lastPosition));
        Hash root = payload.hexHash("root");
        if (!new InclusionProof(index, payload.number("streams"), path).proves(leaf, root)) {
            throw incomplete.apply(
                    "the record of stream heads at position %d has another last event of it"
                            .formatted(at));
        }
        findings.complete(new Verification.Complete(name, stream.count, size));
        findings.proved(
                "The history of %s is complete up to ledger position %d (%s): events 0 to %d, and no other."
                        .formatted(
                                Words.quoted(name),
                                size - 1,
                                Words.time(recorded.row().positionTime()),
                                lastSequence));
        return name;
    }

    private void report(Fields selection) {
        var files = archive.entries().stream().filter(e -> e.name().startsWith("report/")).toList();
        if (!selection.text("kind").equals("report")) {
            if (!files.isEmpty()) {
                throw Wrong.malformed(
                        "The bundle has files of a report, but selection.json names none.");
            }
            return;
        }
        var id = of(selection).text("report");
        var data = files.stream().filter(e -> e.name().endsWith(".json")).toList();
        if (data.size() != 1) {
            throw new Wrong(
                    Verdict.REPORT,
                    "The bundle is of a report, and has %d files report/….json instead of one."
                            .formatted(data.size()));
        }
        for (var event : issued) {
            var payload = java.util.Objects.requireNonNull(event.payload());
            if (!id.equals(payload.get("id"))) {
                continue;
            }
            if (event.row().macState() != MacState.VERIFIED) {
                throw new Wrong(
                        Verdict.REPORT,
                        "The event at position %d that issued the report is not the product's own."
                                .formatted(event.position()));
            }
            if (!data.getFirst().sha256().equals(payload.hex("sha256"))) {
                throw new Wrong(
                        Verdict.REPORT,
                        "The report in %s is not the one that was issued: its SHA-256 is %s, and the event at position %d says %s."
                                .formatted(
                                        data.getFirst().name(),
                                        data.getFirst().sha256(),
                                        event.position(),
                                        payload.hex("sha256")));
            }
            findings.proved(
                    "The data of the report %s in %s are those that were issued by the event at position %d."
                            .formatted(Words.quoted(id), data.getFirst().name(), event.position()));
            if (files.size() > 1) {
                findings.unchecked(
                        "The report's other files (%s): they are renderings of the data, as the exporter made them."
                                .formatted(
                                        String.join(
                                                ", ",
                                                files.stream()
                                                        .map(Archive.Entry::name)
                                                        .filter(n ->
                                                                !n.equals(data.getFirst().name()))
                                                        .toList())));
            }
            return;
        }
        throw new Wrong(
                Verdict.REPORT,
                "The bundle has no event that issued the report " + Words.quoted(id) + ".");
    }

    private void writers() {
        if (writtenElsewhere != null) {
            throw new Wrong(
                    Verdict.WRITER,
                    "%s In all: %d with a right MAC, %d with a wrong one, %d of an unknown key."
                            .formatted(writtenElsewhere, macs[0], macs[1], macs[2]));
        }
        findings.proved(
                "The ledger recorded of every event, when it took it in, that its writer's MAC was right.");
    }

    private void limits() {
        if (trust.policy() == null && trust.key() == null) {
            findings.unchecked(
                    "That the log's key is the right one: it was taken from the bundle itself. Compare its fingerprint with one you have from elsewhere, or give a policy or a key.");
        } else if (trust.policy() == null) {
            findings.unchecked(
                    "That the witnesses are those you would ask: they were taken from the bundle's own policy.");
        }
        if (!withheld.isEmpty()) {
            findings.unchecked(
                    "The payloads of %s, withheld by the exporter: position%s %s."
                            .formatted(
                                    Words.count(withheld.size(), "event", "events"),
                                    withheld.size() == 1 ? "" : "s",
                                    String.join(
                                                    ", ",
                                                    withheld.stream()
                                                            .limit(MOST_NAMED)
                                                            .map(String::valueOf)
                                                            .toList())
                                            + (withheld.size() > MOST_NAMED ? ", …" : "")));
        }
        findings.unchecked(
                "The writers' MACs themselves: their keys are secret. What the ledger found of each is part of its entry.");
        findings.unchecked(
                "Who the people are: events name them by ids, and what they wrote about persons is sealed.");
        findings.unchecked(
                "index.html and selection.json: they are for reading, as the exporter wrote them.");
    }

    /** The lines of a file, each ended by LF. */
    private static final class Lines implements AutoCloseable {
        private final String name;
        private final InputStream in;
        private long count;

        Lines(String name, InputStream in) {
            this.name = name;
            this.in = in;
        }

        /** Without its LF; null at the end. */
        byte @Nullable [] next() throws IOException {
            var line = new ByteArrayOutputStream(512);
            for (var c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    if (line.size() > 0) {
                        throw Wrong.malformed(name + " does not end with a line feed.");
                    }
                    return null;
                }
                if (line.size() == MOST_OF_A_LINE) {
                    throw Wrong.malformed(
                            "%s, line %d, is longer than %d bytes."
                                    .formatted(name, count + 1, MOST_OF_A_LINE));
                }
                line.write(c);
            }
            count++;
            return line.toByteArray();
        }

        String what() {
            return name + ", line " + count;
        }

        long count() {
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
