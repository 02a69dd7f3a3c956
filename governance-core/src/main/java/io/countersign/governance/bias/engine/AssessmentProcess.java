package io.countersign.governance.bias.engine;

import io.countersign.governance.bias.engine.AssessmentWorker.Line;
import io.countersign.governance.bias.engine.AssessmentWorker.Request;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link AssessmentWorker} in a Java process of its own: with an empty environment, no
 * credentials, a bounded heap, a private temporary folder and a time limit, so that neither the
 * size of a file nor what is in it matters to the server.
 */
public final class AssessmentProcess {
    private static final Logger LOG = LoggerFactory.getLogger(AssessmentProcess.class);
    private static final int LINE_BYTES = 64_000_000;

    private final List<String> command;
    private final Duration limit;

    /**
     * @param command what starts the worker; standard input and output are its own
     * @param limit after which the child is killed
     */
    public AssessmentProcess(List<String> command, Duration limit) {
        this.command = List.copyOf(command);
        this.limit = limit;
    }

    /**
     * With the class path this process was started with.
     *
     * @param main the class whose main method calls {@link AssessmentWorker#runAsChild}
     * @param arguments given to it, such as {@code assess-worker}
     */
    public static AssessmentProcess ofThisClassPath(
            Duration limit, String main, String... arguments) {
        var command = new ArrayList<>(java());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return new AssessmentProcess(command, limit);
    }

    /**
     * This Java with the worker's limits; what to run follows, such as {@code -jar}, the jar and
     * {@code assess-worker}.
     */
    public static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED");
    }

    public Running<AssessmentResult> assess(AssessmentSpec spec) {
        return start(new Request(spec, null), Line::result);
    }

    public Running<Inspection> inspect(Path file) {
        return start(new Request(null, file.toAbsolutePath().toString()), Line::inspection);
    }

    private <T> Running<T> start(Request request, Function<Line, @Nullable T> answer) {
        try {
            var folder = Files.createTempDirectory("countersign-assessment");
            var builder = new ProcessBuilder(command).directory(folder.toFile());
            var environment = builder.environment();
            environment.clear();
            environment.put("LC_ALL", "C.UTF-8"); // so that any file name can be opened
            // an option here, not in the command: the folder is another one each time
            environment.put("JDK_JAVA_OPTIONS", "\"-Djava.io.tmpdir=" + folder + "\"");
            builder.redirectError(folder.resolve("stderr").toFile());
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                AssessmentWorker.delete(folder);
                throw e;
            }
            var running = new Running<T>(process);
            Thread.ofVirtual()
                    .name("assessment-" + process.pid())
                    .start(() -> attend(running, process, folder, request, answer));
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst(), e);
        }
    }

    private <T> void attend(
            Running<T> running,
            Process process,
            Path folder,
            Request request,
            Function<Line, @Nullable T> answer) {
        var watchdog =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                                    running.result().completeExceptionally(tooLong());
                                    running.kill();
                                }
                            } catch (InterruptedException e) {
                                // the child has ended
                            }
                        });
        try {
            try (var in = process.getOutputStream()) {
                in.write(AssessmentWorker.JSON.writeValueAsBytes(request));
            }
            var last = lastLine(running, process);
            var code = process.waitFor();
            if (last != null && last.refusal() != null) {
                running.result().completeExceptionally(new CommandRefused(last.refusal()));
                return;
            }
            var value = last == null || code != AssessmentWorker.DONE ? null : answer.apply(last);
            if (value != null) {
                running.result().complete(value);
            } else {
                failed(running, folder, "exit code " + code);
            }
        } catch (IOException | RuntimeException e) {
            failed(running, folder, e.toString());
        } catch (InterruptedException e) {
            failed(running, folder, "interrupted");
        } finally {
            running.kill();
            watchdog.interrupt();
            try {
                process.onExit().join();
                AssessmentWorker.delete(folder);
            } catch (IOException e) {
                LOG.warn("Cannot delete {}: {}", folder, e.toString());
            }
        }
    }

    /** Progress is passed on as it comes. A line that is not JSON is none of the worker's. */
    private static @Nullable Line lastLine(Running<?> running, Process process) throws IOException {
        var out = process.getInputStream();
        var line = new java.io.ByteArrayOutputStream();
        var buffer = new byte[8192];
        Line last = null;
        for (var n = out.read(buffer); n >= 0; n = out.read(buffer)) {
            for (var i = 0; i < n; i++) {
                if (buffer[i] != '\n') {
                    line.write(buffer[i]);
                    continue;
                }
                var bytes = line.toByteArray();
                line.reset();
                if (bytes.length > 0 && bytes[0] == '{') {
                    last = AssessmentWorker.JSON.readValue(bytes, Line.class);
                    if (last.progress() != null) {
                        running.at(last.progress());
                    }
                }
            }
            if (line.size() > LINE_BYTES) {
                throw new IOException("an answer of more than " + LINE_BYTES + " bytes");
            }
        }
        return last;
    }

    private static void failed(Running<?> running, Path folder, String how) {
        if (running.result().isDone()) {
            return; // cancelled, or out of time
        }
        String said;
        try (var in = Files.newInputStream(folder.resolve("stderr"))) {
            said = new String(in.readNBytes(2_000), StandardCharsets.UTF_8);
        } catch (IOException e) {
            said = e.toString();
        }
        LOG.warn("An assessment ended without a result ({}): {}", how, said);
        running.result()
                .completeExceptionally(
                        new CommandRefused(
                                Refusal.conflict(
                                        "bias.worker-failed",
                                        "The assessment ended without a result ("
                                                + how
                                                + "). Nothing was recorded; try again, and tell"
                                                + " the operator if it happens again.")));
    }

    private CommandRefused tooLong() {
        return new CommandRefused(
                Refusal.conflict(
                        "bias.took-too-long",
                        "The assessment took longer than "
                                + limit.toSeconds()
                                + " seconds and was stopped. Use a smaller file or the command"
                                + " line."));
    }
}
