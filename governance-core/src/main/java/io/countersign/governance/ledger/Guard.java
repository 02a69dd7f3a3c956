package io.countersign.governance.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.ledger.tlog.Frontier;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.shared.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the signer remembers outside the database: the tree it has signed, in files that are only
 * ever appended to and are on disk before anything goes out. Whoever owns the database cannot make
 * it sign another history.
 *
 * <p>A record is a line {@code countersign/guard/1 <kind> <bytes> <sha256>}, that many bytes, and
 * LF. Kinds: {@code begun} and {@code intent} hold a {@link State}, {@code signed} the note that
 * followed. A last record that was cut off by a crash is left out; anything else that does not add
 * up is a fault.
 */
final class Guard implements AutoCloseable {
    private static final String MAGIC = "countersign/guard/1";
    private static final Pattern HEADER =
            Pattern.compile(
                    Pattern.quote(MAGIC) + " (begun|intent|signed) ([0-9]{1,8}) ([0-9a-f]{64})");
    private static final Pattern FILE = Pattern.compile("guard-([0-9]{6})\\.log");
    private static final long FULL = 16L << 20;
    private static final int MOST_HEADER = 160;

    private final Path folder;
    private Path file;
    private FileChannel channel;
    private Hold hold;
    private State state;
    private @Nullable String note;
    private @Nullable State intent;

    /**
     * A tree as the signer knows it.
     *
     * @param epoch from 1
     * @param system PostgreSQL's system identifier of the cluster it is in
     */
    record State(int epoch, String origin, long system, Frontier frontier) {
        State with(Frontier grown) {
            return new State(epoch, origin, system, grown);
        }

        private byte[] bytes() {
            return "%d\n%s\n%d\n%s\n"
                    .formatted(
                            epoch,
                            origin,
                            system,
                            Base64.getEncoder().encodeToString(frontier.bytes()))
                    .getBytes(UTF_8);
        }

        private static State parse(byte[] bytes) {
            var lines = new String(bytes, UTF_8).split("\n", -1);
            return new State(
                    Integer.parseInt(lines[0]),
                    lines[1],
                    Long.parseLong(lines[2]),
                    Frontier.parse(Base64.getDecoder().decode(lines[3])));
        }

        long size() {
            return frontier.size();
        }

        Hash root() {
            return frontier.root();
        }
    }

    private Guard(Path folder, Path file, FileChannel channel, Hold hold, State state) {
        this.folder = folder;
        this.file = file;
        this.channel = channel;
        this.hold = hold;
        this.state = state;
    }

    /** Whether this folder has a guard. */
    static boolean exists(Path folder) {
        return !files(folder).isEmpty();
    }

    /**
     * Begins a new one, at the empty tree of an epoch; only where there is none, or the one that is
     * there belongs to an earlier epoch.
     */
    static Guard begin(Path folder, int epoch, String origin, long system) {
        return begin(folder, new State(epoch, origin, system, Frontier.EMPTY), null);
    }

    /**
     * Begins a new one at a tree that was signed before. A damaged one is put aside, for whoever
     * wants to know what happened to it.
     *
     * @param note its checkpoint; null for the empty tree
     * @throws LedgerFault where the one that is there has signed as much or more
     */
    static Guard begin(Path folder, State state, @Nullable String note) {
        var files = files(PrivateFiles.folder(folder));
        var next = next(files);
        if (!files.isEmpty() && damaged(folder)) {
            putAside(files.getLast());
        } else if (!files.isEmpty()) {
            try (var earlier = open(folder)) {
                var known = earlier.state();
                if (known.epoch() > state.epoch()
                        || (known.epoch() == state.epoch() && known.size() >= state.size())) {
                    throw new LedgerFault(
                            LedgerFault.Kind.GUARD_DAMAGED,
                            "The guard in %s has signed %d events of epoch %d already."
                                    .formatted(folder, known.size(), known.epoch()));
                }
            }
        }
        PrivateFiles.writeNew(folder.resolve(next), beginning(state, note));
        return open(folder);
    }

    private static void putAside(Path damaged) {
        try {
            Files.move(damaged, damaged.resolveSibling(damaged.getFileName() + ".damaged"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot put aside the guard " + damaged, e);
        }
    }

    /** Damaged is not the same as in use: a guard in use is never replaced. */
    private static boolean damaged(Path folder) {
        try {
            open(folder).close();
            return false;
        } catch (LedgerFault e) {
            if (e.kind() == LedgerFault.Kind.GUARD_IN_USE) {
                throw e;
            }
            return true;
        }
    }

    private static byte[] beginning(State state, @Nullable String note) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(record("begun", state.bytes()));
        if (note != null) {
            bytes.writeBytes(record("intent", state.bytes()));
            bytes.writeBytes(record("signed", note.getBytes(UTF_8)));
        }
        return bytes.toByteArray();
    }

    /**
     * Opens it at its last record, and keeps others from opening it.
     *
     * @throws LedgerFault where it is missing or damaged, or in use
     */
    static Guard open(Path folder) {
        var files = files(folder);
        if (files.isEmpty()) {
            throw new LedgerFault(
                    LedgerFault.Kind.GUARD_LOST,
                    "There is no guard in %s, but the log has begun. Bring the folder back, or follow \"The guard is lost\" in docs/ledger.md."
                            .formatted(folder));
        }
        var file = files.getLast();
        try {
            var hold = Hold.of(folder);
            try {
                return read(folder, file, hold);
            } catch (IOException | RuntimeException e) {
                hold.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the guard " + file, e);
        }
    }

    private static Guard read(Path folder, Path file, Hold hold) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return read(folder, file, channel, hold);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Keeps every other process, and every other guard of this one, from the folder. The lock is on
     * a file that is opened for nothing else: closing any other handle of a file gives up the locks
     * that the process has on it (POSIX, fcntl).
     */
    private record Hold(Path folder, FileChannel channel) implements AutoCloseable {
        private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

        static Hold of(Path folder) throws IOException {
            var real = folder.toRealPath();
            if (!HELD.add(real)) {
                throw inUse(real);
            }
            FileChannel channel = null;
            try {
                channel =
                        FileChannel.open(
                                real.resolve("guard.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                if (channel.tryLock() == null) {
                    throw inUse(real);
                }
                return new Hold(real, channel);
            } catch (IOException | RuntimeException e) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(real);
                throw e;
            }
        }

        private static LedgerFault inUse(Path folder) {
            return new LedgerFault(
                    LedgerFault.Kind.GUARD_IN_USE,
                    "The guard in %s is in use by another process. Only one may sign."
                            .formatted(folder));
        }

        @Override
        public void close() throws IOException {
            channel.close();
            HELD.remove(folder);
        }
    }

    /** See {@link GuardRecords#all}. */
    static Iterator<GuardRecords.Signed> signed(Path folder) {
        return files(folder).stream().flatMap(file -> signedIn(file).stream()).iterator();
    }

    /** See {@link GuardRecords#newest}. */
    static Optional<GuardRecords.Signed> newest(Path folder) {
        var files = files(folder);
        // A file that has just begun has none yet.
        for (var at = files.size() - 1; at >= 0; at--) {
            var found = signedIn(files.get(at));
            if (!found.isEmpty()) {
                return Optional.of(found.getLast());
            }
        }
        return Optional.empty();
    }

    private static List<GuardRecords.Signed> signedIn(Path file) {
        var found = new ArrayList<GuardRecords.Signed>();
        var bytes = PrivateFiles.read(file);
        State intent = null;
        var at = 0;
        // Where the last one ends too early it is being written.
        for (var record = recordAt(file, bytes, at); record != null; ) {
            switch (record.kind()) {
                case "begun" -> intent = null;
                case "intent" -> intent = parsed(file, at, record.body());
                default -> {
                    if (intent == null) {
                        throw damaged(file, at, "a signature without its intent");
                    }
                    found.add(
                            new GuardRecords.Signed(
                                    intent.epoch(),
                                    intent.origin(),
                                    intent.system(),
                                    intent.size(),
                                    intent.root(),
                                    new String(record.body(), UTF_8)));
                    intent = null;
                }
            }
            at = record.end();
            record = at < bytes.length ? recordAt(file, bytes, at) : null;
        }
        return found;
    }

    private static Guard read(Path folder, Path file, FileChannel channel, Hold hold)
            throws IOException {
        var bytes = PrivateFiles.read(file);
        State state = null;
        State intent = null;
        String note = null;
        var at = 0;
        while (at < bytes.length) {
            var record = recordAt(file, bytes, at);
            if (record == null) {
                // A crash cut it off: it was never acted upon.
                channel.truncate(at);
                channel.force(true);
                break;
            }
            switch (record.kind()) {
                case "begun" -> {
                    state = parsed(file, at, record.body());
                    intent = null;
                    note = null;
                }
                case "intent" -> intent = parsed(file, at, record.body());
                default -> {
                    if (intent == null) {
                        throw damaged(file, at, "a signature without its intent");
                    }
                    state = intent;
                    intent = null;
                    note = new String(record.body(), UTF_8);
                }
            }
            at = record.end();
        }
        if (state == null) {
            throw damaged(file, 0, "it does not begin with a state");
        }
        channel.position(channel.size());
        var guard = new Guard(folder, file, channel, hold, state);
        guard.note = note;
        guard.intent = intent;
        return guard;
    }

    /** The newest tree that was signed; the empty one at first. */
    State state() {
        return state;
    }

    /** The note signed last, without cosignatures; null before the first. */
    @Nullable String note() {
        return note;
    }

    /** What was to be signed when the process ended; null where nothing was open. */
    @Nullable State intent() {
        return intent;
    }

    /**
     * Puts on disk that this will be signed. Until it is, nothing else of its size can be.
     *
     * @throws LedgerFault where it does not grow, or another tree of that size was intended
     */
    void intend(State next) {
        var open = intent;
        if (next.epoch() != state.epoch()
                || !next.origin().equals(state.origin())
                || next.size() <= state.size()) {
            throw new LedgerFault(
                    LedgerFault.Kind.REWRITTEN,
                    "The guard has signed size %d of %s and does not sign size %d of %s after it."
                            .formatted(state.size(), state.origin(), next.size(), next.origin()));
        }
        if (open != null) {
            if (open.size() > next.size()
                    || (open.size() == next.size() && !open.root().equals(next.root()))) {
                throw new LedgerFault(
                        LedgerFault.Kind.REWRITTEN,
                        "The guard was about to sign size %d with root %s, and now the database has size %d with root %s."
                                .formatted(open.size(), open.root(), next.size(), next.root()));
            }
            if (open.size() == next.size()) {
                return;
            }
        }
        append("intent", next.bytes());
        intent = next;
    }

    /** Puts the signature for what was intended on disk; it may go out afterwards. */
    void signed(String signedNote) {
        var next = intent;
        if (next == null) {
            throw new IllegalStateException("nothing was intended");
        }
        append("signed", signedNote.getBytes(UTF_8));
        state = next;
        note = signedNote;
        intent = null;
        if (size() >= FULL) {
            turnOver(signedNote);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            hold.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the guard " + file, e);
        }
    }

    private long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the guard " + file, e);
        }
    }

    /** Goes on in a new file that begins with all that is needed of this one. */
    private void turnOver(String signedNote) {
        var next = folder.resolve(next(files(folder)));
        PrivateFiles.writeNew(next, beginning(state, signedNote));
        close();
        var opened = open(folder);
        file = opened.file;
        channel = opened.channel;
        hold = opened.hold;
    }

    private void append(String kind, byte[] body) {
        try {
            for (var rest = ByteBuffer.wrap(record(kind, body)); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            channel.force(true);
        } catch (IOException e) {
            // Whether it is on disk is not known: only opening it again tells.
            throw new UncheckedIOException("cannot write the guard " + file, e);
        }
    }

    private record Read(String kind, byte[] body, int end) {}

    /** Null where the file ends within it. */
    private static @Nullable Read recordAt(Path file, byte[] bytes, int at) {
        var line = at;
        while (line < bytes.length && bytes[line] != '\n') {
            line++;
        }
        if (line == bytes.length) {
            if (line - at > MOST_HEADER) {
                throw damaged(file, at, "no record begins here");
            }
            return null;
        }
        var header = HEADER.matcher(new String(bytes, at, line - at, US_ASCII));
        if (!header.matches()) {
            throw damaged(file, at, "no record begins here");
        }
        var length = Integer.parseInt(header.group(2));
        var end = line + 1 + length;
        if (end >= bytes.length) {
            return null;
        }
        var body = Arrays.copyOfRange(bytes, line + 1, end);
        if (bytes[end] != '\n' || !digest(header.group(1), body).equals(header.group(3))) {
            throw damaged(file, at, "a record is not what its digest says");
        }
        return new Read(header.group(1), body, end + 1);
    }

    private static byte[] record(String kind, byte[] body) {
        var header =
                "%s %s %d %s\n"
                        .formatted(MAGIC, kind, body.length, digest(kind, body))
                        .getBytes(US_ASCII);
        return ByteBuffer.allocate(header.length + body.length + 1)
                .put(header)
                .put(body)
                .put((byte) '\n')
                .array();
    }

    private static String digest(String kind, byte[] body) {
        var digest = Sha256.newDigest();
        digest.update((kind + "\n").getBytes(US_ASCII));
        return HexFormat.of().formatHex(digest.digest(body));
    }

    private static State parsed(Path file, int at, byte[] body) {
        try {
            return State.parse(body);
        } catch (MalformedTlog | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged(file, at, "it holds no state: " + e.getMessage());
        }
    }

    private static LedgerFault damaged(Path file, int at, String how) {
        return new LedgerFault(
                LedgerFault.Kind.GUARD_DAMAGED,
                "The guard %s is damaged at byte %d: %s. Follow \"The guard is lost\" in docs/ledger.md."
                        .formatted(file, at, how));
    }

    /** After the last one: earlier ones may have been taken away. */
    private static String next(List<Path> files) {
        var number = 1;
        if (!files.isEmpty()) {
            var last = FILE.matcher(files.getLast().getFileName().toString());
            number = last.matches() ? Integer.parseInt(last.group(1)) + 1 : 1;
        }
        return "guard-%06d.log".formatted(number);
    }

    private static List<Path> files(Path folder) {
        var found = new ArrayList<Path>();
        if (Files.isDirectory(folder)) {
            try (var all = Files.newDirectoryStream(folder, "guard-*.log")) {
                for (var file : all) {
                    if (FILE.matcher(file.getFileName().toString()).matches()) {
                        found.add(file);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list " + folder, e);
            }
        }
        found.sort(null);
        return found;
    }
}
