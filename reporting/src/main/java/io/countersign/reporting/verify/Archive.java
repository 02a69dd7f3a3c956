package io.countersign.reporting.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A zip file (PKWARE's APPNOTE) in the one form a bundle has. It is read from its first byte to its
 * last: names and contents are taken from it, everything else is made again and must be the same,
 * so that there is one zip file for one content.
 */
final class Archive implements Closeable {
    static final long MOST_BYTES = 1L << 30;
    static final int MOST_FILES = 60_000;

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final short VERSION = 10;

    /** 1980-01-01, the first day a zip file knows. */
    private static final short DATE = 0x21;

    private static final Set<String> FILES =
            Set.of(
                    "checkpoint",
                    "events.ndjson",
                    "index.html",
                    "manifest.json",
                    "policy",
                    "predecessor",
                    "proofs.ndjson",
                    "selection.json",
                    "streams.ndjson");
    private static final Pattern REPORT =
            Pattern.compile("report/[A-Za-z0-9][A-Za-z0-9._@-]{0,99}");

    private final FileChannel channel;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * A file in it.
     *
     * @param offset of its first byte
     * @param sha256 in hexadecimal
     */
    record Entry(String name, long offset, long size, int crc, String sha256) {}

    private Archive(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws Wrong where it is anything else, to the byte
     * @throws IOException where it cannot be read
     */
    static Archive open(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            var archive = new Archive(channel);
            archive.read();
            return archive;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Nullable Entry entry(String name) {
        return entries.get(name);
    }

    List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** The content of a file, from its first byte to its last. */
    InputStream in(Entry entry) throws IOException {
        return new BufferedInputStream(new Range(channel, entry.offset(), entry.size()), 1 << 16);
    }

    /**
     * @throws Wrong where it is larger than it may be
     */
    byte[] bytes(Entry entry, int most) throws IOException {
        if (entry.size() > most) {
            throw Wrong.malformed(
                    "%s has %d bytes, above %d".formatted(entry.name(), entry.size(), most));
        }
        try (var in = in(entry)) {
            return in.readAllBytes();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void read() throws IOException {
        var size = channel.size();
        if (size > MOST_BYTES) {
            throw wrong("it has %d bytes, above %d".formatted(size, MOST_BYTES));
        }
        var in = new BufferedInputStream(new Range(channel, 0, size), 1 << 16);
        var offset = 0L;
        var last = "";
        while (true) {
            var signature = number(exactly(in, 4, offset), 0);
            if (signature != LOCAL) {
                if (entries.isEmpty()) {
                    throw wrong("it does not begin as a zip file with files does");
                }
                directory(in, signature, offset);
                return;
            }
            if (entries.size() == MOST_FILES) {
                throw wrong("it has more than 60,000 files");
            }
            var entry = entry(in, offset, size);
            if (last.compareTo(entry.name()) >= 0) {
                throw wrong(
                        "%s comes after %s: names are sorted, each once"
                                .formatted(entry.name(), last));
            }
            last = entry.name();
            entries.put(last, entry);
            offset = entry.offset() + entry.size();
        }
    }

    private static Entry entry(InputStream in, long offset, long size) throws IOException {
        var rest = exactly(in, LOCAL_BYTES - 4, offset);
        var header = ByteBuffer.wrap(rest).order(ByteOrder.LITTLE_ENDIAN);
        var crc = header.getInt(10);
        var length = Integer.toUnsignedLong(header.getInt(18));
        var nameBytes = exactly(in, Short.toUnsignedInt(header.getShort(22)), offset);
        var name = new String(nameBytes, US_ASCII);
        if (!Arrays.equals(name.getBytes(US_ASCII), nameBytes)
                || !(FILES.contains(name) || REPORT.matcher(name).matches())) {
            throw wrong(
                    "no file of a bundle is called " + Words.quoted(new String(nameBytes, UTF_8)));
        }
        var made = local(name, crc, length);
        var expected = Arrays.copyOfRange(made, 4, LOCAL_BYTES);
        var differs = Arrays.mismatch(expected, rest);
        if (differs >= 0) {
            throw wrong(
                    "the header of %s at byte %d differs from the only one allowed at byte %d of it: %s"
                            .formatted(name, offset, differs + 4, field(differs + 4)));
        }
        var start = offset + made.length;
        if (length > size - start) {
            throw wrong("it ends within " + name);
        }
        var sha256 = sha256();
        var checksum = new CRC32();
        var buffer = new byte[1 << 16];
        for (var left = length; left > 0; ) {
            var read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw wrong("it ends within " + name);
            }
            sha256.update(buffer, 0, read);
            checksum.update(buffer, 0, read);
            left -= read;
        }
        if ((int) checksum.getValue() != crc) {
            throw wrong("the content of " + name + " is damaged: its checksum (CRC-32) differs");
        }
        return new Entry(name, start, length, crc, HexFormat.of().formatHex(sha256.digest()));
    }

    private void directory(InputStream in, int signature, long offset) throws IOException {
        var made = new java.io.ByteArrayOutputStream();
        for (var entry : entries.values()) {
            var local = entry.offset() - LOCAL_BYTES - entry.name().length();
            made.writeBytes(central(entry.name(), entry.crc(), entry.size(), local));
        }
        var size = made.size();
        made.writeBytes(
                ByteBuffer.allocate(END_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(END)
                        .putInt(0)
                        .putShort((short) entries.size())
                        .putShort((short) entries.size())
                        .putInt(size)
                        .putInt((int) offset)
                        .putShort((short) 0)
                        .array());
        var expected = made.toByteArray();
        var found = new byte[expected.length];
        ByteBuffer.wrap(found).order(ByteOrder.LITTLE_ENDIAN).putInt(signature);
        var read = 4 + in.readNBytes(found, 4, found.length - 4);
        var differs = Arrays.mismatch(expected, 0, expected.length, found, 0, read);
        if (differs >= 0) {
            throw wrong(
                    read < expected.length && differs == read
                            ? "it ends within its directory"
                            : "its directory differs from the only one allowed, at byte "
                                    + (offset + differs));
        }
        if (in.read() >= 0) {
            throw wrong("something follows its end");
        }
    }

    private static byte[] local(String name, int crc, long size) {
        return common(ByteBuffer.allocate(LOCAL_BYTES + name.length()), LOCAL, name, crc, size)
                .put(name.getBytes(US_ASCII))
                .array();
    }

    private static byte[] central(String name, int crc, long size, long local) {
        var header =
                ByteBuffer.allocate(CENTRAL_BYTES + name.length())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(CENTRAL);
        return common(header, VERSION, name, crc, size)
                .putShort((short) 0) // comment
                .putShort((short) 0) // disk
                .putShort((short) 0) // internal attributes
                .putInt(0) // external attributes
                .putInt((int) local)
                .put(name.getBytes(US_ASCII))
                .array();
    }

    /** From the version needed on, local and central headers have the same fields. */
    private static ByteBuffer common(
            ByteBuffer header, int first, String name, int crc, long size) {
        header.order(ByteOrder.LITTLE_ENDIAN);
        if (first == LOCAL) {
            header.putInt(LOCAL);
        } else {
            header.putShort((short) first); // made by
        }
        return header.putShort(VERSION)
                .putShort((short) 0) // flags
                .putShort((short) 0) // method: stored
                .putShort((short) 0) // time
                .putShort(DATE)
                .putInt(crc)
                .putInt((int) size)
                .putInt((int) size)
                .putShort((short) name.length())
                .putShort((short) 0); // extra fields
    }

    private static String field(int at) {
        return at < 6
                ? "the version needed"
                : at < 8
                        ? "a flag is set"
                        : at < 10
                                ? "it is compressed"
                                : at < 14
                                        ? "it has a time"
                                        : at < 26
                                                ? "its two sizes differ"
                                                : at < 28
                                                        ? "the length of the name"
                                                        : "it has extra fields";
    }

    private static byte[] exactly(InputStream in, int count, long offset) throws IOException {
        var bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw wrong("it ends too early, within what begins at byte " + offset);
        }
        return bytes;
    }

    private static int number(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static Wrong wrong(String how) {
        return new Wrong(Verdict.NOT_CANONICAL, "The file is not a bundle: " + how + ".");
    }

    /** A part of a file. */
    private static final class Range extends InputStream {
        private final FileChannel channel;
        private long at;
        private final long end;

        Range(FileChannel channel, long start, long size) {
            this.channel = channel;
            this.at = start;
            this.end = start + size;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (at >= end) {
                return -1;
            }
            var read =
                    channel.read(
                            ByteBuffer.wrap(bytes, from, (int) Math.min(length, end - at)), at);
            if (read < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
            at += read;
            return read;
        }
    }
}
