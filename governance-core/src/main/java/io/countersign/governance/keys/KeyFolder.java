package io.countersign.governance.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.shared.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets of this host, outside the database and its backups: a folder with mode 0700 whose
 * files have mode 0600.
 *
 * <ul>
 *   <li>{@code writer-<id>.key}: 32 random bytes that authenticate what this product writes;
 *   <li>{@code writer-current}: the id of the one in use. Remove it to start with a new key; the
 *       old ones stay, since they verify what was written under them;
 *   <li>{@code personal.key}: 32 random bytes that wrap the keys of persons.
 * </ul>
 *
 * Nodes on one database share {@code personal.key}. Whoever loses it loses all personal words; keep
 * a copy away from the database's backups.
 */
public final class KeyFolder {
    private static final int KEY_BYTES = 32;

    private final Path folder;
    private final WriterKey writer;
    private final SecretKey personal;

    /**
     * Makes what is missing.
     *
     * @throws IllegalStateException where others may read the folder or a key, or a key is damaged
     */
    public static KeyFolder open(Path folder) {
        return new KeyFolder(PrivateFiles.folder(folder));
    }

    private KeyFolder(Path folder) {
        this.folder = folder;
        this.writer = currentWriter();
        var file = folder.resolve("personal.key");
        if (!Files.exists(file)) {
            PrivateFiles.writeNew(file, PrivateFiles.random(KEY_BYTES));
        }
        this.personal = new SecretKeySpec(key(file), "AES");
    }

    /** The key new events are authenticated with. */
    public WriterKey writer() {
        return writer;
    }

    /** Every key events of this host were ever authenticated with. */
    public List<WriterKey> writers() {
        var keys = new ArrayList<WriterKey>();
        try (var files = Files.newDirectoryStream(folder, "writer-*.key")) {
            files.forEach(file -> keys.add(read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
        return keys;
    }

    /** AES-256, wraps the keys of persons. */
    SecretKey personal() {
        return personal;
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    private WriterKey currentWriter() {
        var pointer = folder.resolve("writer-current");
        if (!Files.exists(pointer)) {
            var made = named(PrivateFiles.random(KEY_BYTES));
            PrivateFiles.writeNew(file(made.id()), made.secret());
            // Whoever is first names the key for all; a key not named is never used.
            PrivateFiles.writeNew(pointer, made.id().getBytes(US_ASCII));
        }
        return read(file(new String(PrivateFiles.read(pointer), US_ASCII).strip()));
    }

    private Path file(String id) {
        return folder.resolve("writer-" + id + ".key");
    }

    private static WriterKey read(Path file) {
        var key = named(key(file));
        if (!file.getFileName().toString().equals("writer-" + key.id() + ".key")) {
            throw damaged(file, "its bytes are those of writer key " + key.id());
        }
        return key;
    }

    private static byte[] key(Path file) {
        var bytes = PrivateFiles.read(file);
        if (bytes.length != KEY_BYTES) {
            throw damaged(file, "it has %d bytes, not %d".formatted(bytes.length, KEY_BYTES));
        }
        return bytes;
    }

    private static IllegalStateException damaged(Path file, String how) {
        return new IllegalStateException(
                "The key %s is damaged: %s. Restore it from its copy.".formatted(file, how));
    }

    /**
     * Named by the first 16 hex digits of the SHA-256 of {@code countersign writer key}, LF and the
     * key: the name does not give it away.
     */
    private static WriterKey named(byte[] key) {
        var digest = Sha256.newDigest();
        digest.update("countersign writer key\n".getBytes(US_ASCII));
        return new WriterKey(HexFormat.of().formatHex(digest.digest(key), 0, 8), key);
    }
}
