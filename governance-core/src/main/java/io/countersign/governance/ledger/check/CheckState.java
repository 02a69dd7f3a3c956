package io.countersign.governance.ledger.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.ledger.tlog.EdgeTiles;
import io.countersign.governance.ledger.tlog.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far a check had come, on this host and not in the database it checks.
 *
 * @param began when it began
 * @param system the database cluster
 * @param position everything of the epoch below it was verified
 * @param edge the partial tiles of the tree up to there, base64 by path: all that is needed to go
 *     on
 * @param root of that tree
 * @param lastTime the time of the position before
 * @param lastRecorded the latest time the database gave an event so far
 */
record CheckState(
        String format,
        Instant began,
        long system,
        int epoch,
        String logId,
        long position,
        Map<String, String> edge,
        String root,
        long lastTime,
        long lastRecorded,
        List<Finding> findings,
        Map<Finding.Kind, Long> counts) {
    static final String FORMAT = "countersign/check/1";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Whether it is of this database and of an epoch there still is. */
    boolean fits(List<CheckedTables.Tree> trees, long here) {
        return system == here
                && trees.stream()
                        .anyMatch(tree ->
                                tree.epoch() == epoch
                                        && tree.size() >= position
                                        && base64(tree.logId()).equals(logId));
    }

    /** The edge of the tree as it was. */
    EdgeTiles tiles() {
        var decoded = new HashMap<String, byte[]>();
        edge.forEach((path, hashes) -> decoded.put(path, Base64.getDecoder().decode(hashes)));
        var made =
                EdgeTiles.of(
                        position,
                        tile -> {
                            var hashes = decoded.get(tile.path());
                            if (hashes == null) {
                                throw new IllegalStateException(
                                        "the state of the check lacks " + tile.path());
                            }
                            return hashes;
                        });
        if (!made.frontier().root().equals(Hash.ofBase64(root))) {
            throw new IllegalStateException("the state of the check does not add up");
        }
        return made;
    }

    /** Null where there is none, or it is damaged: then all is checked anew. */
    static @Nullable CheckState read(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            var state =
                    JSON.readValue(new String(PrivateFiles.read(file), UTF_8), CheckState.class);
            if (!state.format().equals(FORMAT)) {
                return null;
            }
            var unused = state.tiles();
            return state;
        } catch (JacksonException | IllegalArgumentException | IllegalStateException e) {
            return null;
        }
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Writes it now and then. */
    record Keeper(Path file, Instant began, long system) {
        void keep(
                CheckedTables.Tree tree,
                EdgeTiles edge,
                long lastTime,
                long lastRecorded,
                Findings findings) {
            var partial = new HashMap<String, String>();
            edge.partialTiles()
                    .forEach(tile -> partial.put(tile.path().path(), base64(tile.hashes())));
            PrivateFiles.write(
                    file,
                    JSON.writeValueAsBytes(
                            new CheckState(
                                    FORMAT,
                                    began,
                                    system,
                                    tree.epoch(),
                                    base64(tree.logId()),
                                    edge.size(),
                                    partial,
                                    edge.frontier().root().base64(),
                                    lastTime,
                                    lastRecorded,
                                    findings.kept(),
                                    findings.counts())));
        }
    }
}
