package io.countersign.governance.ledger.witness;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.countersign.governance.ledger.tlog.AddCheckpoint;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.ConsistencyProof;
import io.countersign.governance.ledger.tlog.Cosignature;
import io.countersign.governance.ledger.tlog.EdgeTiles;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.NoteSignature;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.TileTree;
import io.countersign.governance.ledger.tlog.VerifierKey.Algorithm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WitnessTest {
    private static final String ORIGIN = "example.com/log";
    private static final Instant NOW = Instant.ofEpochSecond(1_767_139_200);
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final SignerKey LOG = key(ORIGIN, Algorithm.ED25519, 1);
    private static final SignerKey WITNESS = key("witness.example", Algorithm.COSIGNATURE, 2);

    @TempDir Path folder;

    private static SignerKey key(String name, Algorithm algorithm, int seed) {
        var bytes = new byte[32];
        bytes[0] = (byte) seed;
        return new SignerKey(name, algorithm, bytes);
    }

    private Witness witness() {
        return new Witness(WITNESS, List.of(LOG.verifier()), folder, CLOCK);
    }

    private Path state() {
        return folder.resolve(Witness.hash(ORIGIN) + ".cosigned");
    }

    /** A tree of up to 255 leaves; another history is another tree from its first leaf on. */
    private static TileTree tree(int size, String history) {
        var edge = new EdgeTiles();
        for (int i = 0; i < size; i++) {
            edge.append(Merkle.leaf((history + i).getBytes(US_ASCII)));
        }
        return new TileTree(size, _ -> edge.partialTiles().getFirst().hashes());
    }

    private static Note checkpoint(int size, String history) {
        return new Checkpoint(ORIGIN, size, tree(size, history).root()).sign(LOG);
    }

    private static AddCheckpoint request(int from, int to) {
        return request(from, to, "a");
    }

    private static AddCheckpoint request(int from, int to, String history) {
        var proof = from <= to ? tree(to, history).consistency(from).path() : List.<Hash>of();
        return new AddCheckpoint(from, proof, checkpoint(to, history));
    }

    private static Witness.Answer add(Witness witness, AddCheckpoint request) {
        return witness.addCheckpoint(request.bytes());
    }

    private static void assertCosigned(Witness.Answer answer, AddCheckpoint request) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        var line = NoteSignature.parse(answer.body());
        assertThat(Cosignature.verify(WITNESS.verifier(), request.checkpoint().text(), line).at())
                .isEqualTo(NOW);
    }

    @Test
    void each_checkpoint_that_continues_the_last_is_cosigned() {
        try (var witness = witness()) {
            for (var request :
                    List.of(
                            request(0, 0),
                            request(0, 1),
                            request(1, 1),
                            request(1, 7),
                            request(7, 8),
                            request(8, 200))) {
                assertCosigned(add(witness, request), request);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "6, 8", "8, 9"})
    void another_old_size_is_told_the_latest(int from, int to) {
        try (var witness = witness()) {
            add(witness, request(0, 7));
            assertThat(add(witness, request(from, to)))
                    .isEqualTo(new Witness.Answer(409, "text/x.tlog.size", "7\n"));
        }
    }

    @Test
    void another_history_is_unprocessable_and_changes_nothing() {
        try (var witness = witness()) {
            add(witness, request(0, 7));
            var proof = request(7, 9).proof();
            var note = request(7, 9).checkpoint();
            for (var forged :
                    List.of(
                            request(7, 9, "b"), // rewritten, grown
                            request(7, 7, "b"), // rewritten, of the same size
                            new AddCheckpoint(7, List.of(), note),
                            new AddCheckpoint(7, proof.subList(1, proof.size()), note),
                            new AddCheckpoint(7, proof, checkpoint(7, "a")))) {
                assertThat(add(witness, forged).status()).isEqualTo(422);
            }
            assertCosigned(add(witness, request(7, 9)), request(7, 9));
        }
    }

    @Test
    void a_first_checkpoint_has_no_proof_and_an_empty_tree_the_empty_root() {
        try (var witness = witness()) {
            var proof = List.of(Merkle.EMPTY_ROOT);
            assertThat(add(witness, new AddCheckpoint(0, proof, checkpoint(3, "a"))).status())
                    .isEqualTo(422);
            var wrong = new Checkpoint(ORIGIN, 0, Merkle.leaf(new byte[0])).sign(LOG);
            assertThat(add(witness, new AddCheckpoint(0, List.of(), wrong)).status())
                    .isEqualTo(422);
            assertThat(witness.latest(Witness.hash(ORIGIN)).status()).isEqualTo(404);
        }
    }

    @Test
    void an_unknown_log_is_not_found_and_an_unknown_signature_forbidden() {
        try (var witness = witness()) {
            var elsewhere = new Checkpoint("example.com/other", 3, tree(3, "a").root()).sign(LOG);
            assertThat(add(witness, new AddCheckpoint(0, List.of(), elsewhere)).status())
                    .isEqualTo(404);
            var text = checkpoint(3, "a").text();
            var stranger = Note.sign(text, key(ORIGIN, Algorithm.ED25519, 9));
            assertThat(add(witness, new AddCheckpoint(0, List.of(), stranger)).status())
                    .isEqualTo(403);
            var forged = new Note(text, checkpoint(4, "a").signatures());
            assertThat(add(witness, new AddCheckpoint(0, List.of(), forged)).status())
                    .isEqualTo(403);
            var also = stranger.with(checkpoint(3, "a").signatures());
            assertThat(add(witness, new AddCheckpoint(0, List.of(), also)).status()).isEqualTo(200);
        }
    }

    @Test
    void what_is_malformed_or_shrinks_or_has_extensions_is_a_bad_request() {
        try (var witness = witness()) {
            for (var body : List.of("", "old 0\n\n", "old 0\n\nhello\n\n— a AAAAAAA=\n")) {
                assertThat(witness.addCheckpoint(body.getBytes(UTF_8)).status()).isEqualTo(400);
            }
            assertThat(add(witness, request(5, 3)).status()).isEqualTo(400);
            var extended =
                    new Checkpoint(ORIGIN, 3, tree(3, "a").root(), List.of("more")).sign(LOG);
            assertThat(add(witness, new AddCheckpoint(0, List.of(), extended)).status())
                    .isEqualTo(400);
        }
    }

    @Test
    void the_answer_and_the_record_have_only_its_own_cosignature() {
        try (var witness = witness()) {
            var other = key("other.example", Algorithm.COSIGNATURE, 5);
            var text = checkpoint(3, "a").text();
            var note =
                    checkpoint(3, "a")
                            .with(
                                    List.of(
                                            Cosignature.sign(other, text, NOW),
                                            // Its own, of another time
                                            Cosignature.sign(WITNESS, text, Instant.EPOCH)));
            var answer = add(witness, new AddCheckpoint(0, List.of(), note));
            assertThat(answer.body().lines()).hasSize(1);
            var latest = witness.latest(Witness.hash(ORIGIN));
            assertThat(latest.status()).isEqualTo(200);
            assertThat(latest.body()).isEqualTo(checkpoint(3, "a") + answer.body());
            assertThat(witness.latest(Witness.hash("other")).status()).isEqualTo(404);
        }
    }

    @Test
    void monitoring_paths_are_those_of_the_specification() {
        assertThat(Witness.hash("rome2026h1.example.org"))
                .isEqualTo("000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706");
    }

    @Test
    void it_remembers_after_a_restart() {
        try (var witness = witness()) {
            add(witness, request(0, 3));
            add(witness, request(3, 7));
        }
        try (var witness = witness()) {
            assertThat(add(witness, request(0, 8)).body()).isEqualTo("7\n");
            assertThat(add(witness, request(7, 7, "b")).status()).isEqualTo(422);
            assertCosigned(add(witness, request(7, 8)), request(7, 8));
        }
    }

    /** Whatever of the last line reached the disk before a crash, it had answered nobody yet. */
    @Test
    void a_line_torn_anywhere_is_ignored() throws IOException {
        try (var witness = witness()) {
            add(witness, request(0, 3));
        }
        int before = (int) Files.size(state());
        try (var witness = witness()) {
            add(witness, request(3, 7));
        }
        var whole = Files.readAllBytes(state());
        for (int length = before; length <= whole.length; length++) {
            Files.write(state(), Arrays.copyOf(whole, length));
            try (var witness = witness()) {
                int size = length == whole.length ? 7 : 3;
                assertThat(add(witness, request(0, 9)).body()).isEqualTo(size + "\n");
                assertCosigned(add(witness, request(size, 9)), request(size, 9));
            }
            try (var witness = witness()) {
                assertThat(add(witness, request(0, 9)).body()).isEqualTo("9\n");
            }
        }
    }

    @Test
    void any_other_damage_keeps_it_from_starting() throws IOException {
        try (var witness = witness()) {
            add(witness, request(0, 3));
            add(witness, request(3, 7));
        }
        var whole = Files.readAllBytes(state());
        for (int at = 0; at < whole.length - 1; at += 7) {
            var damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(state(), damaged);
            assertThatThrownBy(this::witness)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is damaged");
        }
        var lines = new String(whole, US_ASCII).split("(?<=\n)", -1);
        Files.writeString(state(), lines[1] + lines[0]); // a smaller tree after a larger
        assertThatThrownBy(this::witness).hasMessageContaining("line 2");
        Files.write(state(), whole);
        Files.write(state(), new byte[] {'\n'}, StandardOpenOption.APPEND);
        assertThatThrownBy(this::witness).hasMessageContaining("line 3");
    }

    @Test
    void one_witness_at_a_time_has_a_folder() {
        try (var _ = witness()) {
            assertThatThrownBy(this::witness)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another witness is running");
        }
        witness().close();
    }

    @Test
    void no_key_has_two_roles() {
        var same = key("witness.example", Algorithm.ED25519, 2);
        assertThatThrownBy(() -> new Witness(WITNESS, List.of(same.verifier()), folder, CLOCK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two roles");
        assertThatThrownBy(() -> new Witness(LOG, List.of(), folder, CLOCK))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_many_at_once_that_continue_the_same_size_one_is_cosigned() throws Exception {
        int rivals = 8;
        try (var witness = witness();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int size = 0;
            for (int round = 0; round < 10; round++) {
                int from = size;
                var start = new CountDownLatch(rivals);
                var tasks = new ArrayList<Callable<Integer>>();
                for (int i = 1; i <= rivals; i++) {
                    var body = request(from, from + i).bytes();
                    tasks.add(() -> {
                        start.countDown();
                        start.await();
                        return witness.addCheckpoint(body).status();
                    });
                }
                var statuses = new ArrayList<Integer>();
                for (var task : threads.invokeAll(tasks)) {
                    statuses.add(task.get());
                }
                assertThat(statuses).containsOnlyOnce(200);
                assertThat(statuses).filteredOn(s -> s == 409).hasSize(rivals - 1);
                size = from + 1 + statuses.indexOf(200);
                assertThat(add(witness, request(0, size)).body()).isEqualTo(size + "\n");
            }
        }
    }

    @Test
    void after_a_failed_write_it_cosigns_nothing_more() {
        var witness = witness();
        add(witness, request(0, 3));
        witness.close(); // so that writing fails
        assertThatThrownBy(() -> add(witness, request(3, 4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot write");
        assertThatThrownBy(() -> add(witness, request(3, 4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("an earlier write");
    }

    private static WitnessClient client(URI uri) {
        return new WitnessClient(uri, WITNESS.verifier(), Duration.ofSeconds(20));
    }

    private static WitnessAnswer submit(WitnessClient client, int size, String history)
            throws InterruptedException {
        return client.submit(
                checkpoint(size, history), from -> tree(size, history).consistency(from));
    }

    @Test
    void a_client_learns_the_size_and_gets_a_cosignature() throws Exception {
        try (var witness = witness();
                var server = WitnessServer.onLoopback(witness, 0)) {
            try (var client = client(server.uri())) {
                for (int size : new int[] {3, 3, 8}) {
                    assertThat(submit(client, size, "a"))
                            .isInstanceOf(WitnessAnswer.Cosigned.class);
                }
            }
            try (var client = client(server.uri())) { // knows nothing of what was before
                var answer = (WitnessAnswer.Cosigned) submit(client, 9, "a");
                var note = checkpoint(9, "a").with(List.of(answer.signature()));
                assertThat(note.verify(List.of(WITNESS.verifier()))).hasSize(1);
                assertThat(answer.cosignature().at()).isEqualTo(NOW);
                assertThat(submit(client, 5, "a")).isEqualTo(new WitnessAnswer.Ahead(9));
                assertThat(submit(client, 9, "b")).isInstanceOf(WitnessAnswer.Fork.class);
                assertThat(submit(client, 12, "b")).isInstanceOf(WitnessAnswer.Fork.class);
                var unknown = new Checkpoint("unknown", 1, Merkle.EMPTY_ROOT).sign(LOG);
                assertThat(client.submit(unknown, WitnessTest::none))
                        .isInstanceOf(WitnessAnswer.Misconfigured.class);
            }
        }
    }

    private static ConsistencyProof none(long from) {
        return new ConsistencyProof(from, from, List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "409, '', Fork",
        "409, nonsense, Fork",
        "409, '7', Fork",
        "409, '07\n', Fork",
        "409, '2\n', Unavailable",
        "409, '9\n', Ahead",
        "422, '', Fork",
        "404, '', Misconfigured",
        "403, '', Misconfigured",
        "400, '', Misconfigured",
        "429, '', Unavailable",
        "500, '', Unavailable",
        "302, '', Unavailable",
        "200, '', Misconfigured",
        "200, nonsense, Misconfigured",
        "200, '— witness.example AAAAAAA=\n', Misconfigured"
    })
    void a_client_judges_every_status(int status, String body, String expected) throws Exception {
        try (var server = new Fixed(status, body.getBytes(UTF_8));
                var client = client(server.uri())) {
            assertThat(submit(client, 3, "a").getClass().getSimpleName()).isEqualTo(expected);
        }
    }

    @Test
    void a_client_takes_neither_an_old_cosignature_nor_an_endless_answer() throws Exception {
        var older = Cosignature.sign(WITNESS, checkpoint(2, "a").text(), NOW);
        var timeless = Cosignature.sign(WITNESS, checkpoint(3, "a").text(), Instant.EPOCH);
        for (var line : List.of(older, timeless)) {
            try (var server = new Fixed(200, line.line().getBytes(UTF_8));
                    var client = client(server.uri())) {
                assertThat(submit(client, 3, "a")).isInstanceOf(WitnessAnswer.Misconfigured.class);
            }
        }
        try (var server = new Fixed(200, new byte[100_000]);
                var client = client(server.uri())) {
            assertThat(submit(client, 3, "a")).isInstanceOf(WitnessAnswer.Unavailable.class);
        }
    }

    @Test
    void a_witness_that_is_silent_or_gone_is_unavailable() throws Exception {
        var silence = new CountDownLatch(1);
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        silence.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
        server.start();
        var uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (var client = new WitnessClient(uri, WITNESS.verifier(), Duration.ofMillis(200))) {
            assertThat(submit(client, 3, "a")).isInstanceOf(WitnessAnswer.Unavailable.class);
        } finally {
            silence.countDown();
            server.stop(0);
        }
        try (var client = client(uri)) {
            assertThat(submit(client, 3, "a")).isInstanceOf(WitnessAnswer.Unavailable.class);
        }
    }

    @Test
    void the_server_has_two_paths_and_bounded_bodies() throws Exception {
        try (var witness = witness();
                var server = WitnessServer.onLoopback(witness, 0);
                var http = HttpClient.newHttpClient()) {
            assertThat(server.uri().getHost()).isEqualTo("127.0.0.1");
            add(witness, request(0, 3));
            var monitoring = "/" + Witness.hash(ORIGIN) + "/checkpoint";
            var latest = http.send(get(server, monitoring), BodyHandlers.ofString());
            assertThat(latest.statusCode()).isEqualTo(200);
            assertThat(latest.headers().firstValue("Content-Type"))
                    .hasValue("text/plain; charset=utf-8");
            assertThat(Note.parse(latest.body().getBytes(UTF_8)).signatures()).hasSize(2);
            for (var path : List.of("/", "/checkpoint", monitoring + "/", "/../x", "/%2e/x")) {
                assertThat(http.send(get(server, path), BodyHandlers.ofString()).statusCode())
                        .isEqualTo(404);
            }
            assertThat(
                            http.send(get(server, "/add-checkpoint"), BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(405);
            assertThat(post(http, server, monitoring, new byte[1])).isEqualTo(405);
            assertThat(post(http, server, "/add-checkpoint", new byte[1])).isEqualTo(400);
            assertThat(post(http, server, "/add-checkpoint", new byte[Witness.MAX_BODY_BYTES + 1]))
                    .isEqualTo(413);
        }
    }

    private static HttpRequest get(WitnessServer server, String path) {
        return HttpRequest.newBuilder(URI.create(server.uri() + path)).build();
    }

    private static int post(HttpClient http, WitnessServer server, String path, byte[] body)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(server.uri() + path))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    /** Answers everything the same. */
    private static final class Fixed implements AutoCloseable {
        private final HttpServer server;

        Fixed(int status, byte[] body) throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            exchange.getRequestBody().readAllBytes();
                            exchange.getResponseHeaders().set("Location", "/elsewhere");
                            exchange.sendResponseHeaders(
                                    status, body.length == 0 ? -1 : body.length);
                            exchange.getResponseBody().write(body);
                        }
                    });
            server.start();
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
