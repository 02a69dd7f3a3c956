package io.countersign.reporting.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * The files of a bundle in the making, in a folder of their own that goes away, and the one zip
 * file they make (PKWARE's APPNOTE; stored, nothing optional).
 */
final class Spool implements AutoCloseable {
    private static final long MOST_BYTES = 1L << 30;
    private static final int MOST_FILES = 60_000;
    private static final short VERSION = 10;

    /** 1980-01-01, the first day a zip file knows. */
    private static final short DATE = 0x21;

    private final Path folder;
    private final SortedMap<String, Written> files = new TreeMap<>();
    private int opened;

    /** A file that is whole. */
    record Written(String name, Path path, long size, int crc, String sha256) {}

    Spool() throws IOException {
        folder = Files.createTempDirectory("bundle");
    }

    Collection<Written> files() {
        return files.values();
    }

    void add(String name, byte[] content) throws IOException {
        try (var out = open(name)) {
            out.write(content);
        }
    }

    /** A new file; it is part of the bundle once it is closed. */
    Out open(String name) throws IOException {
        return new Out(name, folder.resolve(Integer.toString(opened++)));
    }

    /** Writes a file and remembers what the zip file and the manifest say of it. */
    final class Out extends OutputStream {
        private final String name;
        private final Path path;
        private final MessageDigest sha256 = Sha256.newDigest();
        private final CRC32 crc = new CRC32();
        private final OutputStream out;
        private long size;
        private boolean closed;

        private Out(String name, Path path) throws IOException {
            this.name = name;
            this.path = path;
            this.out =
                    new DigestOutputStream(
                            new CheckedOutputStream(
                                    new BufferedOutputStream(Files.newOutputStream(path), 1 << 16),
                                    crc),
                            sha256);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one});
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            size += length;
            if (size > MOST_BYTES) {
                throw tooLarge();
            }
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                out.close();
                files.put(
                        name,
                        new Written(
                                name,
                                path,
                                size,
                                (int) crc.getValue(),
                                HexFormat.of().formatHex(sha256.digest())));
            }
        }
    }

    /** The zip file; {@code out} stays open. */
    void zip(OutputStream out) throws IOException {
        var total =
                22
                        + files.values().stream()
                                .mapToLong(f -> 76 + 2L * f.name().length() + f.size())
                                .sum();
        if (total > MOST_BYTES || files.size() > MOST_FILES) {
            throw tooLarge();
        }
        var directory = new ByteArrayOutputStream();
        var offset = 0L;
        for (var file : files.values()) {
            var local = common(file, ByteBuffer.allocate(30 + file.name().length()), 0x04034b50);
            local.put(file.name().getBytes(US_ASCII));
            out.write(local.array());
            Files.copy(file.path(), out);
            var central =
                    common(file, ByteBuffer.allocate(46 + file.name().length()), 0x02014b50)
                            .putShort((short) 0) // comment
                            .putShort((short) 0) // disk
                            .putShort((short) 0) // internal attributes
                            .putInt(0) // external attributes
                            .putInt((int) offset)
                            .put(file.name().getBytes(US_ASCII));
            directory.writeBytes(central.array());
            offset += local.capacity() + file.size();
        }
        directory.writeTo(out);
        out.write(
                ByteBuffer.allocate(22)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0x06054b50)
                        .putInt(0)
                        .putShort((short) files.size())
                        .putShort((short) files.size())
                        .putInt(directory.size())
                        .putInt((int) offset)
                        .putShort((short) 0)
                        .array());
        out.flush();
    }

    private static ByteBuffer common(Written file, ByteBuffer header, int signature) {
        header.order(ByteOrder.LITTLE_ENDIAN).putInt(signature);
        if (signature == 0x02014b50) {
            header.putShort(VERSION); // made by
        }
        return header.putShort(VERSION)
                .putShort((short) 0) // flags
                .putShort((short) 0) // stored
                .putShort((short) 0) // time
                .putShort(DATE)
                .putInt(file.crc())
                .putInt((int) file.size())
                .putInt((int) file.size())
                .putShort((short) file.name().length())
                .putShort((short) 0); // extra fields
    }

    @Override
    public void close() throws IOException {
        try (var all = Files.newDirectoryStream(folder)) {
            for (var file : all) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static CommandRefused tooLarge() {
        return new CommandRefused(
                Refusal.invalid(
                        "bundle.too-large",
                        "An evidence bundle has at most 1 GiB and 60,000 files. Choose fewer events, and make several bundles."));
    }
}
