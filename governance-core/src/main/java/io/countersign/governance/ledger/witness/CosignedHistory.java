package io.countersign.governance.ledger.witness;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.Note;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * All checkpoints a witness ever cosigned for one log, in a file that is only appended to. One line
 * each: size, root, the note and a hash of these three, in base64 with spaces between. A line is on
 * disk before anybody hears of it; so the last one, where it does not end in a line feed, was never
 * answered and counts for nothing. Any other damage is refused: it is not for a program to guess
 * what was cosigned. Not safe for threads.
 */
final class CosignedHistory implements AutoCloseable {
    private static final int MAX_LINE = 2 * Note.MAX_BYTES;
    private static final int FIELDS = 4;

    private final Path file;
    private final String origin;
    private final FileChannel channel;
    private @Nullable Note latest;
    private long size;
    private Hash root = Merkle.EMPTY_ROOT;
    private boolean broken;

    /**
     * @param file made where it is missing
     * @throws IllegalStateException where it is damaged, saying which line
     * @throws UncheckedIOException where it cannot be read
     */
    CosignedHistory(Path file, String origin) {
        this.file = file;
        this.origin = origin;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the witness's state " + file, e);
        }
        try {
            long whole = readAll();
            if (channel.size() > whole) {
                channel.truncate(whole); // a line that was never answered
            }
            channel.position(whole);
            channel.force(true);
            forceFolder();
        } catch (IOException | RuntimeException e) {
            close();
            throw e instanceof IOException io
                    ? new UncheckedIOException("cannot read the witness's state " + file, io)
                    : (RuntimeException) e;
        }
    }

    /** Leaves of the latest tree; 0 before the first. */
    long size() {
        return size;
    }

    /** Of the latest tree. */
    Hash root() {
        return root;
    }

    /** The latest checkpoint, with the log's signature and the witness's; null before the first. */
    @Nullable Note latest() {
        return latest;
    }

    /**
     * Appends a checkpoint and waits until it is on disk.
     *
     * @throws IllegalStateException where that failed, now or before: what is on disk is then not
     *     known until the file is opened again
     */
    void append(Checkpoint checkpoint, Note note) {
        if (broken) {
            throw new IllegalStateException(
                    "an earlier write to %s failed; start the witness again".formatted(file));
        }
        var line = ByteBuffer.wrap(line(checkpoint, note).getBytes(US_ASCII));
        broken = true;
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new IllegalStateException("cannot write the witness's state " + file, e);
        }
        broken = false;
        accept(checkpoint, note);
    }

    private void accept(Checkpoint checkpoint, Note note) {
        size = checkpoint.size();
        root = checkpoint.root();
        latest = note;
    }

    private static String line(Checkpoint checkpoint, Note note) {
        var fields =
                "%d %s %s"
                        .formatted(
                                checkpoint.size(),
                                checkpoint.root(),
                                Base64.getEncoder().encodeToString(note.bytes()));
        return fields + " " + Merkle.leaf(fields.getBytes(US_ASCII)) + "\n";
    }

    /** The length of all whole lines. */
    private long readAll() throws IOException {
        long whole = 0;
        long number = 0;
        try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (var line = nextLine(in); line != null; line = nextLine(in)) {
                number++;
                try {
                    read(line);
                } catch (MalformedTlog | IllegalArgumentException e) {
                    throw new IllegalStateException(
                            ("line %d of the witness's state %s is damaged (%s). Restore the file"
                                            + " from a copy, or retire this witness's key")
                                    .formatted(number, file, e.getMessage()),
                            e);
                }
                whole += line.length() + 1;
            }
        }
        return whole;
    }

    private void read(String line) {
        var fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            throw new MalformedTlog("it has " + fields.length + " fields, not 4");
        }
        var note = Note.parse(Base64.getDecoder().decode(fields[2]));
        var checkpoint = Checkpoint.parse(note.text());
        if (!line(checkpoint, note).equals(line + "\n")) {
            throw new MalformedTlog("its parts do not fit each other");
        }
        if (!checkpoint.origin().equals(origin)) {
            throw new MalformedTlog("it is of the log " + checkpoint.origin());
        }
        if (checkpoint.size() < size) {
            throw new MalformedTlog("its tree is smaller than the one before");
        }
        accept(checkpoint, note);
    }

    /** A line without its line feed; null where no whole one is left. */
    private static @Nullable String nextLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return line.toString(US_ASCII);
            }
            if (line.size() == MAX_LINE) {
                throw new IllegalStateException("a line of the witness's state is too long");
            }
            line.write(c);
        }
        return null;
    }

    private void forceFolder() throws IOException {
        try (var folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the witness's state " + file, e);
        }
    }
}
