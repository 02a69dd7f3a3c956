package io.countersign.governance.evidence;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/**
 * Files by the SHA-256 of what they contain, in a folder: {@code ab/cdef…}. A file is there whole
 * or not at all, once however often it is put, and is checked whenever it is read. Any number of
 * nodes may share the folder.
 */
public final class EvidenceStore {
    /** A part older than this belongs to nobody any more. */
    private static final Duration ABANDONED = Duration.ofHours(6);

    private final Path folder;
    private final Path parts;
    private final Clock clock;

    /**
     * @param fileName made safe, see {@link FileName#safe}
     * @param size in bytes
     * @param known whether the same content was here before
     */
    public record Stored(
            Sha256 digest, long size, String fileName, EvidenceType type, boolean known) {}

    /** Makes the folder where it is missing, and clears what uploads cut off by a crash left. */
    public EvidenceStore(Path folder, Clock clock) {
        this.folder = folder;
        this.parts = folder.resolve("parts");
        this.clock = clock;
        try {
            Files.createDirectories(parts);
            clearAbandoned();
        } catch (IOException e) {
            throw new UncheckedIOException("the evidence folder cannot be used: " + folder, e);
        }
    }

    /**
     * Takes a file in, on disk for good when this returns.
     *
     * @param declaredType the media type the sender named, or empty
     * @throws CommandRefused {@code evidence.too-large}, {@code evidence.type-not-allowed}, {@code
     *     evidence.type-mismatch} or {@code evidence.empty}; nothing is kept then
     */
    public Stored put(InputStream content, String fileName, String declaredType, long maxBytes) {
        var name = FileName.safe(fileName);
        var type = EvidenceType.ofName(name);
        if (type == null) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "evidence.type-not-allowed",
                                    "The file '%s' is of no kind taken as evidence. Send one of: %s."
                                            .formatted(name, EvidenceType.allowed()))
                            .with("field", "file")
                            .with("fileName", name));
        }
        try {
            var part = Files.createTempFile(parts, "", ".part");
            try {
                return take(content, part, name, type, declaredType, maxBytes);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stored take(
            InputStream content,
            Path part,
            String name,
            EvidenceType type,
            String declaredType,
            long maxBytes)
            throws IOException {
        var digest = Sha256.newDigest();
        long size = 0;
        try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            OutputStream out = Channels.newOutputStream(channel);
            var head = content.readNBytes(EvidenceType.SNIFFED);
            if (head.length == 0) {
                throw refused("evidence.empty", name, "is empty. Send a file with content");
            }
            if (!type.agreesWith(declaredType) || !type.agreesWith(head)) {
                throw refused(
                        "evidence.type-mismatch",
                        name,
                        "does not contain what its name says (%s). Send it under its right name"
                                .formatted(type.mediaType()));
            }
            var buffer = new byte[1 << 16];
            System.arraycopy(head, 0, buffer, 0, head.length);
            for (int n = head.length; n >= 0; n = content.read(buffer)) {
                size += n;
                if (size > maxBytes) {
                    throw tooLarge(name, maxBytes);
                }
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
            channel.force(true);
        }
        var sha256 = new Sha256(HexFormat.of().formatHex(digest.digest()));
        var target = path(sha256);
        boolean known = Files.exists(target);
        var bucket = bucket(sha256);
        if (Files.notExists(bucket)) {
            Files.createDirectories(bucket);
            sync(folder);
        }
        // replaces a copy that went bad on disk, and is the same to whoever reads just now
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        sync(bucket);
        return new Stored(sha256, size, name, type, known);
    }

    /**
     * The content, which was checked from its first byte to its last just before.
     *
     * @throws CommandRefused {@code evidence.unknown} where it is not here (deleted, or never was),
     *     {@code evidence.changed} where the file is no longer what its name says
     */
    public InputStream open(Sha256 digest) {
        try {
            if (!exists(digest)) {
                throw unknown(digest);
            }
            if (!isIntact(digest)) {
                throw new CommandRefused(
                        Refusal.conflict(
                                        "evidence.changed",
                                        "The evidence file "
                                                + digest
                                                + " was changed on disk since it was stored."
                                                + " Restore it from a backup, or put the original"
                                                + " again.")
                                .with("digest", digest.hex()));
            }
            return Files.newInputStream(path(digest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where the content lies, for a program that reads and checks it by itself; nobody may write
     * there.
     *
     * @throws CommandRefused {@code evidence.unknown}
     */
    public Path file(Sha256 digest) {
        if (!exists(digest)) {
            throw unknown(digest);
        }
        return path(digest);
    }

    public boolean exists(Sha256 digest) {
        return Files.isRegularFile(path(digest));
    }

    /** Reads the whole file; false as well where there is none. */
    public boolean isIntact(Sha256 digest) {
        if (!exists(digest)) {
            return false;
        }
        var computed = Sha256.newDigest();
        try (var in = new DigestInputStream(Files.newInputStream(path(digest)), computed)) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(computed.digest()).equals(digest.hex());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Destroys the content for good; events keep its digest.
     *
     * @param retainedUntil when the retention rule lets it go
     * @return whether it was here
     * @throws CommandRefused {@code evidence.retained} before that
     */
    public boolean delete(Sha256 digest, Instant retainedUntil) {
        if (clock.instant().isBefore(retainedUntil)) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "evidence.retained",
                                    "The evidence file "
                                            + digest.brief()
                                            + "… must be kept until "
                                            + retainedUntil
                                            + ". Delete it after that.")
                            .with("digest", digest.hex())
                            .with("retainedUntil", retainedUntil.toString()));
        }
        try {
            boolean was = Files.deleteIfExists(path(digest));
            if (was) {
                sync(bucket(digest));
            }
            return was;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void clearAbandoned() throws IOException {
        var before = clock.instant().minus(ABANDONED);
        try (var left = Files.newDirectoryStream(parts, "*.part")) {
            for (var part : left) {
                if (Files.getLastModifiedTime(part).toInstant().isBefore(before)) {
                    Files.deleteIfExists(part);
                }
            }
        }
    }

    private Path path(Sha256 digest) {
        return bucket(digest).resolve(digest.hex().substring(2));
    }

    private Path bucket(Sha256 digest) {
        return folder.resolve(digest.hex().substring(0, 2));
    }

    /** A name in a folder is on disk only once the folder is. */
    private static void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static CommandRefused unknown(Sha256 digest) {
        return new CommandRefused(
                Refusal.notFound(
                                "evidence.unknown",
                                "There is no evidence file with SHA-256 "
                                        + digest
                                        + ". It may have been deleted when its retention ended.")
                        .with("digest", digest.hex()));
    }

    private static CommandRefused tooLarge(String name, long maxBytes) {
        return new CommandRefused(
                Refusal.invalid(
                                "evidence.too-large",
                                "The file '%s' is larger than %,d bytes, the most that can be"
                                                .formatted(name, maxBytes)
                                        + " uploaded, and nothing was stored. A prediction log of"
                                        + " any size is assessed from the server's import folder,"
                                        + " or on the command line (countersign assess FILE). Of"
                                        + " anything else send a smaller file, or ask an"
                                        + " administrator"
                                        + " to raise countersign.upload.max.")
                        .with("field", "file")
                        .with("fileName", name)
                        .with("maxBytes", maxBytes));
    }

    private static CommandRefused refused(String code, String name, String what) {
        return new CommandRefused(
                Refusal.invalid(code, "The file '" + name + "' " + what + ".")
                        .with("field", "file")
                        .with("fileName", name));
    }
}
