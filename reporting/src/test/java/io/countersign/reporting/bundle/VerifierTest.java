package io.countersign.reporting.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.LedgerFault;
import io.countersign.governance.ledger.entry.MacState;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Cosignature;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.governance.report.ReportId;
import io.countersign.governance.shared.Sha256;
import io.countersign.reporting.verify.Trust;
import io.countersign.reporting.verify.Verdict;
import io.countersign.reporting.verify.Verification;
import io.countersign.reporting.verify.Verifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What both verifiers make of bundles, good and bad. */
class VerifierTest {
    private static final SampleLog LOG = SampleLog.small();
    private static final String MODEL = "model:credit.scorer";
    private static final ReportId REPORT = new ReportId("credit.rp-0f3a9c1b2d4e5f60");
    private static final byte[] DATA = "{\"data\":1}".getBytes(UTF_8);

    private static byte[] subject = new byte[0];
    private static Map<String, byte[]> good = Map.of();
    private static SampleLog reports = LOG;

    @TempDir private Path folder;

    @BeforeAll
    static void bundles() {
        var heads = new io.countersign.governance.ledger.heads.StreamHeads.OnRecord[1];
        var log = SampleLog.small();
        heads[0] = recorded(log);
        subject = log.subject(heads[0], MODEL);
        reports = SampleLog.small();
        reports.event(
                "report:credit.rp-0f3a9c1b2d4e5f60",
                "report.issued",
                " {\"id\":\"%s\",\"position\":3,\"sha256\":\"%s\",\"format\":\"pdf\"}"
                        .formatted(REPORT, Sha256.of(DATA).hex()));
        var second = new SampleLog("log.example/2", 4, log.checkpoint().note().bytes());
        second.event("project:credit", "project.registered", "{}");
        var all = new LinkedHashMap<String, byte[]>();
        all.put("subject", subject);
        all.put("filter", log.filter(0L, 1L, 5L));
        all.put("one", log.filter(2L));
        all.put("withheld", log.subject(heads[0], MODEL, 2L, 3L));
        all.put(
                "report",
                reports.report(REPORT, Map.of("report.json", DATA, "report.html", DATA), 0L, 6L));
        all.put("second epoch", second.filter(0L));
        good = all;
    }

    private static io.countersign.governance.ledger.heads.StreamHeads.OnRecord recorded(
            SampleLog log) {
        var again = new SampleLog("log.example/sample", 1, null);
        log.events.stream()
                .limit(4)
                .forEach(e ->
                        again.event(
                                e.row().stream(),
                                e.row().payloadType(),
                                new String(e.row().payload(), UTF_8)));
        return again.heads();
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "bundle", ".zip"), bytes);
    }

    private Verification verify(byte[] bytes) throws IOException {
        return verify(bytes, Trust.NOTHING);
    }

    private Verification verify(byte[] bytes, Trust trust) throws IOException {
        var file = file(bytes);
        try {
            return Verifier.verify(file, trust);
        } finally {
            Files.delete(file);
        }
    }

    private static Contents opened() {
        return Contents.of(subject);
    }

    @Test
    void good_bundles_are_verified() throws IOException {
        for (var bundle : good.entrySet()) {
            var found = verify(bundle.getValue());
            assertThat(found.problem()).as(bundle.getKey()).isNull();
            assertThat(found.verdict()).as(bundle.getKey()).isEqualTo(Verdict.VERIFIED);
        }
    }

    @Test
    void says_what_it_proved_and_what_it_could_not_check() throws IOException {
        var found = verify(subject);

        assertThat(found.events()).isEqualTo(4);
        assertThat(found.complete()).containsExactly(new Verification.Complete(MODEL, 3, 4));
        assertThat(found.witnesses())
                .extracting(Verification.Witness::name, Verification.Witness::at)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("w1", SampleLog.COSIGNED));
        assertThat(found.proved())
                .anyMatch(s -> s.contains("'log.example/sample' signed"))
                .anyMatch(s -> s.contains("'w1' at 2026-11-22T09:00:05Z"))
                .anyMatch(s -> s.contains("4 events are as stored"))
                .anyMatch(s -> s.contains("complete up to ledger position 3"));
        assertThat(found.unchecked())
                .anyMatch(s -> s.contains("taken from the bundle itself"))
                .anyMatch(s -> s.contains("MACs themselves"))
                .anyMatch(s -> s.contains("Who the people are"));
        assertThat(new String(found.json(), UTF_8)).startsWith("{\"complete\":[{\"below\":4,");
    }

    @Test
    void a_given_key_or_policy_is_gone_by_instead_of_the_bundles() throws IOException {
        var right = verify(subject, Trust.of(LOG.key.verifier()));
        assertThat(right.verified()).isTrue();
        assertThat(right.unchecked()).noneMatch(s -> s.contains("bundle itself"));
        assertThat(verify(subject, Trust.of(LOG.policy())).verified()).isTrue();

        var other = new SampleLog("log.example/sample", 2, null);
        assertThat(verify(subject, Trust.of(other.key.verifier())).verdict())
                .isEqualTo(Verdict.SIGNATURE);
        var strangers =
                new WitnessPolicy(
                        List.of(new WitnessPolicy.Log(LOG.key.verifier(), null)),
                        List.of(new WitnessPolicy.Witness("w2", other.witness.verifier(), null)),
                        List.of(),
                        "w2");
        assertThat(verify(subject, Trust.of(strangers)).verdict()).isEqualTo(Verdict.QUORUM);
    }

    @Test
    void payloads_that_are_withheld_are_named_and_the_rest_is_proven() throws IOException {
        var bundle = good("withheld");
        assertThat(new String(bundle, UTF_8)).doesNotContain("c2VjcmV0");
        var found = verify(bundle);
        assertThat(found.withheld()).containsExactly(2L, 3L);
        assertThat(found.complete()).hasSize(1);
        assertThat(found.unchecked())
                .anyMatch(s -> s.contains("withheld by the exporter: positions 2, 3."));
        for (var field : List.of("payloadHash", "rowSalt", "metadataSalt")) {
            var changed =
                    Contents.of(bundle)
                            .line(
                                    "events.ndjson",
                                    1,
                                    json ->
                                            json.put(
                                                    field,
                                                    java.util.Base64.getEncoder()
                                                            .encodeToString(new byte[32])));
            assertThat(verify(changed.consistent()).verdict()).isEqualTo(Verdict.ENTRY);
        }
    }

    @Test
    void the_same_choice_gives_the_same_bytes() {
        var log = SampleLog.small();
        assertThat(log.subject(recorded(log), MODEL)).isEqualTo(subject);
        assertThat(Contents.of(subject).zip()).isEqualTo(subject);
    }

    @Test
    void every_change_of_one_byte_is_found() throws IOException {
        var file = folder.resolve("changed.zip");
        for (var flip : new int[] {0x01, 0x20, 0xff}) {
            for (var at = 0; at < subject.length; at++) {
                var changed = subject.clone();
                changed[at] ^= (byte) flip;
                Files.write(file, changed);
                var found = Verifier.verify(file, Trust.NOTHING);
                assertThat(found.verified()).as("byte %d ^ %d", at, flip).isFalse();
            }
        }
    }

    /** As above, by somebody who makes checksums and digests anew. */
    @Test
    void every_change_of_one_byte_of_what_is_proven_is_found_under_a_matching_manifest()
            throws IOException {
        for (var name : List.of("checkpoint", "events.ndjson", "proofs.ndjson", "streams.ndjson")) {
            var content = opened().bytes(name);
            for (var at = 0; at < content.length; at++) {
                var changed = opened();
                var bytes = content.clone();
                bytes[at] ^= 1;
                changed.files.put(name, bytes);
                assertThat(verify(changed.consistent()).verified())
                        .as("%s, byte %d", name, at)
                        .isFalse();
            }
        }
    }

    @Test
    void every_shorter_file_is_refused() throws IOException {
        for (var length = 0; length < subject.length; length += 7) {
            assertThat(verify(Arrays.copyOf(subject, length)).verdict())
                    .isEqualTo(Verdict.NOT_CANONICAL);
        }
        assertThat(verify(Arrays.copyOf(subject, subject.length - 1)).verdict())
                .isEqualTo(Verdict.NOT_CANONICAL);
    }

    @Test
    void every_attack_is_named_and_both_verifiers_agree() throws IOException {
        var attacks = attacks();
        var files = new ArrayList<Path>();
        for (var attack : attacks.entrySet()) {
            var file = file(attack.getValue().bundle());
            files.add(file);
            var found = Verifier.verify(file, Trust.NOTHING);
            assertThat(found.verdict())
                    .as(attack.getKey() + ": " + found.problem())
                    .isEqualTo(attack.getValue().verdict());
        }
        for (var bundle : good.values()) {
            files.add(file(bundle));
        }
        SecondVerifier.needed();
        var expected = new ArrayList<String>();
        attacks.values().forEach(a -> expected.add(a.verdict().key()));
        good.forEach((_, _) -> expected.add("verified"));
        var said = SecondVerifier.verdicts(files, null);
        var names = new ArrayList<>(attacks.keySet());
        names.addAll(good.keySet());
        for (var i = 0; i < names.size(); i++) {
            assertThat(said.get(i)).as(names.get(i)).isEqualTo(expected.get(i));
        }
        assertThat(said).hasSameSizeAs(names);
    }

    @Test
    void both_verifiers_agree_on_changed_bytes() throws IOException {
        SecondVerifier.needed();
        var random = new Random(7);
        var files = new ArrayList<Path>();
        for (var i = 0; i < 150; i++) {
            var changed = subject.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            files.add(file(changed));
        }
        for (var name :
                List.of(
                        "checkpoint",
                        "events.ndjson",
                        "manifest.json",
                        "policy",
                        "proofs.ndjson",
                        "selection.json",
                        "streams.ndjson")) {
            for (var i = 0; i < 40; i++) {
                var changed = opened();
                var bytes = changed.bytes(name).clone();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                changed.files.put(name, bytes);
                files.add(
                        file(name.equals("manifest.json") ? changed.zip() : changed.consistent()));
            }
        }
        var said = SecondVerifier.verdicts(files, null);
        for (var i = 0; i < files.size(); i++) {
            var found = Verifier.verify(files.get(i), Trust.NOTHING);
            assertThat(said.get(i))
                    .as("file %d: %s", i, found.problem())
                    .isEqualTo(found.verdict().key());
        }
    }

    @Test
    void a_proof_is_verified_without_its_event() throws IOException {
        var placed = LOG.events.get(2);
        var checkpoint = LOG.checkpoint();
        var proof = new TlogProof(placed.entry(), 2, LOG.inclusion(2).path(), checkpoint.note());
        var other =
                new TlogProof(
                        LOG.events.get(1).entry(), 2, LOG.inclusion(2).path(), checkpoint.note());
        var trust = Trust.of(LOG.policy());
        var found = verify(proof.bytes(), trust);
        assertThat(found.verdict()).isEqualTo(Verdict.VERIFIED);
        assertThat(found.unchecked()).anyMatch(s -> s.startsWith("What the event says"));
        assertThat(verify(other.bytes(), trust).verdict()).isEqualTo(Verdict.INCLUSION);
        var broken = new String(proof.bytes(), UTF_8).replace("index 2", "index 02");
        assertThat(verify(broken.getBytes(UTF_8), trust).verdict()).isEqualTo(Verdict.MALFORMED);
        SecondVerifier.needed();
        var policy = Files.writeString(folder.resolve("policy"), LOG.policy().text());
        assertThat(
                        SecondVerifier.verdicts(
                                List.of(
                                        file(proof.bytes()),
                                        file(other.bytes()),
                                        file(broken.getBytes(UTF_8))),
                                policy))
                .containsExactly("verified", "inclusion", "malformed");
    }

    @Test
    void a_row_that_is_not_what_was_committed_to_is_not_exported() {
        var log = SampleLog.small();
        var placed = log.events.get(1);
        log.events.set(1, new Ledger.Placed(1, log.events.get(2).row(), placed.commitment()));
        assertThatThrownBy(() -> log.filter(1L))
                .isInstanceOf(LedgerFault.class)
                .hasMessageContaining("position 1 is not what the log committed to");
    }

    @Test
    void the_page_in_it_escapes_what_people_wrote() {
        var log = SampleLog.small();
        log.event("project:<script>alert(1)</script>", "project.registered", "{}");
        assertThat(Contents.of(log.filter(6L)).text("index.html"))
                .contains("&lt;script&gt;alert(1)")
                .doesNotContain("<script");
    }

    @Test
    void a_file_that_is_not_there_cannot_be_read() {
        assertThat(Verifier.verify(folder.resolve("none.zip"), Trust.NOTHING).verdict().exitCode())
                .isEqualTo(1);
        assertThat(Verifier.verify(folder, Trust.NOTHING).verdict()).isEqualTo(Verdict.UNREADABLE);
    }

    private record Attack(Verdict verdict, byte[] bundle) {}

    private static Map<String, Attack> attacks() throws IOException {
        var all = new LinkedHashMap<String, Attack>();
        zips(all);
        contents(all);
        histories(all);
        checkpoints(all);
        reports(all);
        return all;
    }

    private static void zips(Map<String, Attack> all) throws IOException {
        var no = Verdict.NOT_CANONICAL;
        all.put("nothing", new Attack(no, new byte[0]));
        all.put("text", new Attack(no, "not a zip file".getBytes(UTF_8)));
        all.put("appended", new Attack(no, joined(subject, new byte[] {0})));
        all.put("prepended", new Attack(no, joined(new byte[] {'x'}, subject)));
        all.put("two in one", new Attack(no, joined(subject, subject)));
        var end = subject.length - 22;
        var offset = ByteBuffer.wrap(subject).order(ByteOrder.LITTLE_ENDIAN).getInt(end + 16);
        var directory = Arrays.copyOfRange(subject, offset, end);
        all.put(
                "two directories",
                new Attack(
                        no,
                        joined(
                                Arrays.copyOf(subject, offset),
                                directory,
                                Arrays.copyOfRange(subject, offset, subject.length))));
        all.put("compressed", new Attack(no, rezipped(ZipEntry.DEFLATED, false)));
        all.put("extra fields", new Attack(no, rezipped(ZipEntry.STORED, true)));
        all.put("another zip program", new Attack(no, rezipped(ZipEntry.STORED, false)));
        var zip64 = subject.clone();
        ByteBuffer.wrap(zip64).order(ByteOrder.LITTLE_ENDIAN).putInt(18, -1).putInt(22, -1);
        all.put("zip64", new Attack(no, zip64));
        var commented = joined(subject, "hello".getBytes(UTF_8));
        commented[subject.length - 2] = 5;
        all.put("a comment", new Attack(no, commented));
        var unknown = opened();
        unknown.set("readme.txt", "hello");
        all.put("an unknown file", new Attack(no, unknown.consistent()));
        var climbing = opened();
        climbing.set("report/../x", "hello");
        all.put("a path that climbs", new Attack(no, climbing.consistent()));
        var name = "events.ndjson".getBytes(UTF_8);
        var twice = Contents.of(subject);
        twice.set("events.ndjsom", twice.text("events.ndjson"));
        var duplicated = twice.zip();
        for (var at = 0; at + name.length <= duplicated.length; at++) {
            if (Arrays.equals(
                    Arrays.copyOfRange(duplicated, at, at + name.length),
                    "events.ndjsom".getBytes(UTF_8))) {
                System.arraycopy(name, 0, duplicated, at, name.length);
            }
        }
        all.put("a name twice", new Attack(no, duplicated));
    }

    private static void contents(Map<String, Attack> all) {
        var swapped = opened();
        var events = swapped.bytes("events.ndjson");
        swapped.files.put("events.ndjson", swapped.bytes("proofs.ndjson"));
        swapped.files.put("proofs.ndjson", events);
        all.put("files swapped", new Attack(Verdict.MANIFEST, swapped.zip()));
        all.put(
                "files swapped under a matching manifest",
                new Attack(Verdict.MALFORMED, swapped.consistent()));
        all.put(
                "a page changed",
                new Attack(Verdict.MANIFEST, opened().set("index.html", "hello").zip()));
        var without = opened();
        without.files.remove("policy");
        all.put("a file left out", new Attack(Verdict.MANIFEST, without.zip()));
        all.put(
                "a file left out under a matching manifest",
                new Attack(Verdict.MANIFEST, without.consistent()));
        all.put(
                "another format",
                new Attack(
                        Verdict.MANIFEST,
                        opened().manifest(m -> m.put("format", "countersign/bundle/2")).zip()));
        all.put(
                "the manifest not canonical",
                new Attack(
                        Verdict.MANIFEST,
                        opened().replace("manifest.json", "\"events\":4", "\"events\": 4").zip()));
        all.put(
                "another checkpoint in the manifest",
                new Attack(
                        Verdict.MANIFEST,
                        opened().replace("manifest.json", "sample\",\"root", "simple\",\"root")
                                .zip()));
        all.put(
                "an event changed under a matching manifest",
                new Attack(
                        Verdict.ENTRY,
                        opened().line("events.ndjson", 0, e -> e.put("payload", "e30="))
                                .consistent()));
        all.put(
                "a MAC called right",
                new Attack(
                        Verdict.ENTRY,
                        opened().line("events.ndjson", 0, e -> e.put("macState", 1)).consistent()));
        all.put(
                "events in another order",
                new Attack(
                        Verdict.MALFORMED,
                        opened().lines("events.ndjson", List::reversed)
                                .lines("proofs.ndjson", List::reversed)
                                .consistent()));
        all.put(
                "an event said to be at another position",
                new Attack(
                        Verdict.INCLUSION,
                        opened().line("events.ndjson", 0, e -> e.put("position", 1))
                                .line("proofs.ndjson", 0, e -> e.put("position", 1))
                                .consistent()));
        all.put(
                "a proof too few",
                new Attack(
                        Verdict.MALFORMED,
                        opened().lines("proofs.ndjson", l -> l.subList(0, 3)).consistent()));
        all.put(
                "no events",
                new Attack(
                        Verdict.MALFORMED,
                        opened().lines("events.ndjson", _ -> List.of())
                                .lines("proofs.ndjson", _ -> List.of())
                                .consistent()));
        all.put(
                "a field too many",
                new Attack(
                        Verdict.MALFORMED,
                        opened().line("events.ndjson", 0, e -> e.put("more", 1)).consistent()));
        all.put(
                "a fraction",
                new Attack(
                        Verdict.MALFORMED,
                        opened().replace("events.ndjson", "\"txId\":900", "\"txId\":900.0")
                                .consistent()));
        all.put(
                "a truth for a number",
                new Attack(
                        Verdict.MALFORMED,
                        opened().replace("events.ndjson", "\"macState\":0", "\"macState\":false")
                                .consistent()));
        all.put(
                "half a surrogate pair",
                new Attack(
                        Verdict.MALFORMED,
                        opened().replace(
                                        "events.ndjson",
                                        "\"eventId\":\"id-0\"",
                                        "\"eventId\":\"\\ud800\"")
                                .consistent()));
        all.put(
                "nested too deep",
                new Attack(
                        Verdict.MALFORMED,
                        opened().set("selection.json", "[".repeat(20_000) + "]".repeat(20_000))
                                .consistent()));
        var foreign = new SampleLog("log.example/other", 2, null);
        for (var i = 0; i < 6; i++) {
            foreign.event(MODEL, "model.card-written", "{}");
        }
        var replayed = Contents.of(foreign.filter(0L));
        all.put(
                "an event of another log",
                new Attack(
                        Verdict.ENTRY,
                        opened().lines(
                                        "events.ndjson",
                                        _ -> replayed.text("events.ndjson").lines().toList())
                                .lines(
                                        "proofs.ndjson",
                                        _ -> replayed.text("proofs.ndjson").lines().toList())
                                .consistent()));
    }

    private static void histories(Map<String, Attack> all) {
        var no = Verdict.STREAM;
        all.put("the last event dropped", new Attack(no, without(2).consistent()));
        all.put("an event dropped", new Attack(no, without(1).consistent()));
        all.put("the first event dropped", new Attack(no, without(0).consistent()));
        all.put("the record of heads dropped", new Attack(no, without(3).consistent()));
        all.put(
                "the last event dropped, and the one before called the last",
                new Attack(
                        no,
                        without(2)
                                .line(
                                        "streams.ndjson",
                                        0,
                                        s -> s.put("lastSequence", 1).put("lastPosition", 2))
                                .consistent()));
        var unclaimed = opened();
        unclaimed.files.remove("streams.ndjson");
        all.put("no proof of the head", new Attack(no, unclaimed.consistent()));

        // A record from before the last event, taken for one from after it.
        var early = new SampleLog("log.example/sample", 1, null);
        early.event(MODEL, "model.registered", "{}");
        var heads = early.heads();
        early.event(MODEL, "model.card-written", "{}");
        var claim =
                Contents.of(early.subject(heads, MODEL))
                        .line(
                                "streams.ndjson",
                                0,
                                s -> s.put("lastSequence", 1).put("lastPosition", 2));
        var later = Contents.of(early.filter(0L, 1L, 2L));
        claim.files.put("events.ndjson", later.bytes("events.ndjson"));
        claim.files.put("proofs.ndjson", later.bytes("proofs.ndjson"));
        all.put("an earlier head", new Attack(no, claim.consistent()));

        // Somebody with the database puts in a record of heads of their own.
        var forged = SampleLog.small();
        var own = new SampleLog("log.example/sample", 1, null);
        own.event(MODEL, "model.registered", "{\"name\":\"Scorer\"}");
        var lie = own.heads();
        forged.event(
                "ledger:stream-heads@1",
                "ledger.stream-heads-recorded",
                new String(own.events.getLast().row().payload(), UTF_8),
                MacState.WRONG);
        var fake =
                new io.countersign.governance.ledger.heads.StreamHeads.OnRecord(
                        lie.eventId(), 6, lie.at(), lie.size(), lie.streams(), lie.root());
        all.put(
                "a forged record of heads",
                new Attack(
                        no,
                        forged.bundle(
                                new Selection.Subject(
                                        List.of(
                                                io.countersign.governance.shared.SubjectRef.parse(
                                                        MODEL))),
                                new TreeSet<>(List.of(0L, 6L)),
                                List.of(),
                                fake,
                                own.proven(lie, MODEL),
                                Map.of())));
        var twice = SampleLog.small();
        twice.place("project:credit", 1, "project.amended", "{}", MacState.VERIFIED);
        all.put("a number twice", new Attack(no, twice.filter(5L, 6L)));
    }

    private static void checkpoints(Map<String, Attack> all) {
        var other = new SampleLog("log.example/sample", 2, null);
        all.put(
                "signed by another key",
                new Attack(Verdict.SIGNATURE, resigned(LOG, other.key, LOG.witness, LOG.policy())));
        var stranger =
                new WitnessPolicy(
                        List.of(new WitnessPolicy.Log(LOG.key.verifier(), null)),
                        List.of(new WitnessPolicy.Witness("w1", other.witness.verifier(), null)),
                        List.of(),
                        "w1");
        all.put(
                "cosigned by somebody else",
                new Attack(Verdict.QUORUM, resigned(LOG, LOG.key, LOG.witness, stranger)));
        var text = opened().text("checkpoint");
        var cosigned = text.lastIndexOf("— ");
        all.put(
                "the cosignature dropped",
                new Attack(
                        Verdict.QUORUM,
                        opened().set("checkpoint", text.substring(0, cosigned)).consistent()));
        var larger = SampleLog.small();
        larger.event(MODEL, "model.card-written", "{}");
        var checkpoint = larger.checkpoint();
        all.put(
                "another checkpoint",
                new Attack(
                        Verdict.INCLUSION,
                        opened().set("checkpoint", checkpoint.note().toString())
                                .manifest(m ->
                                        m.putObject("checkpoint")
                                                .put("origin", checkpoint.origin())
                                                .put("root", checkpoint.root().base64())
                                                .put("size", checkpoint.size()))
                                .consistent()));
        var epoch = Contents.of(good("second epoch"));
        epoch.files.remove("predecessor");
        all.put("the epoch before dropped", new Attack(Verdict.ENTRY, epoch.consistent()));
        var forged = SampleLog.small();
        forged.event("project:credit", "project.amended", "{}", MacState.WRONG);
        all.put("written by somebody else", new Attack(Verdict.WRITER, forged.filter(5L, 6L)));
        forged.event("project:credit", "project.amended", "{}", MacState.UNKNOWN_KEY);
        all.put("written under another key", new Attack(Verdict.WRITER, forged.filter(7L)));
    }

    private static void reports(Map<String, Attack> all) {
        var no = Verdict.REPORT;
        all.put(
                "the report changed",
                new Attack(
                        no,
                        Contents.of(good("report"))
                                .set("report/report.json", "{\"data\":2}")
                                .consistent()));
        all.put(
                "the report's event left out",
                new Attack(no, reports.report(REPORT, Map.of("report.json", DATA), 0L)));
        all.put(
                "another report's event",
                new Attack(
                        no,
                        reports.report(
                                new ReportId("credit.rp-1111111111111111"),
                                Map.of("report.json", DATA),
                                6L)));
        var without = Contents.of(good("report"));
        without.files.remove("report/report.json");
        all.put("the report's data left out", new Attack(no, without.consistent()));
        all.put(
                "a report in another bundle",
                new Attack(Verdict.MALFORMED, opened().set("report/x.json", "{}").consistent()));
    }

    private static byte[] good(String name) {
        return java.util.Objects.requireNonNull(good.get(name));
    }

    private static byte[] resigned(
            SampleLog log,
            io.countersign.governance.ledger.tlog.SignerKey key,
            io.countersign.governance.ledger.tlog.SignerKey witness,
            WitnessPolicy policy) {
        var root = log.checkpoint().root();
        var note = new Checkpoint("log.example/sample", log.events.size(), root).sign(key);
        note = note.with(List.of(Cosignature.sign(witness, note.text(), SampleLog.COSIGNED)));
        return Contents.of(log.filter(0L))
                .set("checkpoint", note.toString())
                .set("policy", policy.text())
                .consistent();
    }

    /** Consistently, but for the line of one event and its proof. */
    private static Contents without(int line) {
        return opened().lines(
                        "events.ndjson",
                        lines -> {
                            lines.remove(line);
                            return lines;
                        })
                .lines(
                        "proofs.ndjson",
                        lines -> {
                            lines.remove(line);
                            return lines;
                        });
    }

    private static byte[] rezipped(int method, boolean extra) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (var file : opened().files.entrySet()) {
                var entry = new ZipEntry(file.getKey());
                entry.setMethod(method);
                if (method == ZipEntry.STORED) {
                    var crc = new java.util.zip.CRC32();
                    crc.update(file.getValue());
                    entry.setCrc(crc.getValue());
                    entry.setSize(file.getValue().length);
                }
                if (extra) {
                    entry.setExtra(new byte[] {0x01, 0x70, 0, 0});
                }
                entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                zip.write(file.getValue());
            }
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
