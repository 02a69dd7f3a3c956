package io.countersign.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.governance.ledger.tlog.AddCheckpoint;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Cosignature;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.NoteSignature;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.web.start.WitnessCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WitnessCommandTest {
    private static final SignerKey LOG =
            SignerKey.generate(
                    "log.example.com", VerifierKey.Algorithm.ED25519, new SecureRandom());

    private final StringWriter err = new StringWriter();

    @Test
    void cosigns_what_a_log_of_its_list_signs_and_keeps_key_and_memory(@TempDir Path parent)
            throws IOException, InterruptedException {
        var folder = parent.resolve("witness");
        var hash = Merkle.leaf("one".getBytes(UTF_8));
        VerifierKey first;
        try (var witness = new Running(folder, "--name", "witness.example.com")) {
            first = witness.key();
            assertThat(first.name()).isEqualTo("witness.example.com");
            assertThat(first.algorithm()).isEqualTo(VerifierKey.Algorithm.COSIGNATURE);
            var answer = witness.send(0, 1, hash);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            var text = new Checkpoint(LOG.verifier().name(), 1, hash).text();
            var line = NoteSignature.parse(answer.body().strip());
            assertThat(Cosignature.verify(first, text, line).witness()).isEqualTo(first);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("witness.key"))))
                .isEqualTo("rw-------");
        try (var again = new Running(folder)) {
            assertThat(again.key()).isEqualTo(first);
            var other = again.send(0, 1, Merkle.leaf("other".getBytes(UTF_8)));
            assertThat(other.statusCode()).isEqualTo(409);
            assertThat(other.body()).isEqualTo("1\n");
        }
    }

    @Test
    void says_what_is_wrong_with_how_it_was_called(@TempDir Path folder) {
        var log = LOG.verifier().text();
        assertThat(run("--folder", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--log");
        assertThat(run("--folder", folder.resolve("a").toString(), "--log", log)).isEqualTo(2);
        assertThat(err.toString()).contains("give it a name with --name");
        assertThat(run("--folder", folder.toString(), "--log", "x+y", "--name", "w")).isEqualTo(2);
        assertThat(err.toString()).contains("'x+y' is not a verifier key");
        assertThat(
                        run(
                                "--folder",
                                folder.toString(),
                                "--log",
                                log,
                                "--name",
                                "w",
                                "--listen",
                                "here"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("'here' is not an address");
        assertThat(
                        run(
                                "--folder",
                                folder.resolve("b").toString(),
                                "--log",
                                log,
                                "--name",
                                "two words"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("has a space");
    }

    @Test
    void is_one_of_the_commands() {
        assertThat(Countersign.tool().getSubcommands()).containsKey("witness");
    }

    private int run(String... args) {
        return new CommandLine(new WitnessCommand())
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    /** The command on a thread of its own, at a free port. */
    private static final class Running implements AutoCloseable {
        private final WitnessCommand command = new WitnessCommand();
        private final StringWriter out = new StringWriter();
        private final AtomicInteger code = new AtomicInteger(-1);
        private final Thread thread;

        Running(Path folder, String... more) {
            var args =
                    new ArrayList<>(
                            List.of(
                                    "--folder",
                                    folder.toString(),
                                    "--listen",
                                    "127.0.0.1:0",
                                    "--log",
                                    LOG.verifier().text()));
            args.addAll(List.of(more));
            thread =
                    Thread.ofVirtual()
                            .start(() ->
                                    code.set(
                                            new CommandLine(command)
                                                    .setOut(new PrintWriter(out, true))
                                                    .execute(args.toArray(String[]::new))));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !thread.isAlive() || lines().length >= 3);
        }

        private String[] lines() {
            return out.toString().split("\n", -1);
        }

        VerifierKey key() {
            return VerifierKey.parse(lines()[2]);
        }

        java.net.http.HttpResponse<String> send(long old, long size, Hash root)
                throws IOException, InterruptedException {
            var address = Pattern.compile("http://\\S+").matcher(lines()[0]);
            assertThat(address.find()).as(out.toString()).isTrue();
            var note = new Checkpoint(LOG.verifier().name(), size, root).sign(LOG);
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address.group() + "/add-checkpoint"))
                                    .POST(
                                            HttpRequest.BodyPublishers.ofByteArray(
                                                    new AddCheckpoint(old, List.of(), note)
                                                            .bytes()))
                                    .build(),
                            BodyHandlers.ofString());
        }

        @Override
        public void close() throws InterruptedException {
            command.stop();
            thread.join(Duration.ofSeconds(30));
            assertThat(code).hasValue(0);
        }
    }
}
