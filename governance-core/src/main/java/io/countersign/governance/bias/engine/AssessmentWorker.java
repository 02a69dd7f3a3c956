package io.countersign.governance.bias.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The child process: one request as a line of JSON in, lines of JSON out, the last of them the
 * result or the refusal. It holds no credentials, and the file it is given is all it opens.
 */
public final class AssessmentWorker {
    /** Exit code: a result was written. */
    public static final int DONE = 0;

    /** Exit code: a refusal was written. */
    public static final int REFUSED = 2;

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final int REQUEST_BYTES = 4_000_000;

    /** Exactly one is given; {@code inspect} is the path of a file. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Request(@Nullable AssessmentSpec assess, @Nullable String inspect) {}

    /** One line of output; exactly one is given. {@code progress} is in percent. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            @Nullable Double progress,
            @Nullable AssessmentResult result,
            @Nullable Inspection inspection,
            @Nullable Refusal refusal) {}

    private AssessmentWorker() {}

    /**
     * {@link #run} as the child of {@link AssessmentProcess}: the process ends when its parent
     * does, so that no assessment outlives a killed server.
     *
     * @param in standard input
     * @param out standard output, which nothing else may write to
     * @return the exit code to end with
     */
    public static int runAsChild(InputStream in, OutputStream out) throws IOException {
        ProcessHandle.current()
                .parent()
                .ifPresent(parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(3)));
        return run(in, out);
    }

    /**
     * Answers one request.
     *
     * @return the exit code, {@link #DONE} or {@link #REFUSED}
     */
    public static int run(InputStream in, OutputStream out) throws IOException {
        var folder = Files.createTempDirectory("countersign-assess");
        Line answer;
        try {
            var request = in.readNBytes(REQUEST_BYTES);
            answer =
                    answer(
                            JSON.readValue(request, Request.class),
                            folder,
                            percent -> write(out, new Line(percent, null, null, null)));
        } catch (CommandRefused refused) {
            answer = new Line(null, null, null, refused.refusal());
        } catch (JacksonException e) {
            answer =
                    new Line(
                            null,
                            null,
                            null,
                            refusedWithin(
                                    e, "The request cannot be read: " + e.getOriginalMessage()));
        } catch (SQLException e) {
            answer =
                    new Line(
                            null,
                            null,
                            null,
                            CsvFile.refused(
                                            "unreadable",
                                            "The file cannot be read: " + e.getMessage())
                                    .refusal());
        } finally {
            delete(folder);
        }
        write(out, answer);
        return answer.refusal() == null ? DONE : REFUSED;
    }

    private static Line answer(Request request, Path folder, DoubleConsumer progress)
            throws IOException, SQLException {
        var spec = request.assess();
        if (spec != null) {
            return new Line(null, assess(spec, folder, progress), null, null);
        }
        var inspect = request.inspect();
        if (inspect == null) {
            throw new CommandRefused(
                    Refusal.invalid("bias.request-invalid", "Ask to assess or to inspect a file."));
        }
        try (var duck = new DuckDbCells(CsvFile.read(Path.of(inspect)), folder, progress)) {
            return new Line(null, null, duck.inspect(), null);
        }
    }

    private static AssessmentResult assess(
            AssessmentSpec spec, Path folder, DoubleConsumer progress)
            throws IOException, SQLException {
        if (!spec.method().equals(Assessment.METHOD)) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "bias.method-unknown",
                            "This engine is "
                                    + Assessment.METHOD
                                    + "; it cannot assess by "
                                    + spec.method()
                                    + "."));
        }
        var file = CsvFile.read(Path.of(spec.file()));
        if (!file.content().equals(spec.content())) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "bias.file-changed",
                            "The file's SHA-256 is "
                                    + file.content().brief()
                                    + "…, not "
                                    + spec.content().brief()
                                    + "… as when it was named. Upload it again."));
        }
        try (var duck = new DuckDbCells(file, folder, progress)) {
            return Assessment.of(
                    file.content(), spec.mapping(), spec.rules(), duck.cells(spec.mapping()));
        }
    }

    /**
     * A mapping that contradicts itself is refused while it is read, inside Jackson's exception.
     */
    private static Refusal refusedWithin(Throwable e, String otherwise) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandRefused refused) {
                return refused.refusal();
            }
        }
        return Refusal.invalid("bias.request-invalid", otherwise);
    }

    private static void write(OutputStream out, Line line) {
        var bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            try {
                out.write(bytes);
                out.flush();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** With everything in it; links are removed, not followed. */
    static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException e) throws IOException {
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
