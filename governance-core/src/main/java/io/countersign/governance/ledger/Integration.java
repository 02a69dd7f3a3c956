package io.countersign.governance.ledger;

import io.countersign.governance.eventstore.Sequencer;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.MacState;
import io.countersign.governance.ledger.tlog.EdgeTiles;
import io.countersign.governance.ledger.tlog.Merkle;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Takes sequenced events into the tree: checks the writer's MAC, commits to the row, keeps the
 * tiles that fill up. An event with a wrong MAC is taken in like any other and marked, since
 * leaving it out would be a hole that anything could have been in.
 *
 * <p>Of several instances one integrates, the others stand by. It works behind the sequencer, on
 * rows that have survived, and its own commit is one.
 */
@Component
class Integration implements SmartLifecycle {
    /** Among PostgreSQL's advisory locks: "countersign tree". */
    static final long LEADER_LOCK = 0x636f756e74726565L;

    private static final int BATCH = 5_000;
    private static final long IDLE_MILLIS = 500;

    /** So many events with a wrong MAC are named in the log for each batch. */
    private static final int NAMED = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Integration.class);

    private final DataSource database;
    private final WriterKeys keys;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final LedgerThread thread = new LedgerThread("ledger-tree", this::turn);
    private @Nullable Edge edge;

    private record Edge(int epoch, EdgeTiles tiles) {}

    Integration(DataSource database, WriterKeys keys, Sequencer sequencer) {
        this.database = database;
        this.keys = keys;
        sequencer.onGrowth(thread::poke);
    }

    /** Runs after the tree has grown on this instance. Must not block. */
    void onGrowth(Runnable listener) {
        listeners.add(listener);
    }

    /** The log has begun, or there is a new epoch. */
    void poke() {
        thread.poke();
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() {
        thread.stop();
    }

    @Override
    public boolean isRunning() {
        return thread.running();
    }

    /** After the sequencer, and so stopped before it. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE - 2_950;
    }

    /** Takes the lead and works until it is told to stop; where it was not started, once. */
    void turn() {
        try {
            thread.lead(database, LEADER_LOCK, this::lead);
        } catch (SQLException | RuntimeException e) {
            if (thread.running()) {
                LOG.warn("The ledger's tree cannot grow, and is tried again: {}", e.toString());
                thread.pause(1_000);
            }
        } finally {
            edge = null;
        }
    }

    private void lead(Connection connection) throws SQLException {
        do {
            if (batch(connection) < BATCH && thread.running()) {
                thread.idle(IDLE_MILLIS);
            }
        } while (thread.running());
    }

    /** Takes in what is sequenced, a batch of it at most; how many events that were. */
    int batch(Connection connection) throws SQLException {
        try (var set = connection.createStatement()) {
            set.execute("set local synchronous_commit = on");
        }
        var tables = new LedgerTables(connection);
        var tree = tables.tree(true).orElse(null);
        if (tree == null) {
            connection.rollback();
            return 0;
        }
        var rows = tables.rows(tree.epoch(), tree.size(), tree.size() + BATCH);
        if (rows.isEmpty()) {
            connection.rollback();
            return 0;
        }
        var growing = edge(tables, tree);
        edge = null; // until it is committed
        var logId = tree.logId();
        var commitments = new ArrayList<byte[]>(rows.size());
        var states = new ArrayList<MacState>(rows.size());
        var full = new ArrayList<EdgeTiles.Tile>();
        var suspect = 0;
        for (var placed : rows) {
            var state = keys.check(placed.row());
            var commitment = LedgerEntry.commitment(logId, placed.row().with(state));
            commitments.add(commitment);
            states.add(state);
            full.addAll(growing.append(Merkle.leaf(LedgerEntry.of(commitment))));
            if (state != MacState.VERIFIED && ++suspect <= NAMED) {
                LOG.error(
                        "The event at ledger position {} ({}, {}) has a writer MAC that is {}",
                        placed.position(),
                        placed.row().eventId(),
                        placed.row().payloadType(),
                        state.title());
            }
        }
        if (suspect > NAMED) {
            LOG.error("... and {} more events beside it, without a right MAC", suspect - NAMED);
        }
        tables.insertEntries(tree.epoch(), tree.size(), commitments, states);
        tables.insertTiles(tree.epoch(), full);
        tables.grow(tree.epoch(), tree.size(), growing.frontier());
        connection.commit();
        edge = new Edge(tree.epoch(), growing);
        listeners.forEach(Runnable::run);
        return rows.size();
    }

    private EdgeTiles edge(LedgerTables tables, LedgerTables.Tree tree) {
        var known = edge;
        if (known != null
                && known.epoch() == tree.epoch()
                && known.tiles().frontier().equals(tree.frontier())) {
            return known.tiles();
        }
        return EdgeTiles.of(tree.size(), tables.tiles(tree.epoch()));
    }
}
