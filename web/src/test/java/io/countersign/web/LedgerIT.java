package io.countersign.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.audit.AuditCommand;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.ledger.entry.MacState;
import io.countersign.governance.ledger.tlog.ConsistencyProof;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.ProjectId;
import io.countersign.reporting.verify.Trust;
import io.countersign.reporting.verify.Verifier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The ledger as it is seen, and checked, from outside. */
@WebTest
class LedgerIT {
    private static final ProjectId PROJECT = new ProjectId("ledgered");
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static String event = "";

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired Ledger ledger;
    @Autowired ReadPosition positions;
    @Autowired Clock clock;

    /** A project, and more events than fit into one tile. */
    @BeforeEach
    void events() {
        cast.person("ledger-ada", "requester@ledgered");
        cast.person("ledger-otto", "auditor@*");
        cast.person("ledger-carl", "compliance-officer@ledgered");
        cast.person("ledger-eve", "requester@elsewhere");
        if (!event.isEmpty()) {
            return;
        }
        var ada = actor("ledger-ada");
        var sent =
                commands.send(
                        new ProjectCommand.Register(
                                PROJECT, "L", "p", "i", "t", List.of("EU"), RiskTier.LOW),
                        ada);
        event = sent.eventIds().getFirst();
        var last = event;
        for (int i = 0; i < 260; i++) {
            last =
                    commands.send(
                                    AuditCommand.RecordExport.of("csv", Map.of(), 0),
                                    actor("ledger-otto"))
                            .eventIds()
                            .getLast();
        }
        assertThat(ledger.await(last, Duration.ofSeconds(60))).isPresent();
        positions.await(last, Duration.ofSeconds(60));
    }

    private Actor actor(String username) {
        return new Actor(cast.person(username), null, Channel.PAGE, null, Set.of());
    }

    private HttpResponse<byte[]> send(String method, String path, String... headers) {
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(cast.browser().address() + path))
                            .method(method, HttpRequest.BodyPublishers.noBody());
            if (headers.length > 0) {
                request.headers(headers);
            }
            return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private HttpResponse<byte[]> get(String person, String path) {
        return send("GET", path, "Authorization", Browser.basic(person, Cast.PASSWORD));
    }

    private byte[] file(String path) {
        var answer = get("ledger-otto", path);
        assertThat(answer.statusCode()).as(path + text(answer)).isEqualTo(200);
        return answer.body();
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }

    private static String header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private JsonNode json(String person, String path) {
        var answer = get(person, path);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private WitnessPolicy policy() {
        return WitnessPolicy.parse(file("/api/v1/ledger/policy"));
    }

    /** A reader of tlog-tiles that shares nothing with the product but SHA-256. */
    private final class Outside {
        private final long size;
        private final byte[] root;
        private final List<byte[]> leaves = new ArrayList<>();

        Outside() {
            var lines = new String(file("/ledger/checkpoint"), UTF_8).split("\n", -1);
            size = Long.parseLong(lines[1]);
            root = Base64.getDecoder().decode(lines[2]);
            for (long n = 0; n * 256 < size; n++) {
                var bundle = file("/ledger/tile/entries/" + path(n, size));
                var at = 0;
                while (at < bundle.length) {
                    var length = (bundle[at] & 0xff) * 256 + (bundle[at + 1] & 0xff);
                    leaves.add(
                            sha256(
                                    new byte[] {0},
                                    Arrays.copyOfRange(bundle, at + 2, at + 2 + length)));
                    at += 2 + length;
                }
            }
        }

        private static String path(long n, long count) {
            var width = Math.min(256, count - n * 256);
            return "%03d".formatted(n) + (width == 256 ? "" : ".p/" + width);
        }

        /** RFC 6962, section 2.1, in so many words. */
        private static byte[] root(List<byte[]> leaves) {
            if (leaves.size() == 1) {
                return leaves.getFirst();
            }
            var k = Integer.highestOneBit(leaves.size() - 1);
            return sha256(
                    new byte[] {1},
                    root(leaves.subList(0, k)),
                    root(leaves.subList(k, leaves.size())));
        }

        /** The tiles of a level must be the roots of the full tiles below. */
        private void checkTiles() {
            var hashes = leaves;
            for (int level = 0; !hashes.isEmpty(); level++) {
                for (long n = 0; n * 256 < hashes.size(); n++) {
                    var tile = file("/ledger/tile/" + level + "/" + path(n, hashes.size()));
                    var from = (int) n * 256;
                    var to = Math.min(hashes.size(), from + 256);
                    assertThat(tile).isEqualTo(joined(hashes.subList(from, to)));
                }
                var above = new ArrayList<byte[]>();
                for (int n = 0; n < hashes.size() / 256; n++) {
                    above.add(root(hashes.subList(n * 256, n * 256 + 256)));
                }
                hashes = above;
            }
        }

        private static byte[] joined(List<byte[]> hashes) {
            var all = new byte[hashes.size() * 32];
            for (int i = 0; i < hashes.size(); i++) {
                System.arraycopy(hashes.get(i), 0, all, i * 32, 32);
            }
            return all;
        }

        private static byte[] sha256(byte[]... parts) {
            try {
                var digest = MessageDigest.getInstance("SHA-256");
                Arrays.stream(parts).forEach(digest::update);
                return digest.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Nested
    class Files {
        @Test
        void show_a_stranger_that_the_signed_root_is_that_of_all_entries() {
            var log = new Outside();
            assertThat(log.size).isGreaterThan(256);
            assertThat(log.leaves).hasSize((int) log.size);
            assertThat(Outside.root(log.leaves)).isEqualTo(log.root);
            log.checkTiles();
        }

        @Test
        void have_the_headers_of_the_format() {
            var checkpoint = get("ledger-otto", "/ledger/checkpoint");
            assertThat(header(checkpoint, "Content-Type"))
                    .isEqualToIgnoringCase("text/plain;charset=utf-8");
            assertThat(header(checkpoint, "Cache-Control")).isEqualTo("no-cache");
            for (var path : List.of("/ledger/tile/0/000", "/ledger/tile/entries/000")) {
                var tile = get("ledger-otto", path);
                assertThat(header(tile, "Content-Type")).isEqualTo("application/octet-stream");
                assertThat(header(tile, "Cache-Control"))
                        .contains("max-age=31536000", "private", "immutable")
                        .doesNotContain("no-store", "public");
                var basic = Browser.basic("ledger-otto", Cast.PASSWORD);
                var again =
                        send(
                                "GET",
                                path,
                                "Authorization",
                                basic,
                                "If-None-Match",
                                header(tile, "ETag"));
                assertThat(again.statusCode()).isEqualTo(304);
                var head = send("HEAD", path, "Authorization", basic);
                assertThat(head.statusCode()).isEqualTo(200);
                assertThat(head.body()).isEmpty();
                assertThat(header(head, "Content-Length"))
                        .isEqualTo(Integer.toString(tile.body().length));
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/ledger/tile/0/0",
                    "/ledger/tile/0/000/",
                    "/ledger/tile/00/000",
                    "/ledger/tile/64/000",
                    "/ledger/tile/0/x000/000",
                    "/ledger/tile/0/000.p/0",
                    "/ledger/tile/0/000.p/256",
                    "/ledger/tile/0/000.p/01",
                    "/ledger/tile/0/%30%30%30",
                    "/ledger/tile/0/000.p",
                    "/ledger/tile/entries/-01",
                    "/ledger/tile/",
                })
        void have_one_name_each(String path) {
            var answer = get("ledger-otto", path);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
            assertThat(text(answer)).contains("\"code\":\"ledger.tile-malformed\"");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/ledger/tile/0/999",
                    "/ledger/tile/entries/999.p/1",
                    "/ledger/tile/63/000",
                    "/ledger/tile/0/x999/x999/x999/x999/x999/999",
                })
        void no_checkpoint_implies_are_unknown_and_leave_no_event_behind(String path) {
            var before = ledger.newest().orElseThrow().size();
            var answer = get("ledger-otto", path);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(404);
            assertThat(text(answer)).contains("\"code\":\"ledger.tile-unknown\"");
            assertThat(json("ledger-otto", "/api/v1/events?limit=1&event=refusal").toString())
                    .doesNotContain("/ledger/tile");
            assertThat(ledger.newest().orElseThrow().size()).isGreaterThanOrEqualTo(before);
        }

        @Test
        void are_for_those_signed_in_unless_a_setting_opens_them() {
            for (var path : List.of("/ledger/checkpoint", "/ledger/tile/0/000", "/ledger/tile/x")) {
                var answer = send("GET", path);
                assertThat(answer.statusCode()).as(path).isEqualTo(401);
                assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
            }
            assertThat(cast.signedIn("ledger-eve").get("/ledger/checkpoint").statusCode())
                    .isEqualTo(200);
            var made =
                    cast.browser()
                            .json(
                                    "POST",
                                    "/api/v1/me/tokens",
                                    "{\"name\":\"t\",\"scopes\":[\"READ\"],\"expiresAt\":\"%s\"}"
                                            .formatted(clock.instant().plusSeconds(3_600)),
                                    "Authorization",
                                    Browser.basic("ledger-eve", Cast.PASSWORD));
            var token = first("\"token\":\"([^\"]+)\"", made.body());
            assertThat(
                            send("GET", "/ledger/checkpoint", "Authorization", "Bearer " + token)
                                    .statusCode())
                    .isEqualTo(200);
        }
    }

    @Nested
    class Proofs {
        @Test
        void of_an_event_hold_with_the_policy_and_what_the_row_discloses() {
            var answer = get("ledger-otto", "/api/v1/events/" + event + "/proof");
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(header(answer, "Content-Type")).startsWith("text/plain");
            assertThat(header(answer, "Content-Disposition")).contains(event + ".tlog-proof");
            var proof = TlogProof.parse(answer.body());
            var row = json("ledger-otto", "/api/v1/events/" + event + "/row");
            assertThat(proof.index()).isEqualTo(row.get("position").asLong());
            var entry = LedgerEntry.of(LedgerEntry.commitment(bytes(row, "logId"), disclosed(row)));
            assertThat(proof.extra()).isEqualTo(entry).isEqualTo(bytes(row, "entry"));
            assertThat(new String(bytes(row, "payload"), UTF_8)).contains("ledgered");
            var accepted = proof.verify(Merkle.leaf(entry), policy());
            assertThat(accepted.checkpoint().size()).isGreaterThan(proof.index());
            assertThat(file("/api/v1/ledger/checkpoint?covering=" + proof.index()))
                    .isEqualTo(proof.note().bytes());
            assertThat(file("/api/v1/events/" + event + "/proof")).isEqualTo(answer.body());
        }

        @Test
        void are_for_those_who_may_see_the_event_and_salts_for_auditors() {
            var path = "/api/v1/events/" + event;
            assertThat(get("ledger-ada", path + "/proof").statusCode()).isEqualTo(200);
            var hidden = get("ledger-eve", path + "/proof?wait=1");
            assertThat(hidden.statusCode()).isEqualTo(404);
            assertThat(text(hidden)).contains("event.unknown").doesNotContain("position");
            assertThat(get("ledger-eve", path + "/row").statusCode()).isEqualTo(404);
            var unsalted = get("ledger-ada", path + "/row");
            assertThat(unsalted.statusCode()).isEqualTo(403);
            assertThat(text(unsalted)).contains("access.role-needed").doesNotContain("\"salt\"");
            assertThat(get("ledger-otto", "/api/v1/events/nothing/proof").statusCode())
                    .isEqualTo(404);
        }

        @Test
        void of_all_that_happened_to_a_subject_are_taken_home_and_verified_offline(
                @TempDir Path folder) throws Exception {
            var stream = json("ledger-otto", "/api/v1/events/" + event + "/row").get("stream");
            var path = "/api/v1/ledger/bundle?subject=" + stream.asString();
            var answer = get("ledger-otto", path);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(header(answer, "Content-Type")).isEqualTo("application/zip");
            var file = java.nio.file.Files.write(folder.resolve("bundle.zip"), answer.body());
            var verified = Verifier.verify(file, Trust.of(policy()));
            assertThat(verified.problem()).isNull();
            assertThat(verified.complete())
                    .extracting(Object::toString)
                    .anyMatch(s -> s.contains(stream.asString()));

            assertThat(get("ledger-ada", path).statusCode()).isEqualTo(403);
            var hidden = get("ledger-eve", path);
            assertThat(hidden.statusCode()).isEqualTo(404);
            assertThat(text(hidden)).contains("subject.unknown").doesNotContain("auditor");
            // Sees nothing of the audit trail, nor learns whether there is such a subject.
            cast.person("ledger-nora");
            for (var of : List.of(stream.asString(), "project:no-such")) {
                var none = get("ledger-nora", "/api/v1/ledger/bundle?subject=" + of);
                assertThat(none.statusCode()).isEqualTo(403);
                assertThat(text(none)).contains("access.not-seen").doesNotContain("ledgered");
            }
            assertThat(
                            get("ledger-otto", "/api/v1/ledger/bundle?subject=project:no-such")
                                    .statusCode())
                    .isEqualTo(404);
            assertThat(get("ledger-otto", "/api/v1/ledger/bundle?subject=x").statusCode())
                    .isEqualTo(400);
        }

        @Test
        void of_consistency_hold_between_two_checkpoints() {
            var early = checkpoint("?covering=0");
            var late = checkpoint("");
            var from = Long.parseLong(early[1]);
            var to = Long.parseLong(late[1]);
            assertThat(from).isLessThan(to);
            var answer =
                    json("ledger-eve", "/api/v1/ledger/consistency?from=" + from + "&to=" + to);
            var hashes = new ArrayList<Hash>();
            answer.get("hashes").forEach(hash -> hashes.add(Hash.ofBase64(hash.asString())));
            assertThat(
                            new ConsistencyProof(from, to, hashes)
                                    .proves(Hash.ofBase64(early[2]), Hash.ofBase64(late[2])))
                    .isTrue();
        }

        @ParameterizedTest
        @CsvSource({"from=5&to=4", "from=0&to=99999999", "from=-1&to=4", "from=x&to=4", "from=1"})
        void of_consistency_are_refused_where_there_are_none(String query) {
            var answer = get("ledger-otto", "/api/v1/ledger/consistency?" + query);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
        }

        private String[] checkpoint(String query) {
            return new String(file("/api/v1/ledger/checkpoint" + query), UTF_8).split("\n", -1);
        }

        private static byte[] bytes(JsonNode row, String name) {
            return Base64.getDecoder().decode(row.get(name).asString());
        }

        private static LedgerRow disclosed(JsonNode row) {
            return new LedgerRow(
                    row.get("globalIndex").asLong(),
                    row.get("eventId").asString(),
                    row.get("type").asString(),
                    row.get("stream").asString(),
                    row.get("sequenceNumber").asLong(),
                    row.get("time").asString(),
                    row.get("payloadType").asString(),
                    row.get("payloadRevision").isNull()
                            ? null
                            : row.get("payloadRevision").asString(),
                    bytes(row, "payload"),
                    bytes(row, "metadata"),
                    bytes(row, "salt"),
                    row.get("writerKeyId").asString(),
                    bytes(row, "writerMac"),
                    row.get("txId").asLong(),
                    row.get("recordedAt").asLong(),
                    row.get("positionTime").asLong(),
                    MacState.ofCode(row.get("macState").asInt()));
        }
    }

    @Nested
    class Commands_that_wait {
        @Test
        void are_answered_with_a_receipt() {
            var answer = register("waited-for", "respond-async, wait=\"20\"");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=20");
            var receipt = JSON.readTree(answer.body()).get("receipt");
            assertThat(receipt.get("checkpoint").asString())
                    .contains("\n" + receipt.get("size").asLong() + "\n")
                    .contains(receipt.get("root").asString());
            var proof = TlogProof.parse(file(receipt.get("proof").asString() + "?wait=10"));
            assertThat(proof.index()).isEqualTo(receipt.get("position").asLong());
            assertThat(proof.note()).hasToString(receipt.get("checkpoint").asString());
        }

        @ParameterizedTest
        @ValueSource(strings = {"return=minimal", "wait=soon", "wait", "wait=-1", "waiter=5"})
        void pass_over_what_else_is_preferred(String preference) {
            var answer =
                    register("unwaited" + Math.floorMod(preference.hashCode(), 9_999), preference);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(answer.body()).doesNotContain("receipt");
            assertThat(answer.headers().firstValue("Preference-Applied")).isEmpty();
        }

        private HttpResponse<String> register(String project, String preference) {
            cast.person("ledger-req", "requester@*");
            return cast.browser()
                    .json(
                            "POST",
                            "/api/v1/projects",
                            """
                            {"id":"%s","name":"n","businessProblem":"b","intendedPurpose":"i",
                             "ownerTeam":"t","jurisdictions":["EU"],"riskTier":"low"}\
                            """
                                    .formatted(project),
                            "Authorization",
                            Browser.basic("ledger-req", Cast.PASSWORD),
                            "Prefer",
                            preference);
        }
    }

    @Nested
    class The_page {
        @Test
        void shows_what_is_signed_by_which_key_and_what_is_not_protected() {
            var page = cast.signedIn("ledger-otto").get("/ledger").body();
            var status = json("ledger-otto", "/api/v1/ledger");
            var vkey = status.get("keys").get(0).asString();
            var key = VerifierKey.parse(vkey);
            assertThat(status.get("origin").asString()).isEqualTo(key.name());
            assertThat(status.get("well").asBoolean()).isTrue();
            assertThat(page)
                    .contains("value=\"" + vkey + "\"", key.name())
                    .contains("All is well", "No witness is configured", "none on record")
                    .contains("ask for a sign-in")
                    .contains("aria-current=\"page\">Ledger</a>");
            assertThat(first("Events signed</span>\\s*<span[^>]*>(\\d+)<", page))
                    .satisfies(size -> assertThat(Long.parseLong(size)).isGreaterThan(256));
            var download = get("ledger-otto", "/api/v1/ledger/checkpoint");
            assertThat(text(download)).startsWith(key.name() + "\n");
            var other = cast.signedIn("ledger-eve").get("/ledger");
            assertThat(other.statusCode()).isEqualTo(200);
            assertThat(other.body()).doesNotContain("aria-current=\"page\">Ledger</a>");
            assertThat(cast.signedIn("ledger-ada").get("/").body())
                    .contains("events, last signed")
                    .doesNotContain("raises an alarm");
        }

        @Test
        void and_those_of_events_say_where_the_proof_is() {
            var page = cast.signedIn("ledger-ada").get("/audit/" + event).body();
            assertThat(page).contains("/api/v1/events/" + event + "/proof").contains(" events</a>");
        }

        @Test
        void takes_a_receipt_and_says_what_it_proves() {
            var receipt = text(get("ledger-ada", "/api/v1/events/" + event + "/proof"));
            var pasted = check("ledger-ada", receipt.replace("\n", "\r\n").strip());
            assertThat(pasted)
                    .contains("The receipt is good", "signed by this log")
                    .contains("No cosignature is asked for", "is in the log at position")
                    .contains("It is of the event project.registered", "/audit/" + event);
            assertThat(check("ledger-eve", receipt))
                    .contains("The receipt is good", "It is of an event that you may not see")
                    .doesNotContain("project.registered");
        }

        @Test
        void takes_a_receipt_as_a_file() {
            var receipt = text(get("ledger-ada", "/api/v1/events/" + event + "/proof"));
            var browser = cast.signedIn("ledger-ada");
            var csrf =
                    first("name=\"_csrf\"[^>]* value=\"([^\"]+)\"", browser.get("/ledger").body());
            var answer =
                    browser.send(
                            "POST",
                            "/ledger/verify",
                            "--b\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n"
                                    + csrf
                                    + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\";"
                                    + " filename=\"a.tlog-proof\"\r\n\r\n"
                                    + receipt
                                    + "\r\n--b--\r\n",
                            "Content-Type",
                            "multipart/form-data; boundary=b");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("The receipt is good");
        }

        @Test
        void names_the_first_thing_wrong_in_a_receipt_that_was_changed() {
            var receipt = text(get("ledger-ada", "/api/v1/events/" + event + "/proof"));
            var index = TlogProof.parse(receipt.getBytes(UTF_8)).index();
            // The checkpoint may end with it, so the one before: there are others first.
            assertThat(
                            check(
                                    "ledger-ada",
                                    receipt.replace(
                                            "index " + index + "\n",
                                            "index " + (index - 1) + "\n")))
                    .contains("not good: The entry is not in the log at position " + (index - 1));
            assertThat(check("ledger-ada", receipt.replace("index " + index, "index 99999999")))
                    .contains("not good: Its position is not in that checkpoint");
            var extra = first("extra (\\S+)\n", receipt);
            var entry = Base64.getDecoder().decode(extra);
            entry[entry.length - 1] ^= 1;
            assertThat(
                            check(
                                    "ledger-ada",
                                    receipt.replace(
                                            extra, Base64.getEncoder().encodeToString(entry))))
                    .contains("not good: The entry is not in the log");
            assertThat(check("ledger-ada", receipt.replace("extra " + extra + "\n", "")))
                    .contains("not good: It does not carry the log entry");
            var size = first("\n\n[^\n]+\n(\\d+)\n", receipt);
            assertThat(
                            check(
                                    "ledger-ada",
                                    receipt.replace("\n" + size + "\n", "\n1" + size + "\n")))
                    .contains("not good: Its checkpoint is not signed by this log");
            assertThat(check("ledger-ada", "c2sp.org/tlog-proof@v2\n<script>"))
                    .contains("not good: It is not a receipt")
                    .contains("&lt;script&gt;")
                    .doesNotContain("<script>");
            var nothing = submit("ledger-ada", " ");
            assertThat(nothing.statusCode()).isEqualTo(400);
            assertThat(nothing.body()).contains("Paste a receipt");
        }

        private String check(String person, String receipt) {
            var answer = submit(person, receipt);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        }

        private HttpResponse<String> submit(String person, String receipt) {
            return cast.signedIn(person)
                    .submit("/ledger", "/ledger/verify", Map.of("receipt", receipt));
        }
    }

    @Test
    void the_document_of_the_api_has_it_all() {
        var document = new String(file("/api/docs"), ISO_8859_1);
        assertThat(document)
                .contains("/api/v1/ledger/consistency", "/api/v1/ledger/policy")
                .contains("/api/v1/events/{event}/proof", "/api/v1/events/{event}/row")
                .contains("Prefer");
    }

    private static String first(String pattern, String text) {
        var found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern + " in " + text).isTrue();
        return found.group(1);
    }
}
