package io.countersign.reporting.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code docs/verifier/verify.py}, run by the python3 of the machine. */
final class SecondVerifier {
    private static final Path PROGRAM = Path.of("..", "docs", "verifier");

    /** Verifies many files in one process: a line in, a verdict out. */
    private static final String MANY =
            """
            import sys
            sys.path.insert(0, sys.argv[1])
            import verify
            policy = verify.Policy.parse(open(sys.argv[2], "rb").read()) if len(sys.argv) > 2 else None
            for line in sys.stdin:
                print(verify.verify(line.rstrip("\\n"), policy)[0])
            """;

    private SecondVerifier() {}

    /** Without python3 the caller is skipped, and fails where continuous integration runs. */
    static void needed() {
        boolean there;
        try {
            there = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (System.getenv("CI") != null) {
            assertThat(there).as("python3 is installed").isTrue();
        }
        assumeTrue(there, "python3 is missing: the second verifier is NOT tested");
    }

    /** The verdict of each file, in words as {@code Verdict.key()} has them. */
    static List<String> verdicts(List<Path> files, @Nullable Path policy) {
        try {
            var input = Files.createTempFile("files", ".txt");
            Files.write(input, files.stream().map(Path::toString).toList());
            var command =
                    new java.util.ArrayList<>(
                            List.of(
                                    "python3",
                                    "-B",
                                    "-c",
                                    MANY,
                                    PROGRAM.toAbsolutePath().toString()));
            if (policy != null) {
                command.add(policy.toString());
            }
            return run(command, input).lines().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String run(List<String> command, Path input) throws IOException {
        var err = Files.createTempFile("python", ".err");
        var process =
                new ProcessBuilder(command)
                        .redirectInput(input.toFile())
                        .redirectError(err.toFile())
                        .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return out;
    }
}
