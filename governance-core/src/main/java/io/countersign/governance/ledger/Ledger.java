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
     * What a checkpoint of the log must have, as this host knows it: the log's keys (any of which
     * will do, so those that were retired verify what they signed), its witnesses, the quorum.
     * Empty before the log begins.
     */
    public Optional<WitnessPolicy> policy() {
        return ask(tables -> tables.tree(false).map(tree -> witnesses.policy(keys(tree))));
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
     * The newest published checkpoint of this epoch: of one that has ended, the last there is.
     * Empty where there is no such epoch, or nothing of it was published yet.
     */
    public Optional<Published> published(int epoch) {
        return ask(tables -> {
            var tree = tables.tree(epoch);
            return tree.isEmpty()
                    ? Optional.empty()
                    : tables.newest(epoch).map(found -> published(tree.get(), found));
        });
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

    /**
     * A tile or entry bundle of the published tree.
     *
     * @return empty where no published checkpoint implies it
     */
    public Optional<byte[]> tile(TilePath path) {
        return ask(tables -> {
            var tree = tables.tree(false).orElse(null);
            var newest = tree == null ? null : tables.newest(tree.epoch()).orElse(null);
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

    /**
     * That the tree of one size is the beginning of the tree of another.
     *
     * @return empty where the log was never so large
     * @throws IllegalArgumentException where the first size is above the second
     */
    public Optional<ConsistencyProof> consistency(long from, long to) {
        return ask(tables -> {
            var tree = tables.tree(false).orElse(null);
            var newest = tree == null ? null : tables.newest(tree.epoch()).orElse(null);
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
        return ask(tables -> {
            var position = tables.position(eventId);
            var tree = tables.tree(false);
            if (position < 0 || tree.isEmpty()) {
                return Optional.empty();
            }
            var covering = tables.firstCovering(tree.get().epoch(), position + 1).orElse(null);
            if (covering == null) {
                return Optional.empty();
            }
            var epoch = tree.get().epoch();
            return Optional.of(
                    new Receipt(
                            eventId,
                            position,
                            LedgerEntry.of(tables.commitments(epoch, position, 1).getFirst()),
                            published(tree.get(), covering),
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

    /**
     * Events with their rows as stored, of these positions.
     *
     * @param positions at most some thousands
     */
    public List<Placed> events(List<Long> positions) {
        return ask(tables -> {
            var tree = tables.tree(false);
            return tree.isEmpty()
                    ? List.of()
                    : tables.rows(tree.get().epoch(), positions).stream()
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
