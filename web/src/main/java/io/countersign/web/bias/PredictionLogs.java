package io.countersign.web.bias;

import io.countersign.governance.bias.engine.AssessmentProcess;
import io.countersign.governance.bias.engine.Inspection;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.start.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/** Prediction logs as they come in: kept as evidence, and looked at in a child process. */
@Component
class PredictionLogs {
    /** Each is a process with up to 256 MB. */
    private static final int AT_ONCE = 2;

    private final EvidenceStore store;
    private final Settings settings;
    private final AssessmentProcess process = Workers.within(Duration.ofMinutes(1));
    private final Semaphore free = new Semaphore(AT_ONCE, true);

    PredictionLogs(EvidenceStore store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** A log that was uploaded; its text is what a session may hold. */
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
     * On disk for good when this returns.
     *
     * @throws CommandRefused {@code bias.not-csv}, or as {@link EvidenceStore#put}
     */
    Log take(MultipartFile file) {
        var name = Objects.requireNonNullElse(file.getOriginalFilename(), "");
        if (!name.toLowerCase(Locale.ROOT).matches("(?s).+\\.(csv|txt)")) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "bias.not-csv",
                                    name.isBlank()
                                            ? "Choose the prediction log, a CSV file."
                                            : "The file '"
                                                    + name
                                                    + "' is not CSV by its name. Export the log as"
                                                    + " comma-separated text, named .csv.")
                            .with("field", "file"));
        }
        try (var content = file.getInputStream()) {
            var stored =
                    store.put(
                            content,
                            name,
                            Objects.requireNonNullElse(file.getContentType(), ""),
                            settings.upload().max().toBytes());
            return new Log(stored.digest(), stored.fileName());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
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
