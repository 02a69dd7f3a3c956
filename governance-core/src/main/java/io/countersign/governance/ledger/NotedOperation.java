package io.countersign.governance.ledger;

import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.shared.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was done to the ledger from the command line, noted in the signer's folder until the product
 * has it on record as an event.
 *
 * @param id 16 hex digits, the same where the same is noted again
 * @param account the operating system's name for who did it
 * @param origin of the log afterwards
 * @param texts what else there is to say of it, by its kind
 */
public record NotedOperation(
        String id,
        Kind kind,
        Instant at,
        String account,
        String reason,
        String origin,
        Map<String, String> texts) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** What was done. */
    public enum Kind {
        /**
         * Texts: {@code epoch}, {@code key}, and {@code checkpoint}, the note the epoch before
         * ended with.
         */
        EPOCH_BEGUN,
        /** Texts: {@code key}. */
        KEY_ANNOUNCED,
        /** Texts: {@code key}, and {@code successor}. */
        KEY_RETIRED,
        /**
         * Texts: {@code epoch}, {@code checkpoint}, the note it was made from, and {@code size}.
         */
        GUARD_ADOPTED,
        /** Texts: {@code events}, a line for each: id, sequence number, stream. */
        LOSS_ACCEPTED
    }

    /**
     * @param what tells it from others of its kind
     */
    static NotedOperation of(
            Kind kind,
            String what,
            Instant at,
            String reason,
            String origin,
            Map<String, String> texts) {
        return new NotedOperation(
                Sha256.of(kind + "\n" + what).hex().substring(0, 16),
                kind,
                at,
                user(),
                reason.strip(),
                origin,
                texts);
    }

    /** With sudo, both: who asked, and as whom. */
    private static String user() {
        var user = System.getProperty("user.name");
        var asked = System.getenv("SUDO_USER");
        return asked == null || asked.equals(user) ? user : asked + " as " + user;
    }

    /** One of the texts its kind has. */
    public String text(String name) {
        return Objects.requireNonNull(texts.get(name), name);
    }

    /** On disk when this returns. */
    void note(Path folder) {
        // By time, so that they are recorded in the order they were done in.
        PrivateFiles.writeNew(
                folder.resolve("noted-%019d-%s.json".formatted(at.toEpochMilli(), id)),
                JSON.writeValueAsBytes(this));
    }

    /** Those that are not on record, in the order they were done in. */
    public static List<NotedOperation> all(Path folder) {
        return files(folder).stream()
                .map(file -> JSON.readValue(PrivateFiles.read(file), NotedOperation.class))
                .toList();
    }

    /** It is on record. */
    public void forget(Path folder) {
        for (var file : files(folder)) {
            if (file.getFileName().toString().endsWith("-" + id + ".json")) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot remove " + file, e);
                }
            }
        }
    }

    private static List<Path> files(Path folder) {
        var found = new ArrayList<Path>();
        if (Files.isDirectory(folder)) {
            try (var all = Files.newDirectoryStream(folder, "noted-*.json")) {
                all.forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list " + folder, e);
            }
        }
        found.sort(null);
        return found;
    }
}
