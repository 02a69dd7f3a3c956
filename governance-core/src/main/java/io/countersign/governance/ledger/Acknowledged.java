package io.countersign.governance.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.eventstore.Acknowledgements;
import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.shared.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * What this instance told others had happened and no signed checkpoint covers yet, in files of its
 * own host: events that vanish from the database meanwhile (deleted, or lost with a failover) are
 * missed, and named. An event is dropped once the signature that covers it is on disk, and a file
 * once nothing in it is left.
 *
 * <p>Files are only appended to, a line for each event: the first 16 hex digits of the SHA-256 of
 * the rest, {@code ack}, event id, sequence number, writer MAC in base64, stream. {@code gone} and
 * an event id takes one back that people know to be lost. A line that does not verify, and what
 * comes after it in its file, was being written in a crash; none of it had been answered for.
 */
@Component
public final class Acknowledged
        implements Acknowledgements, SmartLifecycle, DisposableBean, AutoCloseable {
    /** More are not remembered: the ledger has raised its alarm about checkpoints long before. */
    private static final int MOST = 500_000;

    /** Looked up at a time; the others have their turn next. */
    private static final int LOOK = 10_000;

    private static final long FULL = 4L << 20;
    private static final Logger LOG = LoggerFactory.getLogger(Acknowledged.class);

    private final Path signer;
    private final Path folder;
    private final @Nullable DataSource database;
    private final boolean signs;
    private final LedgerThread thread = new LedgerThread("ledger-acknowledged", this::turn);

    private final Object lock = new Object();
    private final Map<String, Entry> open = new LinkedHashMap<>();
    private final Map<Path, Integer> left = new HashMap<>();
    private final List<FileChannel> holds = new ArrayList<>();
    private @Nullable Path home;
    private @Nullable Path file;
    private @Nullable FileChannel channel;
    private long written;
    private int number;
    private boolean loaded;

    private final Object forcing = new Object();
    private long forced;

    private volatile @Nullable LedgerFault fault;
    private volatile @Nullable String trouble;

    private record Entry(String eventId, String stream, long sequence, String mac, Path file) {
        String words() {
            return "event %s (number %d of %s)".formatted(eventId, sequence, stream);
        }
    }

    @Autowired
    Acknowledged(LedgerSettings settings, DataSource database) {
        this(settings.folder(), settings.signs(), database);
    }

    /** For a tool: of a folder that no process writes to. */
    Acknowledged(Path signer) {
        this(signer, true, null);
    }

    private Acknowledged(Path signer, boolean signs, @Nullable DataSource database) {
        this.signer = signer;
        this.folder = signer.resolve("acknowledged");
        this.signs = signs;
        this.database = database;
    }

    /** Of a host that does not sign: why there is an alarm; null where there is none. */
    @Nullable LedgerFault fault() {
        return fault;
    }

    /** Why events are not remembered, in a sentence; null where they are. */
    @Nullable String trouble() {
        return trouble;
    }

    /** How many events wait for a checkpoint. */
    int size() {
        synchronized (lock) {
            return open.size();
        }
    }

    @Override
    public void committed(List<Stored> events) {
        try {
            long mine;
            synchronized (lock) {
                load();
                if (open.size() + events.size() > MOST) {
                    throw new IOException(
                            "%d events wait for a checkpoint already".formatted(open.size()));
                }
                mine = append(events);
            }
            force(mine);
            trouble = null;
        } catch (IOException | RuntimeException e) {
            if (trouble == null) {
                LOG.error("Acknowledged events are not remembered on this host", e);
            }
            trouble =
                    "What this host acknowledges is not remembered in %s: %s"
                            .formatted(folder, e.getMessage());
        }
    }

    private long append(List<Stored> events) throws IOException {
        var target = file();
        var lines = new StringBuilder(events.size() * 200);
        for (var event : events) {
            var entry =
                    new Entry(
                            event.eventId(),
                            event.stream(),
                            event.sequenceNumber(),
                            Base64.getEncoder().encodeToString(event.writerMac()),
                            target);
            lines.append(
                    line(
                            "ack %s %d %s %s"
                                    .formatted(
                                            entry.eventId(),
                                            entry.sequence(),
                                            entry.mac(),
                                            entry.stream())));
            if (open.put(entry.eventId(), entry) == null) {
                left.merge(target, 1, Integer::sum);
            }
        }
        return write(lines.toString());
    }

    private long write(String lines) throws IOException {
        var to = java.util.Objects.requireNonNull(channel);
        var bytes = ByteBuffer.wrap(lines.getBytes(UTF_8));
        written += bytes.remaining();
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
        return written;
    }

    /** One call for all that wait: who comes in meanwhile is covered by the next. */
    private void force(long upTo) throws IOException {
        synchronized (forcing) {
            if (forced >= upTo) {
                return;
            }
            FileChannel to;
            long all;
            synchronized (lock) {
                to = channel;
                all = written;
            }
            try {
                if (to != null) {
                    to.force(false);
                }
            } catch (ClosedChannelException _) {
                // Full meanwhile: it was forced before it was closed.
            }
            forced = all;
        }
    }

    /** The one to append to; a new one where there is none yet, or the last is full. */
    private Path file() throws IOException {
        var current = channel;
        if (file != null && current != null && current.size() < FULL) {
            return file;
        }
        if (current != null) {
            current.force(false);
            current.close();
        }
        var next =
                java.util.Objects.requireNonNull(home)
                        .resolve("acknowledged-%06d.log".formatted(++number));
        PrivateFiles.writeNew(next, new byte[0]);
        channel = FileChannel.open(next, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        file = next;
        left.put(next, 0);
        return next;
    }

    private static String line(String rest) {
        return Sha256.of(rest).hex().substring(0, 16) + " " + rest + "\n";
    }

    /** Takes up what this host's earlier processes left, those of a crash included. */
    private void load() throws IOException {
        if (loaded) {
            return;
        }
        PrivateFiles.folder(signer);
        PrivateFiles.folder(folder);
        // Two processes of one folder: each has a folder in it. A crashed one's is taken over.
        for (var slot = 0; slot < 64; slot++) {
            var place = folder.resolve(Integer.toString(slot));
            if (home != null && !Files.isDirectory(place)) {
                break;
            }
            PrivateFiles.folder(place);
            var hold =
                    FileChannel.open(
                            place.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!locked(hold)) {
                hold.close();
                continue;
            }
            holds.add(hold);
            if (home == null) {
                home = place;
            }
            read(place);
        }
        if (home == null) {
            throw new IOException("too many processes use it");
        }
        loaded = true;
    }

    private static boolean locked(FileChannel hold) throws IOException {
        try {
            return hold.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private void read(Path place) throws IOException {
        var files = new ArrayList<Path>();
        try (var all = Files.newDirectoryStream(place, "acknowledged-*.log")) {
            all.forEach(files::add);
        }
        files.sort(null);
        var gone = new ArrayList<String>();
        for (var each : files) {
            if (place.equals(home)) {
                var name = each.getFileName().toString();
                number =
                        Math.max(
                                number,
                                Integer.parseInt(
                                        name.substring(
                                                "acknowledged-".length(),
                                                name.length() - ".log".length())));
            }
            left.put(each, 0);
            read(each, gone);
        }
        gone.forEach(this::drop);
        clear();
    }

    private void read(Path from, List<String> gone) {
        var text = new String(PrivateFiles.read(from), UTF_8);
        for (var at = 0; at < text.length(); ) {
            var end = text.indexOf('\n', at);
            var whole = end < 0 ? "" : text.substring(at, end);
            if (whole.length() < 17 || !line(whole.substring(17)).equals(whole + "\n")) {
                LOG.warn("{} ends in what was being written when its process ended", from);
                return;
            }
            var words = whole.split(" ", 6);
            if (words[1].equals("ack")) {
                var entry = new Entry(words[2], words[5], Long.parseLong(words[3]), words[4], from);
                if (open.put(entry.eventId(), entry) == null) {
                    left.merge(from, 1, Integer::sum);
                }
            } else {
                gone.add(words[2]);
            }
            at = end + 1;
        }
    }

    private void drop(String eventId) {
        var entry = open.remove(eventId);
        if (entry != null) {
            left.merge(entry.file(), -1, Integer::sum);
        }
    }

    /** Files of which nothing is left; the one in use when it is worth it. */
    private void clear() throws IOException {
        // Oldest first: a later one may take back what an earlier one says.
        var held = new HashSet<Path>();
        for (var each : left.keySet().stream().sorted().toList()) {
            if (held.contains(each.getParent()) || left.getOrDefault(each, 0) > 0) {
                held.add(each.getParent());
                continue;
            }
            if (each.equals(file)) {
                var current = channel;
                if (current == null || current.size() < FULL / 16) {
                    continue;
                }
                current.close();
                channel = null;
                file = null;
            }
            Files.deleteIfExists(each);
            left.remove(each);
        }
    }

    /**
     * Looks whether all that was acknowledged is still there, and drops what is signed.
     *
     * @param signed how many events the newest signed checkpoint has
     * @throws LedgerFault naming the first that is gone or another
     */
    void check(Connection connection, long signed) throws SQLException {
        List<Entry> looked;
        try {
            synchronized (lock) {
                if (!loaded && !Files.isDirectory(folder)) {
                    return;
                }
                load();
                looked = open.values().stream().limit(LOOK).toList();
            }
        } catch (IOException e) {
            trouble = "What this host acknowledged cannot be read: " + e.getMessage();
            return;
        }
        if (looked.isEmpty()) {
            return;
        }
        var found = found(connection, looked);
        var missing = looked.stream().filter(e -> !found.containsKey(e.eventId())).toList();
        if (!missing.isEmpty()) {
            throw new LedgerFault(
                    LedgerFault.Kind.EVENT_GONE,
                    "The %s was acknowledged on this host and is not in the database any more%s. It vanished before a checkpoint covered it: was it deleted, or did the database fail over to a copy that had not got it? Follow \"An acknowledged event is gone\" in docs/ledger.md."
                            .formatted(
                                    missing.getFirst().words(),
                                    missing.size() == 1
                                            ? ""
                                            : ", nor are %d others".formatted(missing.size() - 1)));
        }
        for (var entry : looked) {
            var row = found.get(entry.eventId());
            if (row != null && !row.mac().equals(entry.mac())) {
                throw new LedgerFault(
                        LedgerFault.Kind.ROW_CHANGED,
                        "The %s is not what was acknowledged on this host: its writer's MAC is another."
                                .formatted(entry.words()));
            }
        }
        try {
            synchronized (lock) {
                for (var entry : looked) {
                    var row = found.get(entry.eventId());
                    if (row != null && row.position() >= 0 && row.position() < signed) {
                        drop(entry.eventId());
                    } else if (looked.size() == LOOK) {
                        // To the end, so that all have their turn.
                        open.remove(entry.eventId());
                        open.put(entry.eventId(), entry);
                    }
                }
                clear();
            }
        } catch (IOException e) {
            LOG.warn("A file of acknowledged events cannot be removed", e);
        }
    }

    private record Row(String mac, long position) {}

    private static Map<String, Row> found(Connection connection, Collection<Entry> entries)
            throws SQLException {
        try (var query =
                connection.prepareStatement(
                        """
                        select e.event_identifier, e.writer_mac, coalesce(l.position, -1)
                          from event e left join log_leaf l using (global_index)
                         where e.event_identifier = any (?)
                        """)) {
            query.setArray(
                    1,
                    connection.createArrayOf(
                            "text", entries.stream().map(Entry::eventId).toArray(String[]::new)));
            var found = new HashMap<String, Row>();
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    found.put(
                            row.getString(1),
                            new Row(
                                    Base64.getEncoder().encodeToString(row.getBytes(2)),
                                    row.getLong(3)));
                }
            }
            return found;
        }
    }

    /**
     * An event that was acknowledged and is gone.
     *
     * @param stream as {@code kind:id}
     */
    public record Lost(String eventId, String stream, long sequenceNumber) {}

    /** Those that are gone. */
    List<Lost> lost(Connection connection) throws SQLException {
        List<Entry> all;
        try {
            synchronized (lock) {
                if (!loaded && !Files.isDirectory(folder)) {
                    return List.of();
                }
                load();
                all = List.copyOf(open.values());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        var found = found(connection, all);
        return all.stream()
                .filter(entry -> !found.containsKey(entry.eventId()))
                .map(entry -> new Lost(entry.eventId(), entry.stream(), entry.sequence()))
                .toList();
    }

    /** Misses these no longer: somebody has put on record that they are gone. */
    void forget(List<Lost> lost) {
        try {
            long mine;
            synchronized (lock) {
                var unused = file();
                var lines = new StringBuilder();
                lost.forEach(each -> lines.append(line("gone " + each.eventId())));
                mine = write(lines.toString());
                lost.forEach(each -> drop(each.eventId()));
            }
            force(mine);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
    }

    /** On a host that does not sign there is nobody else to look. */
    private void turn() {
        var source = database;
        if (source != null) {
            try (var connection = source.getConnection()) {
                var tables = new LedgerTables(connection);
                var tree = tables.tree(false).orElse(null);
                var newest = tree == null ? null : tables.newest(tree.epoch()).orElse(null);
                check(connection, newest == null ? 0 : newest.size());
                fault = null;
            } catch (LedgerFault found) {
                if (fault == null) {
                    LOG.error("{}. {}", found.kind().title(), found.words());
                }
                fault = found;
            } catch (SQLException | RuntimeException e) {
                LOG.warn("What was acknowledged could not be looked up: {}", e.toString());
            }
        }
        thread.pause(1_000);
    }

    @Override
    public void start() {
        if (!signs) {
            thread.start();
        }
    }

    @Override
    public void stop() {
        thread.stop();
    }

    @Override
    public void destroy() {
        close();
    }

    /** Gives the files up, so that another process may have them. */
    @Override
    public void close() {
        synchronized (lock) {
            try {
                var current = channel;
                if (current != null) {
                    current.force(false);
                    current.close();
                }
                for (var hold : holds) {
                    hold.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close " + folder, e);
            }
            channel = null;
            file = null;
            holds.clear();
            open.clear();
            left.clear();
            home = null;
            loaded = false;
        }
    }

    @Override
    public boolean isRunning() {
        return thread.running();
    }
}
