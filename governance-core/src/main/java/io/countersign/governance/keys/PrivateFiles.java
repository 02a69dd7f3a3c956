package io.countersign.governance.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/** Files and folders that only their owner may read: what is more open is refused, not repaired. */
public final class PrivateFiles {
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private PrivateFiles() {}

    /**
     * The folder, made with mode 0700 where it does not exist.
     *
     * @throws IllegalStateException where group or others may enter it, saying which chmod helps
     */
    public static Path folder(Path folder) {
        try {
            Files.createDirectories(folder, FOLDER);
            refuseIfShared(folder, "700");
            return folder.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
    }

    /**
     * @throws IllegalStateException where group or others may read it, saying which chmod helps
     */
    public static byte[] read(Path file) {
        try {
            refuseIfShared(file, "600");
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Writes all of it with mode 0600 and on disk, or nothing; replaces what was there. */
    public static void write(Path file, byte[] bytes) {
        try {
            Files.move(draft(file, bytes), file, StandardCopyOption.ATOMIC_MOVE);
            flush(file.resolveSibling("."));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /**
     * Like {@link #write}, but what is there already stays.
     *
     * @return false when somebody else made it first
     */
    public static boolean writeNew(Path file, byte[] bytes) {
        try {
            var draft = draft(file, bytes);
            try {
                // A link appears whole or not at all, and never replaces.
                Files.createLink(file, draft);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } finally {
                Files.delete(draft);
                flush(file.resolveSibling("."));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Bytes nobody can guess. */
    public static byte[] random(int length) {
        var bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static Path draft(Path file, byte[] bytes) throws IOException {
        var draft = Files.createTempFile(file.toAbsolutePath().getParent(), ".draft-", "", FILE);
        try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            for (var rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            channel.force(true);
        }
        return draft;
    }

    /** Makes new names in the folder survive a power cut. */
    private static void flush(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void refuseIfShared(Path path, String mode) throws IOException {
        var permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        var owner =
                EnumSet.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.OWNER_EXECUTE);
        if (!owner.containsAll(permissions)) {
            throw new IllegalStateException(
                    "%s holds secrets, but others may use it (%s). Look who could have read it, then: chmod %s %s"
                            .formatted(
                                    path, PosixFilePermissions.toString(permissions), mode, path));
        }
    }
}
