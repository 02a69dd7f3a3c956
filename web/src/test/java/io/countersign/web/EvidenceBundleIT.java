package io.countersign.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.report.ReportCommand;
import io.countersign.governance.report.ReportFormat;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.reporting.bundle.EvidenceBundles;
import io.countersign.reporting.verify.Trust;
import io.countersign.reporting.verify.Verdict;
import io.countersign.reporting.verify.Verifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** Bundles of the running product, verified by both programs as an auditor calls them. */
@WebTest
class EvidenceBundleIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Autowired private Commands commands;
    @Autowired private Ledger ledger;
    @Autowired private EvidenceBundles bundles;

    @TempDir private Path folder;

    private record Answer(int code, String out) {}

    private SubjectRef project(String id) {
        send(
                new ProjectCommand.Register(
                        new ProjectId(id), "n", "b", "p", "t", List.of("EU"), RiskTier.LOW));
        return ProjectCommand.ref(new ProjectId(id));
    }

    private long send(io.countersign.governance.shared.Command command) {
        var event = commands.send(command, Actor.system()).eventIds().getLast();
        return ledger.await(event, LONG).orElseThrow().position();
    }

    private byte[] subject(SubjectRef stream, Predicate<LedgerRow> withhold) {
        var out = new ByteArrayOutputStream();
        var written = bundles.subject(List.of(stream), withhold, EvidenceBundles.OPEN, out);
        assertThat(written.complete()).containsExactly(stream.toString());
        return out.toByteArray();
    }

    private Path file(byte[] bundle) throws IOException {
        return Files.write(folder.resolve("bundle.zip"), bundle);
    }

    private static Answer java(String... arguments) {
        var out = new StringWriter();
        var code =
                Countersign.tool()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(out))
                        .execute(arguments);
        return new Answer(code, out.toString());
    }

    private static Answer python(String... arguments) throws Exception {
        var command =
                new java.util.ArrayList<>(List.of("python3", "-B", "../docs/verifier/verify.py"));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assertThat(System.getenv("CI")).as("python3 is installed").isNull();
            assumeTrue(false, "python3 is missing: the second verifier is NOT tested");
            throw e;
        }
        var out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Answer(process.exitValue(), out);
    }

    @Test
    void the_whole_history_of_a_subject_is_verified_by_both_programs() throws Exception {
        var bundle = file(subject(project("bundle-whole"), EvidenceBundles.EVERYTHING)).toString();

        var first = java("verify", bundle);
        assertThat(first.out()).contains("Verified.", "'project:bundle-whole' is complete up to");
        assertThat(first.code()).isZero();
        var second = python(bundle);
        assertThat(second.out()).contains("Verified.", "'project:bundle-whole' is complete up to");
        assertThat(second.code()).isZero();
    }

    @Test
    void both_programs_print_the_same_json() throws Exception {
        var bundle = file(subject(project("bundle-json"), _ -> true)).toString();
        var key = ledger.policy().orElseThrow().logs().getFirst().key().text();

        var first = java("verify", bundle, "--json", "--key", key);
        assertThat(first.code()).isZero();
        assertThat(python(bundle, "--json", "--key", key).out().strip())
                .isEqualTo(first.out().strip());
        assertThat(first.out()).contains("\"withheld\":[");
    }

    @Test
    void the_same_subject_gives_the_same_bytes_whatever_else_happens() {
        var stream = project("bundle-same");
        var first = subject(stream, EvidenceBundles.EVERYTHING);
        project("bundle-same-other");

        assertThat(subject(stream, EvidenceBundles.EVERYTHING)).isEqualTo(first);
    }

    @Test
    void a_choice_of_many_events_is_verified_and_not_said_to_be_complete() throws Exception {
        for (var i = 0; i < 5; i++) {
            project("bundle-many-" + i);
        }
        var size = ledger.newest().orElseThrow().size();
        var out = new ByteArrayOutputStream();
        var written =
                bundles.selection(
                        LongStream.range(0, size).iterator(),
                        Map.of("from", "the first"),
                        EvidenceBundles.EVERYTHING,
                        EvidenceBundles.OPEN,
                        out);
        assertThat(written.events()).isEqualTo(size);
        var bundle = file(out.toByteArray()).toString();
        var first = java("verify", bundle);
        assertThat(first.out())
                .contains("Whether events that the selection should have are left out");
        assertThat(first.code()).isZero();
        assertThat(python(bundle).code()).isZero();
    }

    @Test
    void a_report_is_verified_against_the_event_that_issued_it() throws Exception {
        project("bundle-report");
        var data = "{\"data\":1}".getBytes(UTF_8);
        var made =
                new ReportCommand.Made(
                        new ProjectId("bundle-report"),
                        "bias-and-risk/1",
                        ProjectCommand.ref(new ProjectId("bundle-report")),
                        3,
                        Sha256.of(data));
        var issued = send(new ReportCommand.Issue(made, ReportFormat.JSON));
        var good = new ByteArrayOutputStream();
        bundles.report(
                made.id(),
                issued,
                LongStream.of(0),
                Map.of("report.json", data),
                "a few of them",
                EvidenceBundles.OPEN,
                good);
        var bad = new ByteArrayOutputStream();
        bundles.report(
                made.id(),
                issued,
                LongStream.empty(),
                Map.of("report.json", "{\"data\":2}".getBytes(UTF_8)),
                null,
                EvidenceBundles.OPEN,
                bad);

        assertThat(java("verify", file(good.toByteArray()).toString()).code()).isZero();
        assertThat(python(file(good.toByteArray()).toString()).code()).isZero();
        assertThat(java("verify", file(bad.toByteArray()).toString()).code()).isEqualTo(17);
        assertThat(python(file(bad.toByteArray()).toString()).code()).isEqualTo(17);
    }

    @Test
    void what_is_not_in_the_ledger_cannot_be_bundled() {
        var out = new ByteArrayOutputStream();
        assertThatThrownBy(() ->
                        bundles.selection(
                                LongStream.of(0, 10_000_000).iterator(),
                                Map.of(),
                                EvidenceBundles.EVERYTHING,
                                EvidenceBundles.OPEN,
                                out))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining("10000000");
        assertThatThrownBy(() ->
                        bundles.selection(
                                LongStream.empty().iterator(),
                                Map.of(),
                                EvidenceBundles.EVERYTHING,
                                EvidenceBundles.OPEN,
                                out))
                .isInstanceOf(CommandRefused.class);
        assertThat(out.size()).isZero();
    }

    @Test
    void every_event_is_asked_about_before_a_byte_goes_out() {
        var stream = project("bundle-gate");
        var out = new ByteArrayOutputStream();
        var asked = new java.util.ArrayList<Long>();
        var written =
                bundles.subject(List.of(stream), EvidenceBundles.EVERYTHING, asked::addAll, out);
        // All but the record of stream heads.
        assertThat(asked).hasSize((int) written.events() - 1).doesNotContain(written.newest());
        var nothing = new ByteArrayOutputStream();
        EvidenceBundles.Gate closed =
                _ -> {
                    throw CommandRefused.invalid("x", "x", "no");
                };
        assertThatThrownBy(() ->
                        bundles.subject(
                                List.of(stream), EvidenceBundles.EVERYTHING, closed, nothing))
                .isInstanceOf(CommandRefused.class);
        assertThatThrownBy(() ->
                        bundles.selection(
                                LongStream.of(0).iterator(),
                                Map.of(),
                                EvidenceBundles.EVERYTHING,
                                closed,
                                nothing))
                .isInstanceOf(CommandRefused.class);
        assertThat(nothing.size()).isZero();
    }

    @Test
    void a_receipt_is_verified_with_a_key_and_not_without() throws Exception {
        var event =
                commands.send(
                                new ProjectCommand.Register(
                                        new ProjectId("bundle-receipt"),
                                        "n",
                                        "b",
                                        "p",
                                        "t",
                                        List.of("EU"),
                                        RiskTier.LOW),
                                Actor.system())
                        .eventIds()
                        .getLast();
        var receipt = ledger.await(event, LONG).orElseThrow();
        var proof = Files.write(folder.resolve("receipt.tlog-proof"), receipt.proof().bytes());
        var key = ledger.policy().orElseThrow().logs().getFirst().key();

        assertThat(java("verify", proof.toString()).code()).isEqualTo(2);
        assertThat(python(proof.toString()).code()).isEqualTo(2);
        assertThat(java("verify", proof.toString(), "--key", key.text()).code()).isZero();
        assertThat(python(proof.toString(), "--key", key.text()).code()).isZero();
        assertThat(Verifier.verify(proof, Trust.of(key)).verdict()).isEqualTo(Verdict.VERIFIED);
    }

    @Test
    void wrong_calls_are_told_from_wrong_files() throws Exception {
        assertThat(java("verify").code()).isEqualTo(2);
        assertThat(python().code()).isEqualTo(2);
        var none = folder.resolve("none.zip").toString();
        assertThat(java("verify", none).code()).isEqualTo(1);
        assertThat(python(none).code()).isEqualTo(1);
        assertThat(java("verify", none, "--key", "nonsense").code()).isEqualTo(2);
        assertThat(python(none, "--key", "nonsense").code()).isEqualTo(2);
        assertThat(java("verify", none, "--policy", none).code()).isEqualTo(2);
        assertThat(python(none, "--policy", none).code()).isEqualTo(2);
        var text = file("hello".getBytes(UTF_8)).toString();
        assertThat(java("verify", text).code()).isEqualTo(10);
        assertThat(python(text).code()).isEqualTo(10);
    }
}
