package io.countersign.governance.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.tlog.Checkpoint;
import io.countersign.governance.ledger.tlog.Frontier;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.Note;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Signs checkpoints of the tree, after reading every event anew, hashing it anew and extending its
 * own memory of the tree in the {@link Guard}; has witnesses cosign; publishes. Where anything does
 * not agree it stops, says so, and does not start again by itself. What was published is served on.
 */
@Component
class Signer implements SmartLifecycle {
    /** Among PostgreSQL's advisory locks: "countersign signs". */
    static final long SIGNER_LOCK = 0x636f756e7369676eL;

    private static final int BATCH = 5_000;
    private static final long IDLE_MILLIS = 1_000;
    private static final Duration ONE_TURN = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(Signer.class);

    private final DataSource database;
    private final LedgerSettings settings;
    private final Integration integration;
    private final Witnesses witnesses;
    private final Acknowledged acknowledged;
    private final Clock clock;
    private final SignerFolder folder;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final LedgerThread thread = new LedgerThread("ledger-signer", this::turn);
    private volatile @Nullable LedgerFault fault;

    Signer(
            DataSource database,
            LedgerSettings settings,
            Integration integration,
            Witnesses witnesses,
            Acknowledged acknowledged,
            Clock clock) {
        this.database = database;
        this.settings = settings;
        this.integration = integration;
        this.witnesses = witnesses;
        this.acknowledged = acknowledged;
        this.clock = clock;
        this.folder = new SignerFolder(settings.folder());
        this.fault = settings.signs() ? folder.halted() : null;
        integration.onGrowth(thread::poke);
    }

    /** Why this host does not sign; null where it does, or is not to. */
    @Nullable LedgerFault fault() {
        return fault;
    }

    /** Runs after a checkpoint was published on this instance. Must not block. */
    void onPublished(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void start() {
        if (settings.signs()) {
            thread.start();
        }
    }

    @Override
    public void stop() {
        thread.stop();
    }

    @Override
    public boolean isRunning() {
        return thread.running();
    }

    /** After the integration, and so stopped before it. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE - 2_940;
    }

    /** Takes the lead and works until it is told to stop; where it was not started, once. */
    void turn() {
        var halted = folder.halted();
        if (halted != null) {
            fault = halted;
            thread.pause(2_000);
            return;
        }
        try {
            thread.lead(database, SIGNER_LOCK, this::lead);
        } catch (LedgerFault found) {
            stopFor(found);
        } catch (SQLException | RuntimeException e) {
            if (thread.running()) {
                LOG.warn("The ledger's signer is held up, and tries again: {}", e.toString());
                thread.pause(1_000);
            }
        }
    }

    private void stopFor(LedgerFault found) {
        var first = fault == null;
        fault = found;
        if (found.kind() == LedgerFault.Kind.GUARD_LOST
                || found.kind() == LedgerFault.Kind.GUARD_IN_USE) {
            // It may be on another host, or be brought back: nothing was decided here.
            if (first) {
                LOG.error("This host does not sign the ledger. {}", found.words());
            }
            thread.pause(2_000);
        } else {
            folder.halt(found);
            LOG.error(
                    "The ledger's signer has stopped. {}: {}", found.kind().title(), found.words());
        }
    }

    private void lead(Connection connection) throws SQLException {
        var tables = new LedgerTables(connection);
        try (var guard = ready(connection, tables)) {
            connection.commit();
            fault = null;
            integration.poke();
            var last = guard.note();
            if (last != null) {
                witnesses.greet(Note.parse(last.getBytes(UTF_8)), guard.state().epoch());
            }
            do {
                var began = System.nanoTime();
                var signed = sign(connection, guard);
                var published = publish(connection, guard);
                connection.commit();
                var spent = (System.nanoTime() - began) / 1_000_000;
                if (signed || !published) {
                    thread.pause(Math.max(1, settings.interval().toMillis() - spent));
                } else if (thread.running()) {
                    thread.idle(IDLE_MILLIS);
                }
            } while (thread.running());
        }
    }

    /** Guard and database, known to belong together; made where the log begins. */
    private Guard ready(Connection connection, LedgerTables tables) throws SQLException {
        if (tables.flag("select pg_is_in_recovery()")) {
            throw new IllegalStateException("a standby cannot be signed: connect to the primary");
        }
        var system = tables.system();
        var tree = tables.tree(false).orElse(null);
        if (tree == null && !Guard.exists(settings.folder())) {
            var origin = settings.origin() == null ? random() : settings.origin();
            var unused = folder.make(origin);
            Guard.begin(settings.folder(), 1, origin, system).close();
        }
        var guard = Guard.open(settings.folder());
        try {
            var state = guard.state();
            if (tree == null) {
                if (state.epoch() > 1 || state.size() > 0) {
                    throw new LedgerFault(
                            LedgerFault.Kind.ROLLED_BACK,
                            "The guard has signed %d events of %s, but the database has no log."
                                    .formatted(state.size(), state.origin()));
                }
                tables.begin(1, state.origin(), folder.publicly(state.origin()), null, null);
                connection.commit();
                return guard;
            }
            if (state.system() != system) {
                throw new LedgerFault(
                        LedgerFault.Kind.OTHER_DATABASE,
                        "The guard knows the database cluster %d, and this is cluster %d. Was it restored elsewhere? Follow \"Restored into another cluster\" in docs/ledger.md."
                                .formatted(state.system(), system));
            }
            same(tree, state);
            return guard;
        } catch (RuntimeException | SQLException e) {
            guard.close();
            throw e;
        }
    }

    private static void same(LedgerTables.Tree tree, Guard.State state) {
        if (tree.epoch() != state.epoch() || !tree.origin().equals(state.origin())) {
            throw new LedgerFault(
                    tree.epoch() < state.epoch()
                            ? LedgerFault.Kind.ROLLED_BACK
                            : LedgerFault.Kind.REWRITTEN,
                    "The guard is in epoch %d of %s, the database in epoch %d of %s."
                            .formatted(state.epoch(), state.origin(), tree.epoch(), tree.origin()));
        }
        if (tree.size() < state.size()) {
            throw new LedgerFault(
                    LedgerFault.Kind.ROLLED_BACK,
                    "The guard has signed %d events, the database has %d in its tree. Was an older backup restored? Follow \"An older backup was restored\" in docs/ledger.md."
                            .formatted(state.size(), tree.size()));
        }
        if (tree.size() == state.size() && !tree.root().equals(state.root())) {
            throw rewritten(tree.size(), state, tree);
        }
    }

    /**
     * Signs what the tree has grown to.
     *
     * @return whether there was anything
     */
    private boolean sign(Connection connection, Guard guard) throws SQLException {
        connection.rollback();
        witnesses.refuse();
        var tables = new LedgerTables(connection);
        var state = guard.state();
        var tree =
                tables.tree(false)
                        .orElseThrow(() ->
                                new LedgerFault(
                                        LedgerFault.Kind.ROLLED_BACK,
                                        "The log is gone from the database."));
        same(tree, state);
        acknowledged.check(connection, state.size());
        var published = tables.newest(state.epoch()).orElse(null);
        if (published != null && published.size() > state.size()) {
            // Nothing is published before its signature is on disk.
            throw new LedgerFault(
                    LedgerFault.Kind.REWRITTEN,
                    "The database has a published checkpoint of size %d, but the guard has signed only %d events. Was the guard's folder brought back from a backup? Follow \"The guard is lost\" in docs/ledger.md."
                            .formatted(published.size(), state.size()));
        }
        if (tree.size() == state.size()) {
            return false;
        }
        var frontier = state.frontier();
        while (frontier.size() < tree.size()) {
            var to = Math.min(tree.size(), frontier.size() + BATCH);
            frontier = extended(tables, tree, frontier, to);
        }
        if (!frontier.root().equals(tree.root())) {
            throw rewritten(tree.size(), state.with(frontier), tree);
        }
        var keys = folder.keys(tree.origin());
        var publicly = folder.publicly(tree.origin());
        if (!publicly.equals(tree.keys())) {
            tables.keys(tree.epoch(), publicly);
        }
        connection.commit();
        var next = state.with(frontier);
        guard.intend(next);
        var text = new Checkpoint(next.origin(), next.size(), next.root()).text();
        guard.signed(new Note(text, keys.stream().map(key -> key.sign(text)).toList()).toString());
        return true;
    }

    /** From the rows as they are now, not from what the integration made of them. */
    private static Frontier extended(
            LedgerTables tables, LedgerTables.Tree tree, Frontier from, long to)
            throws SQLException {
        var rows = tables.rows(tree.epoch(), from.size(), to);
        if (rows.size() != to - from.size()) {
            throw new LedgerFault(
                    LedgerFault.Kind.EVENT_GONE,
                    "The ledger ends at position %d, but its tree has %d events."
                            .formatted(from.size() + rows.size(), tree.size()));
        }
        var logId = tree.logId();
        var frontier = from;
        for (var placed : rows) {
            var commitment = LedgerEntry.commitment(logId, placed.row());
            if (!Arrays.equals(commitment, placed.commitment())) {
                throw new LedgerFault(
                        LedgerFault.Kind.ROW_CHANGED,
                        "The event %s at ledger position %d (%s of %s) is not what was taken into the tree."
                                .formatted(
                                        placed.row().eventId(),
                                        placed.position(),
                                        placed.row().payloadType(),
                                        placed.row().stream()));
            }
            frontier = frontier.append(Merkle.leaf(LedgerEntry.of(commitment)));
        }
        return frontier;
    }

    /**
     * Publishes what was signed last, with cosignatures.
     *
     * @return false while witnesses are awaited
     */
    private boolean publish(Connection connection, Guard guard) throws SQLException {
        var text = guard.note();
        if (text == null) {
            return true;
        }
        var tables = new LedgerTables(connection);
        var state = guard.state();
        var newest = tables.newest(state.epoch()).orElse(null);
        if (newest != null && newest.size() >= state.size()) {
            if (newest.size() == state.size() && !newest.root().equals(state.root())) {
                throw new LedgerFault(
                        LedgerFault.Kind.REWRITTEN,
                        "The database has a checkpoint of size %d with root %s, but the guard signed size %d with root %s last."
                                .formatted(
                                        newest.size(), newest.root(), state.size(), state.root()));
            }
            return true;
        }
        connection.rollback();
        var cosigned =
                witnesses.cosign(
                        Note.parse(text.getBytes(UTF_8)),
                        state.epoch(),
                        // Signing goes on while they are waited for.
                        thread.running() ? settings.interval() : ONE_TURN);
        if (cosigned == null) {
            return false;
        }
        // While witnesses are slow, one that was signed a moment ago.
        var checkpoint = Checkpoint.parse(cosigned.text());
        tables.publish(
                state.epoch(),
                checkpoint.size(),
                checkpoint.root(),
                cosigned.bytes(),
                clock.instant());
        connection.commit();
        listeners.forEach(Runnable::run);
        return checkpoint.size() == state.size();
    }

    private static LedgerFault rewritten(long size, Guard.State ours, LedgerTables.Tree theirs) {
        return new LedgerFault(
                LedgerFault.Kind.REWRITTEN,
                "At size %d the root of the tree is %s by what was signed before, and %s by the database."
                        .formatted(size, ours.root(), theirs.root()));
    }

    private static String random() {
        var bytes = new byte[8];
        new SecureRandom().nextBytes(bytes);
        return "countersign.local/" + HexFormat.of().formatHex(bytes);
    }
}
