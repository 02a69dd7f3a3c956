package io.countersign.governance.ledger.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.GuardRecords;
import io.countersign.governance.ledger.LedgerFault;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.EdgeTiles;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.Unverified;
import io.countersign.governance.ledger.tlog.VerifierKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One epoch from its first position to its last: several threads read and hash stretches, this one
 * takes them in order and builds the tree again.
 */
final class TreeWalk {
    /** Eight tiles: a stretch begins where a tile does. */
    private static final int STRETCH = 2_048;

    private static final int READERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 6);
    private static final long KEEP_EVERY_NANOS = 2_000_000_000L;
    private static final long REPORT_EVERY_NANOS = 500_000_000L;
    private static final long CLOCK_SLACK_MICROS = 600_000_000L;
    private static final int MOST_STRAYED = 1_000;

    private final LedgerCheck check;
    private final Connection connection;
    private final CheckedTables tables;
    private final boolean newest;
    private final StreamContinuity streams;
    private final Checkpoints checkpoints;
    private final Signatures signatures;
    private final CheckState.@Nullable Keeper keeper;
    private final List<RowReader.Strayed> strayed = new ArrayList<>();
    private final Map<Hash, Long> orphaned = new HashMap<>();
    private final List<VerifierKey> keys;
    private CheckedTables.Tree tree;
    private EdgeTiles edge;
    private boolean treeBroken;
    private long position;
    private long lastTime = Long.MIN_VALUE;
    private long lastRecorded = Long.MIN_VALUE;
    private long agreed;
    private long keptAt = System.nanoTime();
    private long reportedAt;

    TreeWalk(
            LedgerCheck check,
            Connection connection,
            CheckedTables.Tree tree,
            boolean newest,
            @Nullable Path guard,
            CheckState.@Nullable Keeper keeper,
            @Nullable CheckState resumed) {
        this.check = check;
        this.connection = connection;
        this.tables = new CheckedTables(connection);
        this.tree = tree;
        this.newest = newest;
        this.streams = new StreamContinuity(connection);
        this.keeper = keeper;
        this.edge = resumed == null ? new EdgeTiles() : resumed.tiles();
        if (resumed != null) {
            position = resumed.position();
            lastTime = resumed.lastTime();
            lastRecorded = resumed.lastRecorded();
            agreed = position;
        }
        this.keys = check.keys(tree.origin());
        this.checkpoints = new Checkpoints();
        this.signatures = new Signatures(guard);
    }

    /** Of the tree that was built from the rows; null where there was no building it. */
    @Nullable Hash root() {
        return treeBroken ? null : edge.frontier().root();
    }

    long size() {
        return position;
    }

    void run() throws SQLException {
        var readers = new LinkedBlockingQueue<RowReader>();
        try (var threads =
                Executors.newFixedThreadPool(
                        READERS, Thread.ofPlatform().name("ledger-check-", 1).daemon().factory())) {
            try {
                for (var i = 0; i < READERS; i++) {
                    readers.add(new RowReader(check.connect(), check.writers()));
                }
                if (position == 0) {
                    signed(0);
                }
                pass(readers, threads::submit);
                if (newest) {
                    again();
                    pass(readers, threads::submit);
                    tail(readers);
                }
                moved();
                beyond();
            } finally {
                threads.close(); // a reader is given back before its connection is closed
                for (var reader : readers) {
                    reader.close();
                }
            }
        }
    }

    @FunctionalInterface
    private interface Threads {
        Future<RowReader.Stretch> submit(java.util.concurrent.Callable<RowReader.Stretch> stretch);
    }

    /** From where it is up to the size the tree has by its row. */
    private void pass(BlockingQueue<RowReader> readers, Threads threads) throws SQLException {
        var logId = tree.logId();
        var running = new ArrayDeque<Future<RowReader.Stretch>>();
        var next = position;
        try {
            while (position < tree.size()) {
                if (check.cancelled()) {
                    keep();
                    throw new LedgerCheck.Interrupted(position);
                }
                while (next < tree.size() && running.size() < READERS * 2) {
                    var from = next;
                    var to = Math.min(tree.size(), (from / STRETCH + 1) * STRETCH);
                    running.add(
                            threads.submit(() -> {
                                var reader = readers.take();
                                try {
                                    return reader.read(tree.epoch(), logId, from, to);
                                } finally {
                                    readers.add(reader);
                                }
                            }));
                    next = to;
                }
                take(result(running.remove()));
                keepNowAndThen();
            }
        } finally {
            running.forEach(future -> future.cancel(false));
        }
        if (!treeBroken
                && (!edge.frontier().root().equals(tree.root())
                        || !Arrays.equals(edge.frontier().bytes(), tree.frontier()))) {
            check.add(
                    Finding.of(
                            Finding.Kind.TREE_WRONG,
                            "At size %d the tree of epoch %d has the root %s by its entries, and %s by the row of the tree.",
                            tree.size(),
                            tree.epoch(),
                            edge.frontier().root(),
                            tree.root()));
        }
    }

    private static RowReader.Stretch result(Future<RowReader.Stretch> future) throws SQLException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw e.getCause() instanceof RuntimeException runtime
                    ? runtime
                    : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while the ledger was checked", e);
        }
    }

    private void take(RowReader.Stretch stretch) throws SQLException {
        check.findings().addAll(stretch.findings());
        for (var each : stretch.strayed()) {
            if (strayed.size() < MOST_STRAYED) {
                strayed.add(each);
            } else {
                check.add(each.finding());
            }
        }
        check.findings().addAll(streams.look(stretch.rows()));
        for (var row : stretch.rows()) {
            if (row.position() < position) {
                check.add(
                        Finding.at(
                                Finding.Kind.POSITION_AGAIN,
                                row.position(),
                                "The ledger has position %d more than once; here with the event %s.",
                                row.position(),
                                row.eventId()));
                continue;
            }
            missing(row.position());
            times(row);
            leaf(row.leaf(), stretch);
        }
        missing(stretch.to());
        check.read(stretch.to() - stretch.from());
    }

    /** Positions below this one that have no row; their entries may be there still. */
    private void missing(long upTo) throws SQLException {
        if (position == upTo) {
            return;
        }
        check.add(
                Finding.at(
                        Finding.Kind.POSITION_MISSING,
                        position,
                        upTo - position == 1
                                ? "The ledger has no position %d: which event had it is not known any more."
                                : "The ledger has no positions from %d to %d: which events had them is not known any more.",
                        position,
                        upTo - 1));
        while (position < upTo) {
            var commitment = tables.commitment(tree.epoch(), position);
            if (commitment != null && orphaned.size() < MOST_STRAYED) {
                orphaned.put(Hash.of(commitment), position);
            }
            leaf(commitment == null ? null : Merkle.leaf(LedgerEntry.of(commitment)), null);
        }
    }

    private void times(RowReader.Row row) {
        if (row.positionTime() < lastTime) {
            check.add(
                    Finding.at(
                            Finding.Kind.TIME_BACK,
                            row.position(),
                            "The time of ledger position %d (event %s) is before that of the position before it.",
                            row.position(),
                            row.eventId()));
        }
        lastTime = Math.max(lastTime, row.positionTime());
        if (row.recordedAt() == Long.MIN_VALUE) {
            return;
        }
        // A transaction lasts minutes at most; more is the clock.
        if (lastRecorded != Long.MIN_VALUE
                && row.recordedAt() < lastRecorded - CLOCK_SLACK_MICROS) {
            check.add(
                    Finding.at(
                            Finding.Kind.CLOCK_BACK,
                            row.position(),
                            "The event %s at ledger position %d was recorded %d minutes before an event that stands before it: the database's clock was set back, or the time was changed.",
                            row.eventId(),
                            row.position(),
                            (lastRecorded - row.recordedAt()) / 60_000_000));
            lastRecorded = row.recordedAt();
        } else {
            lastRecorded = Math.max(lastRecorded, row.recordedAt());
        }
    }

    /** The next leaf of the tree. */
    private void leaf(@Nullable Hash leaf, RowReader.@Nullable Stretch stretch)
            throws SQLException {
        position++;
        if (leaf == null && !treeBroken) {
            treeBroken = true;
            check.add(
                    Finding.of(
                            Finding.Kind.TREE_WRONG,
                            "The tree cannot be built beyond position %d, since an entry is missing; tiles, roots and checkpoints after it are not compared.",
                            position - 1));
        }
        if (leaf == null || treeBroken) {
            return;
        }
        for (var tile : edge.append(leaf)) {
            tile(tile, stretch);
        }
        signed(position);
    }

    private void tile(EdgeTiles.Tile made, RowReader.@Nullable Stretch stretch)
            throws SQLException {
        var path = made.path();
        var stored =
                path.level() == 0 && stretch != null
                        ? stretch.tiles().get(path.index())
                        : RowReader.tiles(
                                        connection,
                                        tree.epoch(),
                                        path.level(),
                                        path.index(),
                                        path.index() + 1)
                                .get(path.index());
        if (stored == null) {
            check.add(
                    Finding.of(
                            Finding.Kind.TILE_MISSING,
                            "The tile %s of epoch %d is missing.",
                            path.path(),
                            tree.epoch()));
        } else if (!Arrays.equals(stored.hashes(), made.hashes())) {
            var first = Arrays.mismatch(stored.hashes(), made.hashes()) / Hash.BYTES;
            check.add(
                    path.level() == 0
                            ? Finding.at(
                                    Finding.Kind.TILE_WRONG,
                                    path.index() * 256 + first,
                                    "The tile %s has another hash for position %d than its entry has: the entry or the tile was changed.",
                                    path.path(),
                                    path.index() * 256 + first)
                            : Finding.of(
                                    Finding.Kind.TILE_WRONG,
                                    "The tile %s has another hash at %d than the tile below it has.",
                                    path.path(),
                                    first));
        } else if (!stored.root().equals(made.root())) {
            check.add(
                    Finding.of(
                            Finding.Kind.TILE_WRONG,
                            "The tile %s is right, but the root kept beside it is not.",
                            path.path()));
        }
    }

    /** What was signed or published at this size. */
    private void signed(long size) throws SQLException {
        var ours = signatures.at(size);
        var published = checkpoints.at(size);
        if (ours == null && published == null) {
            return;
        }
        var root = edge.frontier().root();
        if (ours != null) {
            if (!ours.root().equals(root)) {
                check.add(
                        Finding.of(
                                Finding.Kind.GUARD_DISAGREES,
                                "The guard signed the tree of %d events with another root than the database has now. Up to %d events they agree: what is different is at positions %d to %d.",
                                size,
                                agreed,
                                agreed,
                                size - 1));
            } else {
                agreed = size;
            }
        }
        if (published != null) {
            published(published, root, ours);
        }
    }

    private void published(
            CheckedTables.Published published, Hash root, GuardRecords.@Nullable Signed ours) {
        var size = published.size();
        if (!published.root().equals(root)) {
            check.add(
                    Finding.of(
                            Finding.Kind.CHECKPOINT_WRONG,
                            "The checkpoint of size %d was published with another root than the tree of that size has now.",
                            size));
        }
        try {
            var note = Note.parse(published.note());
            var says = Checkpoint.parse(note.text());
            if (!says.origin().equals(tree.origin())
                    || says.size() != size
                    || !says.root().equals(published.root())) {
                check.add(
                        Finding.of(
                                Finding.Kind.CHECKPOINT_WRONG,
                                "The note of the checkpoint of size %d says origin %s, size %d and root %s.",
                                size,
                                says.origin(),
                                says.size(),
                                says.root()));
            }
            if (ours != null && startsWith(published.note(), ours.note())) {
                return; // the guard's own words with its signature
            }
            if (signatures.shouldHave(size) && ours == null) {
                check.add(
                        Finding.of(
                                Finding.Kind.CHECKPOINT_UNKNOWN,
                                "The guard never signed a checkpoint of size %d, but the database has one.",
                                size));
            }
            if (!keys.isEmpty()) {
                var unused = note.verify(keys);
            }
        } catch (MalformedTlog e) {
            check.add(
                    Finding.of(
                            Finding.Kind.CHECKPOINT_WRONG,
                            "The checkpoint of size %d is no checkpoint: %s",
                            size,
                            e.getMessage()));
        } catch (Unverified e) {
            check.add(
                    Finding.of(
                            Finding.Kind.CHECKPOINT_SIGNATURE,
                            "The checkpoint of size %d is not signed by a key of the log, such as %s: %s",
                            size,
                            keys.getFirst(),
                            e.getMessage()));
        }
    }

    private static boolean startsWith(byte[] published, String signed) {
        var ours = signed.getBytes(UTF_8);
        return published.length >= ours.length
                && Arrays.equals(published, 0, ours.length, ours, 0, ours.length);
    }

    /** What the tree has grown by meanwhile. */
    private void again() throws SQLException {
        var now =
                tables.trees().stream()
                        .filter(each -> each.epoch() == tree.epoch())
                        .findFirst()
                        .orElse(null);
        if (now != null && now.size() > tree.size()) {
            tree = now;
        }
    }

    /** Sequenced, but not in the tree yet: the rows themselves, without entries. */
    private void tail(BlockingQueue<RowReader> readers) throws SQLException {
        var reader = readers.element();
        var sequenced = tables.number("select size from log_state");
        var at = tree.size();
        while (at < sequenced) {
            if (check.cancelled()) {
                throw new LedgerCheck.Interrupted(position);
            }
            var to = Math.min(sequenced, at + STRETCH);
            var stretch = reader.read(tree.epoch(), null, at, to);
            check.findings().addAll(stretch.findings());
            check.findings().addAll(streams.look(stretch.rows()));
            for (var row : stretch.rows()) {
                if (row.position() != at) {
                    check.add(
                            Finding.at(
                                    Finding.Kind.POSITION_MISSING,
                                    at,
                                    "The ledger has no position %d: which event had it is not known any more.",
                                    at));
                    at = row.position();
                }
                times(row);
                at++;
            }
            if (at < to) {
                check.add(
                        Finding.at(
                                Finding.Kind.POSITION_MISSING,
                                at,
                                "The ledger has no positions from %d to %d: which events had them is not known any more.",
                                at,
                                to - 1));
            }
            at = to;
        }
    }

    /** Of rows that are not what their entries say: whether they are what others say. */
    private void moved() {
        var byStored = new HashMap<>(orphaned);
        strayed.forEach(each -> byStored.put(each.stored(), each.position()));
        for (var each : strayed) {
            var home = byStored.get(each.computed());
            check.add(
                    home == null
                            ? each.finding()
                            : Finding.at(
                                    Finding.Kind.ROW_MOVED,
                                    each.position(),
                                    "The event at ledger position %d is the one the ledger committed to at position %d.",
                                    each.position(),
                                    home));
        }
        strayed.clear();
    }

    /** What the tables have beyond the tree. */
    private void beyond() throws SQLException {
        var epoch = tree.epoch();
        if (!newest) {
            return;
        }
        // One statement, one snapshot: the tree may be growing.
        try (var query =
                connection.prepareStatement(
                        """
                        select (select count(*) from log_entry n
                                 where n.epoch = t.epoch and (n.position >= t.size or n.position < 0)),
                               (select count(*) from log_tile i
                                 where i.epoch = t.epoch
                                   and (i.n + 1)::numeric * 256::numeric ^ (i.level + 1) > t.size),
                               (select count(*) from log_checkpoint c
                                 where c.epoch = t.epoch and c.size > t.size)
                          from log_tree t where t.epoch = ?
                        """)) {
            query.setInt(1, epoch);
            try (var row = query.executeQuery()) {
                if (!row.next()) {
                    return;
                }
                if (row.getLong(1) > 0) {
                    check.add(
                            Finding.of(
                                    Finding.Kind.ENTRY_EXTRA,
                                    "There are %d log entries at positions the tree does not have.",
                                    row.getLong(1)));
                }
                if (row.getLong(2) > 0) {
                    check.add(
                            Finding.of(
                                    Finding.Kind.TILE_EXTRA,
                                    "There are %d tiles that the tree does not have.",
                                    row.getLong(2)));
                }
                if (row.getLong(3) > 0) {
                    check.add(
                            Finding.of(
                                    Finding.Kind.CHECKPOINT_WRONG,
                                    "There are %d published checkpoints larger than the tree.",
                                    row.getLong(3)));
                }
            }
        }
    }

    private void keepNowAndThen() {
        var now = System.nanoTime();
        if (now - keptAt > KEEP_EVERY_NANOS) {
            keep();
        }
        if (now - reportedAt > REPORT_EVERY_NANOS) {
            reportedAt = now;
            check.progress("Hashing events of epoch " + tree.epoch(), position, tree.size());
        }
    }

    private void keep() {
        keptAt = System.nanoTime();
        // What strays is settled at the end; and a tree that cannot be built is not resumed.
        if (keeper != null && strayed.isEmpty() && !treeBroken) {
            keeper.keep(tree, edge, lastTime, lastRecorded, check.findings());
        }
    }

    /** The published checkpoints, by size, some at a time. */
    private final class Checkpoints {
        private final ArrayDeque<CheckedTables.Published> ahead = new ArrayDeque<>();
        private long above = position > 0 ? position : -1;
        private boolean exhausted;

        CheckedTables.@Nullable Published at(long size) throws SQLException {
            while (true) {
                if (ahead.isEmpty()) {
                    if (exhausted) {
                        return null;
                    }
                    ahead.addAll(tables.checkpoints(tree.epoch(), above, 500));
                    if (ahead.isEmpty()) {
                        exhausted = true;
                        return null;
                    }
                    above = ahead.getLast().size();
                }
                if (ahead.getFirst().size() > size) {
                    return null;
                }
                var next = ahead.removeFirst();
                if (next.size() == size) {
                    return next;
                }
            }
        }
    }

    /** What the guard has signed in this epoch, by size. */
    private final class Signatures {
        private final @Nullable Iterator<GuardRecords.Signed> all;
        private GuardRecords.@Nullable Signed next;
        private long first = Long.MAX_VALUE;

        Signatures(@Nullable Path folder) {
            all = folder == null ? null : GuardRecords.all(folder);
            advance();
            if (next != null) {
                first = next.size();
            }
        }

        /** Whether a checkpoint of this size must be among them. */
        boolean shouldHave(long size) {
            return size >= first;
        }

        GuardRecords.@Nullable Signed at(long size) {
            GuardRecords.Signed found = null;
            while (next != null && next.size() <= size) {
                if (next.size() == size) {
                    found = next;
                }
                advance();
            }
            return found;
        }

        private void advance() {
            try {
                next = null;
                while (all != null && next == null && all.hasNext()) {
                    var each = all.next();
                    if (each.epoch() == tree.epoch()) {
                        next = each;
                    }
                }
            } catch (LedgerFault damaged) {
                check.add(Finding.of(Finding.Kind.GUARD_DAMAGED, "%s", damaged.words()));
            }
        }
    }
}
