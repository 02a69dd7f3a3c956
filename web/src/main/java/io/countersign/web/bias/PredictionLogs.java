package io.countersign.web.bias;

import io.countersign.governance.bias.engine.AssessmentProcess;
import io.countersign.governance.bias.engine.Inspection;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.start.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/** Prediction logs as they come in: kept as evidence, and looked at in a child process. */
@Component
class PredictionLogs {
    /** Each is a process with up to 256 MB. */
    private static final int AT_ONCE = 2;

    private final EvidenceStore store;
    private final Settings settings;
    private final ImportFolder imports;
    private final AssessmentProcess process = Workers.within(Duration.ofMinutes(1));
    private final Semaphore free = new Semaphore(AT_ONCE, true);

    PredictionLogs(EvidenceStore store, Settings settings, ImportFolder imports) {
        this.store = store;
        this.settings = settings;
        this.imports = imports;
    }

    /** A log that was taken in; its text is what a session may hold. */
    record Log(Sha256 digest, String fileName) {
        static Log parse(String text) {
            var space = text.indexOf(' ');
            return new Log(new Sha256(text.substring(0, space)), text.substring(space + 1));
        }

        @Override
        public String toString() {
            return digest + " " + fileName;
        }
    }

    /**
     * Either of the two, whichever is given.
     *
     * @param file uploaded
     * @param importFile the name of a file in the import folder
     * @throws CommandRefused {@code bias.log-missing}, or as the two others
     */
    Log take(ProjectId project, @Nullable MultipartFile file, @Nullable String importFile) {
        var imported = importFile != null && !importFile.isBlank();
        var uploaded = file != null && !isBlank(file.getOriginalFilename());
        if (imported == uploaded) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "bias.log-missing",
                                    imported
                                            ? "Give one prediction log: either upload a file, or"
                                                    + " name one in the import folder."
                                            : "Choose the prediction log, a CSV file:"
                                                    + " upload it, or name one in the server's"
                                                    + " import folder (importFile).")
                            .with("field", "file"));
        }
        return imported
                ? take(project, Objects.requireNonNull(importFile))
                : take(Objects.requireNonNull(file));
    }

    /** A form whose file was not chosen sends one without a name. */
    private static boolean isBlank(@Nullable String name) {
        return name == null || name.isBlank();
    }

    /**
     * Copied, so that what was decided on stays whatever becomes of the folder; of any size.
     *
     * @throws CommandRefused as {@link ImportFolder#open}, {@code bias.not-csv}, or as {@link
     *     EvidenceStore#put}
     */
    private Log take(ProjectId project, String importFile) {
        try (var content = imports.open(project, importFile)) {
            return take(content, importFile, "", Long.MAX_VALUE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * On disk for good when this returns.
     *
     * @throws CommandRefused {@code bias.not-csv}, or as {@link EvidenceStore#put}
     */
    private Log take(MultipartFile file) {
        try (var content = file.getInputStream()) {
            return take(
                    content,
                    Objects.requireNonNullElse(file.getOriginalFilename(), ""),
                    Objects.requireNonNullElse(file.getContentType(), ""),
                    settings.upload().max().toBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Log take(InputStream content, String name, String declaredType, long maxBytes) {
        if (!name.toLowerCase(Locale.ROOT).matches("(?s).+\\.(csv|txt)")) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "bias.not-csv",
                                    "The file '"
                                            + name
                                            + "' is not CSV by its name. Export the log as"
                                            + " comma-separated text, named .csv.")
                            .with("field", "file"));
        }
        var stored = store.put(content, name, declaredType, maxBytes);
        return new Log(stored.digest(), stored.fileName());
    }

    /**
     * @throws CommandRefused where it cannot be read, with the line
     */
    Inspection inspect(Sha256 log) {
        free.acquireUninterruptibly();
        try {
            return process.inspect(store.file(log)).result().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof CommandRefused refused ? refused : e;
        } finally {
            free.release();
        }
    }
}
