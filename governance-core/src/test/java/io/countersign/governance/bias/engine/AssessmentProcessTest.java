package io.countersign.governance.bias.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.governance.bias.engine.AssessmentWorker.Line;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine as it runs in the product: in another process. */
class AssessmentProcessTest {
    private static final AssessmentProcess ENGINE =
            AssessmentProcess.ofThisClassPath(Duration.ofMinutes(2), Worker.class.getName());

    @TempDir Path folder;

    private AssessmentSpec spec() throws IOException {
        var file = folder.resolve("it's *a* log.csv");
        try (var out = Files.newOutputStream(file)) {
            SyntheticPredictions.write(out, 1, 6_000, SyntheticPredictions.Bias.BIASED);
        }
        return new AssessmentSpec(
                file.toString(),
                Sha256.of(Files.readAllBytes(file)),
                SyntheticPredictions.mapping(),
                RuleSet.shipped("four-fifths"));
    }

    private static <T> T get(Running<T> running) throws Exception {
        return running.result().get(2, TimeUnit.MINUTES);
    }

    private static Refusal refusal(Running<?> running) throws Exception {
        try {
            throw new AssertionError("not refused: " + get(running));
        } catch (ExecutionException e) {
            return ((CommandRefused) Objects.requireNonNull(e.getCause())).refusal();
        }
    }

    @Test
    void gives_the_same_result_as_in_this_process() throws Exception {
        var spec = spec();
        var result = get(ENGINE.assess(spec));
        assertThat(result)
                .isEqualTo(Logs.assess(Path.of(spec.file()), spec.mapping(), spec.rules()));
        assertThat(result.content()).isEqualTo(spec.content());
        assertThat(result.method()).isEqualTo(Assessment.METHOD);
    }

    @Test
    void inspects_a_file_and_suggests_a_mapping() throws Exception {
        var inspection = get(ENGINE.inspect(Path.of(spec().file())));
        assertThat(inspection.rows()).isEqualTo(6_000);
        assertThat(inspection.sampled()).isEqualTo(6_000);
        assertThat(inspection.firstRows()).hasSize(10);
        assertThat(inspection.firstRows().getFirst().getFirst()).isEqualTo("A000001");
        assertThat(inspection.columns().getFirst().values()).hasSize(50);
        assertThat(inspection.columns().getFirst().more()).isTrue();
        assertThat(inspection.columns().get(4).numeric()).isTrue();
        var decision = inspection.columns().get(5);
        assertThat(decision.values())
                .extracting(Inspection.Value::value)
                .containsExactlyInAnyOrder("approved", "declined");
        assertThat(decision.values().stream().mapToLong(Inspection.Value::rows).sum())
                .isEqualTo(6_000);
        assertThat(inspection.suggestion())
                .isEqualTo(
                        new Suggestion("decision", "repaid", List.of("sex", "age_band", "region")));
    }

    @Test
    void a_refusal_comes_through_with_code_and_values() throws Exception {
        var file = Files.writeString(folder.resolve("x.csv"), "a,a\n1,2\n");
        var refusal = refusal(ENGINE.inspect(file));
        assertThat(refusal.code()).isEqualTo("bias.duplicate-columns");
        assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID);
        assertThat(refusal.details()).containsEntry("columns", List.of("a"));
    }

    @Test
    void another_method_is_refused() throws Exception {
        var spec = spec();
        var other =
                new AssessmentSpec(
                        spec.file(), spec.content(), spec.mapping(), spec.rules(), "other/9");
        assertThat(refusal(ENGINE.assess(other)).code()).isEqualTo("bias.method-unknown");
    }

    @Test
    void cancelling_kills_the_child() throws Exception {
        var running =
                AssessmentProcess.ofThisClassPath(Duration.ofMinutes(2), Sleeper.class.getName())
                        .inspect(folder.resolve("any"));
        running.cancel();
        assertThat(running.result()).isCancelled();
        assertThat(running.ended().get(30, TimeUnit.SECONDS)).isNotZero();
    }

    @Test
    void a_child_that_takes_too_long_is_killed() throws Exception {
        var running =
                AssessmentProcess.ofThisClassPath(Duration.ofMillis(300), Sleeper.class.getName())
                        .inspect(folder.resolve("any"));
        assertThat(refusal(running).code()).isEqualTo("bias.took-too-long");
        assertThat(running.ended().get(30, TimeUnit.SECONDS)).isNotZero();
    }

    @Test
    void a_child_that_dies_without_a_word_is_no_result() throws Exception {
        var running =
                new AssessmentProcess(List.of("/bin/false"), Duration.ofMinutes(1))
                        .inspect(folder.resolve("any"));
        assertThat(refusal(running).code()).isEqualTo("bias.worker-failed");
    }

    @Test
    void a_command_that_is_not_there_says_so() {
        var engine = new AssessmentProcess(List.of("/no/such/java"), Duration.ofMinutes(1));
        assertThatExceptionOfType(java.io.UncheckedIOException.class)
                .isThrownBy(() -> engine.inspect(folder.resolve("any")))
                .withMessageContaining("/no/such/java");
    }

    @Test
    void the_child_inherits_no_environment_and_leaves_no_files() throws Exception {
        assertThat(System.getenv()).containsKey("PATH");
        var told =
                refusal(
                        AssessmentProcess.ofThisClassPath(
                                        Duration.ofMinutes(1), Teller.class.getName())
                                .inspect(folder.resolve("any")));
        assertThat(told.details().get("environment"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .isSubsetOf("LC_ALL", "JDK_JAVA_OPTIONS", "NLSPATH", "XFILESEARCHPATH");
        assertThat(told.details().get("heap")).isEqualTo(true);
        var own = Path.of(String.valueOf(told.details().get("temporary")));
        assertThat(own.getFileName().toString()).startsWith("countersign-assessment");
        assertThat(own).doesNotExist();
    }

    /** The worker, as the command line runs it. */
    static final class Worker {
        public static void main(String[] args) throws IOException {
            System.exit(AssessmentWorker.runAsChild(System.in, System.out));
        }
    }

    /** A worker that never answers. */
    static final class Sleeper {
        public static void main(String[] args) throws IOException {
            // its parent holds the other end of this pipe open for as long as it lives
            new ProcessBuilder("/bin/sleep", "600").start().onExit().join();
        }
    }

    /** A worker that tells what it was given. */
    static final class Teller {
        public static void main(String[] args) {
            var refusal =
                    Refusal.invalid("told", "told")
                            .with("environment", List.copyOf(System.getenv().keySet()))
                            .with("heap", Runtime.getRuntime().maxMemory() <= 256L << 20)
                            .with("temporary", System.getProperty("java.io.tmpdir"));
            System.out.println(
                    AssessmentWorker.JSON.writeValueAsString(new Line(null, null, null, refusal)));
        }
    }
}
