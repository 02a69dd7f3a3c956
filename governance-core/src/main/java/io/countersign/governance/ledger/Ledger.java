package io.countersign.governance.ledger;

import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.ConsistencyProof;
import io.countersign.governance.ledger.tlog.EntryBundle;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.InclusionProof;
import io.countersign.governance.ledger.tlog.Note;
import io.countersign.governance.ledger.tlog.TileArithmetic;
import io.countersign.governance.ledger.tlog.TilePath;
import io.countersign.governance.ledger.tlog.TileTree;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;

/**
 * The log as others see it: checkpoints, tiles and proofs of what is published. All of it can be
 * checked by whoever gets it; nothing in it need be believed.
 */
@Component
public class Ledger {
    private final DataSource database;
    private final Witnesses witnesses;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition published = lock.newCondition();

    Ledger(DataSource database, Witnesses witnesses, Signer signer) {
        this.database = database;
        this.witnesses = witnesses;
        signer.onPublished(this::signalPublished);
    }

    /**
     * A published checkpoint.
     *
     * @param epoch from 1
     * @param logId what every entry of the epoch is bound to, 32 bytes
     * @param note signed, with the cosignatures it was published with
     * @param at when it was published
     */
    public record Published(
            int epoch, String origin, Hash logId, long size, Hash root, Note note, Instant at) {
        public Checkpoint checkpoint() {
            return Checkpoint.parse(note.text());
        }
    }

    /**
     * An event with its place in the log.
     *
     * @param commitment what its entry says, 32 bytes; null while it is not integrated
     */
    public record Placed(long position, LedgerRow row, @Nullable Hash commitment) {
        /** The log entry. */
        public byte[] entry() {
            return LedgerEntry.of(java.util.Objects.requireNonNull(commitment).bytes());
        }
    }

    /**
     * Shows that an event is in the log.
     *
     * @param checkpoint the first that was published with it
     */
    public record Receipt(
            String eventId,
            long position,
            byte[] entry,
            Published checkpoint,
            InclusionProof inclusion) {
        /** C2SP tlog-proof; its extra data is the log entry. */
        public TlogProof proof() {
            return new TlogProof(entry, position, inclusion.path(), checkpoint.note());
        }
    }

    /**
     * One epoch of the log: a log of its own for whoever reads it, with files and keys of its own.
     *
     * @param number from 1; mostly without gaps
     * @param keys those that sign it or signed it, newest first
     * @param statement why the one before could not go on; null in the first
     * @param last the newest checkpoint: of one that has ended, the last it was signed with; null
     *     before the first
     * @param ended whether another one has followed
     */
    public record Epoch(
            int number,
            String origin,
            List<VerifierKey> keys,
            @Nullable String statement,
            @Nullable Published last,
            boolean ended) {}

    /** All epochs, the earliest first. */
    public List<Epoch> epochs() {
        return ask(tables -> {
            var epochs = new ArrayList<Epoch>();
            for (var tree : tables.trees()) {
                epochs.add(epoch(tables, tree));
            }
            return epochs;
        });
    }

    /** One of them; empty where there is none of that number. */
    public Optional<Epoch> epoch(int number) {
        return ask(tables -> {
            var tree = tables.tree(number).orElse(null);
            return tree == null ? Optional.empty() : Optional.of(epoch(tables, tree));
        });
    }

    private static Epoch epoch(LedgerTables tables, LedgerTables.Tree tree) throws SQLException {
        var last = newest(tables, tree);
        return new Epoch(
                tree.epoch(),
                tree.origin(),
                keys(tree),
                tree.statement(),
                last == null ? null : published(tree, last),
                tables.after(tree.epoch()).isPresent());
    }

    /**
     * The newest checkpoint of an epoch. One that has ended ends with the checkpoint its successor
     * is bound to, also where that was signed and the table of checkpoints has been set back since.
     */
    private static LedgerTables.@Nullable Published newest(
            LedgerTables tables, LedgerTables.Tree tree) throws SQLException {
        var stored = tables.newest(tree.epoch()).orElse(null);
        var end = end(tables, tree);
        return end != null && (stored == null || stored.size() < end.size()) ? end : stored;
    }

    private static LedgerTables.@Nullable Published end(LedgerTables tables, LedgerTables.Tree tree)
            throws SQLException {
        var successor = tables.after(tree.epoch()).orElse(null);
        if (successor == null || successor.predecessor() == null) {
            return null;
        }
        var last = Checkpoint.parse(Note.parse(successor.predecessor()).text());
        return last.origin().equals(tree.origin())
                ? new LedgerTables.Published(
                        tree.epoch(),
                        last.size(),
                        last.root(),
                        successor.predecessor(),
                        successor.begunAt())
                : null;
    }

    /**
     * The newest checkpoint that the entries in the database lead to. Where an epoch ended because
     * events were lost, that is an earlier one than its last.
     */
    private static LedgerTables.@Nullable Published provable(
            LedgerTables tables, LedgerTables.Tree tree) throws SQLException {
        var newest = newest(tables, tree);
        var stored = tables.newest(tree.epoch()).orElse(null);
        if (newest == null || (stored != null && stored.size() == newest.size())) {
            return stored;
        }
        return newest.size() <= tree.size()
                        && new TileTree(newest.size(), tables.tiles(tree.epoch()))
                                .root()
                                .equals(newest.root())
                ? newest
                : stored;
    }

    /** The first checkpoint of at least this size that can be proven against. */
    private static Optional<LedgerTables.Published> covering(
            LedgerTables tables, LedgerTables.Tree tree, long size) throws SQLException {
        var stored = tables.firstCovering(tree.epoch(), size);
        if (stored.isPresent()) {
            return stored;
        }
        var last = provable(tables, tree);
        return last != null && last.size() >= size ? Optional.of(last) : Optional.empty();
    }

    /** The number of the newest epoch; 0 before the log begins. */
    public int current() {
        return ask(tables -> tables.tree(false).map(LedgerTables.Tree::epoch).orElse(0));
    }

    /**
     * What a checkpoint of the log must have, as this host knows it: the log's keys (any of which
     * will do, so those that were retired verify what they signed), its witnesses, the quorum.
     * Empty before the log begins.
     */
    public Optional<WitnessPolicy> policy() {
        return ask(tables -> tables.tree(false).map(tree -> witnesses.policy(keys(tree))));
    }

    /** The same of any epoch, with the witnesses of today; empty where there is none. */
    public Optional<WitnessPolicy> policy(int epoch) {
        return ask(tables -> tables.tree(epoch).map(tree -> witnesses.policy(keys(tree))));
    }

    /**
     * The checkpoint with which the epoch before ended, as signed: every entry of this one is bound
     * to it. Empty in the first epoch.
     */
    public Optional<byte[]> predecessor() {
        return ask(tables ->
                tables.tree(false).flatMap(tree -> Optional.ofNullable(tree.predecessor())));
    }

    /**
     * The newest published checkpoint of this epoch: of one that has ended, the last it was signed
     * with. Empty where there is no such epoch, or nothing of it was published yet.
     */
    public Optional<Published> published(int epoch) {
        return epoch(epoch).flatMap(found -> Optional.ofNullable(found.last()));
    }

    /** The newest published checkpoint of the newest epoch; empty before its first. */
    public Optional<Published> newest() {
        return ask(tables -> {
            var tree = tables.tree(false);
            return tree.isEmpty()
                    ? Optional.empty()
                    : tables.newest(tree.get().epoch()).map(found -> published(tree.get(), found));
        });
    }

    /**
     * The first published checkpoint that covers a position: the same for whoever asks, whenever.
     */
    public Optional<Published> firstCovering(long position) {
        return ask(tables -> {
            var tree = tables.tree(false);
            return tree.isEmpty()
                    ? Optional.empty()
                    : tables.firstCovering(tree.get().epoch(), position + 1)
                            .map(found -> published(tree.get(), found));
        });
    }

    /** A tile or entry bundle of the newest epoch's published tree. */
    public Optional<byte[]> tile(TilePath path) {
        return tile(current(), path);
    }

    /**
     * A tile or entry bundle of an epoch's published tree.
     *
     * @return empty where no published checkpoint implies it, or the database has lost what it is
     *     made of
     */
    public Optional<byte[]> tile(int epoch, TilePath path) {
        return ask(tables -> {
            var tree = tables.tree(epoch).orElse(null);
            var newest = tree == null ? null : provable(tables, tree);
            if (tree == null || newest == null || !TileArithmetic.has(path, newest.size())) {
                return Optional.empty();
            }
            return Optional.of(
                    switch (path) {
                        case TilePath.Hashes hashes -> tables.tile(tree.epoch(), hashes);
                        case TilePath.Entries entries ->
                                EntryBundle.encode(
                                        tables
                                                .commitments(
                                                        tree.epoch(),
                                                        entries.index() * TilePath.FULL,
                                                        entries.width())
                                                .stream()
                                                .map(LedgerEntry::of)
                                                .toList());
                    });
        });
    }

    /** Between two sizes of the newest epoch. */
    public Optional<ConsistencyProof> consistency(long from, long to) {
        return consistency(current(), from, to);
    }

    /**
     * That an epoch's tree of one size is the beginning of its tree of another.
     *
     * @return empty where the log was never so large, or cannot prove it any more
     * @throws IllegalArgumentException where the first size is above the second
     */
    public Optional<ConsistencyProof> consistency(int epoch, long from, long to) {
        return ask(tables -> {
            var tree = tables.tree(epoch).orElse(null);
            var newest = tree == null ? null : provable(tables, tree);
            if (tree == null || newest == null || to > newest.size()) {
                return Optional.empty();
            }
            return Optional.of(new TileTree(to, tables.tiles(tree.epoch())).consistency(from));
        });
    }

    /**
     * Proves an event in the newest epoch; empty where it is unknown or not in a published
     * checkpoint of that yet.
     */
    public Optional<Receipt> receipt(String eventId) {
        return receipt(eventId, current());
    }

    /**
     * Proves an event in an epoch: it has the same position in all that have it. Empty where it is
     * unknown, or came after the epoch ended, or what the proof is made of is lost.
     */
    public Optional<Receipt> receipt(String eventId, int epoch) {
        return ask(tables -> {
            var position = tables.position(eventId);
            var tree = tables.tree(epoch).orElse(null);
            if (position < 0 || tree == null) {
                return Optional.empty();
            }
            var covering = covering(tables, tree, position + 1).orElse(null);
            if (covering == null) {
                return Optional.empty();
            }
            return Optional.of(
                    new Receipt(
                            eventId,
                            position,
                            LedgerEntry.of(tables.commitments(epoch, position, 1).getFirst()),
                            published(tree, covering),
                            new TileTree(covering.size(), tables.tiles(epoch))
                                    .inclusion(position)));
        });
    }

    /** The same, waited for; empty where it took longer. */
    public Optional<Receipt> await(String eventId, Duration longest) {
        return await(() -> receipt(eventId), longest);
    }

    /** {@link #firstCovering}, waited for; empty where it took longer. */
    public Optional<Published> awaitCovering(long position, Duration longest) {
        return await(() -> firstCovering(position), longest);
    }

    private <T> Optional<T> await(Supplier<Optional<T>> question, Duration longest) {
        var deadline = System.nanoTime() + longest.toNanos();
        while (true) {
            var found = question.get();
            var left = deadline - System.nanoTime();
            if (found.isPresent() || left <= 0) {
                return found;
            }
            lock.lock();
            try {
                // Another instance may publish it: look again in a while anyhow.
                var unused =
                        published.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Inclusion proofs in the tree of a published size, for many positions with each tile read
     * once.
     *
     * @param positions ascending
     */
    public List<InclusionProof> inclusions(Published checkpoint, List<Long> positions) {
        return ask(tables -> {
            var tree = new TileTree(checkpoint.size(), tables.tiles(checkpoint.epoch()));
            return positions.stream().map(tree::inclusion).toList();
        });
    }

    /** Events with their rows as stored and their entries in the newest epoch. */
    public List<Placed> events(List<Long> positions) {
        return events(current(), positions);
    }

    /**
     * Events with their rows as stored, of these positions.
     *
     * @param epoch whose entries are wanted
     * @param positions at most some thousands
     */
    public List<Placed> events(int epoch, List<Long> positions) {
        return ask(tables -> {
            return epoch == 0
                    ? List.of()
                    : tables.rows(epoch, positions).stream()
                            .map(placed ->
                                    new Placed(
                                            placed.position(),
                                            placed.row(),
                                            placed.commitment() == null
                                                    ? null
                                                    : Hash.of(placed.commitment())))
                            .toList();
        });
    }

    private void signalPublished() {
        lock.lock();
        try {
            published.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static List<VerifierKey> keys(LedgerTables.Tree tree) {
        return tree.keys().lines().map(VerifierKey::parse).toList();
    }

    private static Published published(LedgerTables.Tree tree, LedgerTables.Published found) {
        return new Published(
                found.epoch(),
                tree.origin(),
                Hash.of(tree.logId()),
                found.size(),
                found.root(),
                Note.parse(found.note()),
                found.at());
    }

    @FunctionalInterface
    private interface Question<T> {
        T of(LedgerTables tables) throws SQLException;
    }

    private <T> T ask(Question<T> question) {
        Connection connection = DataSourceUtils.getConnection(database);
        try {
            return question.of(new LedgerTables(connection));
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger's tables cannot be read", e);
        } finally {
            DataSourceUtils.releaseConnection(connection, database);
        }
    }
}
