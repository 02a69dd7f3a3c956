package io.countersign.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.reporting.verify.Trust;
import io.countersign.reporting.verify.Verifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

/** A bundle or receipt that somebody brings to the page or the API, whatever it is. */
@WebTest
class OfferedEvidenceIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String API = "/api/v1/ledger/verify";
    private static byte[] bundle = {};
    private static byte[] receipt = {};

    @Autowired Cast cast;
    @Autowired Commands commands;
    @Autowired Ledger ledger;
    @Autowired ReadPosition positions;

    @BeforeEach
    void evidence() {
        cast.person("offer-otto", "auditor@*");
        cast.person("offer-eve", "requester@elsewhere");
        if (bundle.length > 0) {
            return;
        }
        var event =
                commands.send(
                                new ProjectCommand.Register(
                                        new ProjectId("offered"),
                                        "n",
                                        "p",
                                        "i",
                                        "t",
                                        List.of("EU"),
                                        RiskTier.LOW),
                                Actor.system())
                        .eventIds()
                        .getLast();
        receipt = ledger.await(event, Duration.ofSeconds(60)).orElseThrow().proof().bytes();
        positions.await(event, Duration.ofSeconds(60));
        var answer =
                send(
                        HttpRequest.newBuilder(at("/api/v1/ledger/bundle?subject=project:offered"))
                                .GET(),
                        "offer-otto");
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
        bundle = answer.body();
    }

    private URI at(String path) {
        return URI.create(cast.browser().address() + path);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request, String person) {
        try {
            return CLIENT.send(
                    request.header("Authorization", Browser.basic(person, Cast.PASSWORD)).build(),
                    BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private String offered(String query, byte[] evidence, int status) {
        var answer =
                send(
                        HttpRequest.newBuilder(at(API + query))
                                .POST(BodyPublishers.ofByteArray(evidence))
                                .header("Content-Type", "application/octet-stream"),
                        "offer-eve");
        var text = new String(answer.body(), UTF_8);
        assertThat(answer.statusCode()).as(text).isEqualTo(status);
        assertThat(text).doesNotContain("Exception", "io.countersign", "/tmp/");
        return text;
    }

    /** With a session and its CSRF token, as a browser sends the form. */
    private HttpResponse<byte[]> uploaded(byte[] file, String pasted, String against) {
        var browser = cast.signedIn("offer-eve");
        var csrf =
                Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"")
                        .matcher(browser.get("/ledger").body());
        assertThat(csrf.find()).isTrue();
        var body = new ByteArrayOutputStream();
        body.writeBytes(part("_csrf", "", csrf.group(1).getBytes(UTF_8)));
        body.writeBytes(part("receipt", "", pasted.getBytes(UTF_8)));
        body.writeBytes(part("against", "", against.getBytes(UTF_8)));
        body.writeBytes(part("file", "; filename=\"x.zip\"", file));
        body.writeBytes("--b--\r\n".getBytes(UTF_8));
        try {
            var client = HttpClient.newBuilder().cookieHandler(browser.cookies()).build();
            return client.send(
                    HttpRequest.newBuilder(at("/ledger/verify"))
                            .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                            .header("Content-Type", "multipart/form-data; boundary=b")
                            .header("Accept", "text/html")
                            .build(),
                    BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static byte[] part(String name, String more, byte[] content) {
        var part = new ByteArrayOutputStream();
        part.writeBytes(
                "--b\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n"
                        .formatted(name, more)
                        .getBytes(UTF_8));
        part.writeBytes(content);
        part.writeBytes("\r\n".getBytes(UTF_8));
        return part.toByteArray();
    }

    private String page(byte[] file, int status) {
        var answer = uploaded(file, "", "log");
        var text = new String(answer.body(), UTF_8);
        assertThat(answer.statusCode()).as(text).isEqualTo(status);
        assertThat(text).contains("<main").doesNotContain("Exception", "io.countersign");
        return text;
    }

    @Test
    void is_told_what_countersign_verify_says_to_the_byte(@TempDir Path folder) throws IOException {
        var file = Files.write(folder.resolve("bundle.zip"), bundle);
        var policy = Trust.of(ledger.policy().orElseThrow());
        assertThat(offered("", bundle, 200))
                .isEqualTo(new String(Verifier.verify(file, policy).json(), UTF_8))
                .contains("\"verdict\":\"verified\"");
        assertThat(offered("?against=bundle", bundle, 200))
                .isEqualTo(new String(Verifier.verify(file, Trust.NOTHING).json(), UTF_8));
        var proof = Files.write(folder.resolve("a.tlog-proof"), receipt);
        assertThat(offered("?against=log", receipt, 200))
                .isEqualTo(new String(Verifier.verify(proof, policy).json(), UTF_8))
                .contains("\"exitCode\":0");
    }

    @Test
    void sees_on_the_page_what_is_proven_what_is_not_and_that_this_is_a_convenience() {
        var good = page(bundle, 200);
        assertThat(good)
                .contains(">Verified<", "Proven", "Not checked", "is complete up to")
                .contains("a key of this log", "countersign verify FILE", "verify.py FILE")
                .contains("a server that checks its own proofs proves nothing");
        var key = ledger.policy().orElseThrow().logs().getFirst().key();
        // The fingerprint of the page is the one the verifiers print.
        assertThat(cast.signedIn("offer-eve").get("/ledger").body())
                .contains(Verifier.fingerprint(key));
        assertThat(new String(uploaded(bundle, "", "bundle").body(), UTF_8))
                .contains(">Verified<", "a key that the bundle brings along");
        assertThat(page(receipt, 200)).contains("The receipt is good");
    }

    @Test
    void is_told_the_first_thing_wrong() {
        var changed = bundle.clone();
        var at = new String(bundle, ISO_8859_1).indexOf("\"eventId\"") + 14;
        changed[at] ^= 1;
        assertThat(offered("", changed, 200)).contains("\"verdict\":\"not-canonical\"");
        assertThat(page(changed, 200)).contains("Not verified.", "(exit code 10)");
        var proof = new String(receipt, UTF_8);
        var index = TlogProof.parse(receipt).index();
        var moved = proof.replace("index " + index + "\n", "index " + (index - 1) + "\n");
        assertThat(offered("", moved.getBytes(UTF_8), 200))
                .contains("\"verdict\":\"inclusion\"", "\"exitCode\":15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "%PDF-1.7",
                "{\"a\":",
                "\0\0\0\0",
                "../../etc/passwd",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
            })
    void that_is_nothing_of_the_kind_gets_a_message_beside_the_field(String hostile) {
        var page = page(hostile.getBytes(UTF_8), 400);
        assertThat(page)
                .contains("id=\"f-file-error\"", "This is neither a receipt")
                .doesNotContain("<script>alert");
        assertThat(offered("", hostile.getBytes(UTF_8), 200))
                .contains("\"verdict\":\"not-canonical\"", "\"exitCode\":10");
    }

    @Test
    void that_only_begins_as_a_zip_file_or_a_receipt_is_told_apart_from_a_fault_of_the_server() {
        var random = new Random(7);
        for (var i = 0; i < 30; i++) {
            var bytes = new byte[random.nextInt(4, 3_000)];
            random.nextBytes(bytes);
            System.arraycopy(new byte[] {'P', 'K', 3, 4}, 0, bytes, 0, 4);
            assertThat(offered("", bytes, 200)).contains("\"verdict\":\"not-canonical\"");
        }
        var cut = java.util.Arrays.copyOf(bundle, bundle.length / 2);
        assertThat(page(cut, 200)).contains("Not verified.");
        assertThat(offered("", "c2sp.org/tlog-proof@v1\n<b>".getBytes(UTF_8), 200))
                .contains("\"verdict\":\"malformed\"");
        assertThat(page("c2sp.org/tlog-proof@v1\n<b>x".getBytes(UTF_8), 200))
                .contains("not good: It is not a receipt")
                .doesNotContain("<b>x");
    }

    @Test
    void is_refused_where_it_is_empty_too_large_or_asked_for_wrongly() {
        assertThat(offered("", new byte[0], 400)).contains("ledger.evidence-missing");
        assertThat(offered("?against=me", bundle, 400)).contains("against", "input.invalid");
        assertThat(offered("?against=bundle", receipt, 400)).contains("brings no key");
        assertThat(offered("", new byte[1_100_000], 413)).contains("too-large");
        assertThat(new String(uploaded(new byte[0], "", "log").body(), UTF_8))
                .contains("Paste a receipt");
        assertThat(uploaded(bundle, "", "me").statusCode()).isEqualTo(400);
        var problem =
                send(
                        HttpRequest.newBuilder(at(API))
                                .POST(BodyPublishers.ofByteArray(bundle))
                                .header("Content-Type", "multipart/form-data; boundary=b"),
                        "offer-eve");
        assertThat(problem.statusCode()).isBetween(200, 499);
        assertThat(JsonMapper.shared().readTree(problem.body()).isObject()).isTrue();
    }
}
