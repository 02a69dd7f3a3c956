package io.countersign.governance.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Gives committed events their dense ledger position. It reads in the order of transaction ids and
 * only below the oldest transaction still running, so no event that commits late is ever skipped,
 * and appends never wait for it.
 *
 * <p>Of several instances one sequences (it holds a session lock, and the row of {@code log_state}
 * is locked for each batch); the others watch the size and stand by.
 */
@Component
public class Sequencer implements SmartLifecycle {
    /** Any constant all instances agree on: "countersign sequencer". */
    private static final long LEADER_LOCK = 0x636f756e74657273L;

    private static final int BATCH = 5_000;
    private static final long IDLE_MILLIS = 100;

    /**
     * Between the beginnings of two batches, so that many commands at once make a few larger ones:
     * each wakes all that read the ledger. One that comes alone does not wait.
     */
    private static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final String ASSIGN =
            """
            with state as (select * from log_state for update),
                 batch as (
                     select e.global_index, e.tx_id, e.time_stamp::timestamptz as at
                       from event e, state s
                      where (e.tx_id, e.global_index) > (s.last_tx_id, s.last_global_index)
                        and e.global_index > s.settled_global_index
                        and e.tx_id < pg_snapshot_xmin(pg_current_snapshot())
                      order by e.tx_id, e.global_index
                      limit ?),
                 numbered as (
                     select b.global_index, b.tx_id,
                            s.size + row_number() over w - 1 as position,
                            greatest(s.last_time, max(b.at) over w) as position_time
                       from batch b, state s
                     window w as (order by b.tx_id, b.global_index)),
                 placed as (
                     insert into log_leaf (position, global_index, position_time)
                     select position, global_index, position_time from numbered
                     returning position),
                 newest as (select * from numbered order by position desc limit 1)
            update log_state
               set size = n.position + 1, last_tx_id = n.tx_id,
                   last_global_index = n.global_index, last_time = n.position_time
              from newest n
            returning size, (select count(*) from placed)
            """;

    private static final Logger log = LoggerFactory.getLogger(Sequencer.class);

    private final DataSource database;
    private final Semaphore pokes = new Semaphore(0);
    private final AtomicLong size = new AtomicLong(-1);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread thread;
    private volatile @Nullable String stopped;

    Sequencer(DataSource database) {
        this.database = database;
    }

    /** Something was committed here: look now instead of in a while. */
    public void poke() {
        pokes.release();
    }

    /** Runs after new positions were given, on whichever instance gave them. Must not block. */
    public void onGrowth(Runnable listener) {
        listeners.add(listener);
    }

    /** The number of sequenced events last seen, or -1 before the first look. */
    public long size() {
        return size.get();
    }

    /**
     * Why no event gets its position though events come in, for people; null while all is well. It
     * is for a person to decide what to do.
     */
    public @Nullable String stopped() {
        return stopped;
    }

    @Override
    public void start() {
        var worker = Thread.ofPlatform().name("sequencer").daemon().unstarted(this::run);
        thread = worker;
        worker.start();
    }

    @Override
    public void stop() {
        var worker = thread;
        thread = null;
        if (worker != null) {
            pokes.release();
            try {
                worker.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Before what reads in ledger order, and so stopped after it. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE - 3_000;
    }

    private void run() {
        while (isRunning()) {
            turn();
        }
    }

    /** Leads or watches until it is told to stop; where it was not started, once. */
    void turn() {
        try (var connection = database.getConnection()) {
            var autoCommit = connection.getAutoCommit();
            try {
                if (flag(connection, "select pg_try_advisory_lock(" + LEADER_LOCK + ")")) {
                    lead(connection);
                } else {
                    watch(connection);
                }
            } finally {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                flag(connection, "select pg_advisory_unlock_all() is null");
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException | RuntimeException e) {
            if (isRunning()) {
                log.warn("The sequencer lost its database and tries again: {}", e.toString());
                idle(1_000);
            }
        }
    }

    private void lead(Connection connection) throws SQLException {
        if (flag(connection, "select pg_is_in_recovery()")) {
            throw new IllegalStateException("a standby cannot sequence: connect to the primary");
        }
        connection.setAutoCommit(false);
        stopped = elsewhere(connection);
        if (stopped != null) {
            if (isRunning()) {
                idle(1_000);
            }
            return;
        }
        grown(count(connection));
        do {
            var began = System.nanoTime();
            var placed = batch(connection);
            if (placed < BATCH && isRunning()) {
                idle(IDLE_MILLIS);
                if (placed > 0) {
                    apart(began);
                }
            }
        } while (isRunning());
    }

    /**
     * Transaction ids begin anew in another cluster: the events written there would lie below the
     * cursor, and never get a position. So the cluster of the first batch is the only one.
     *
     * @return why this one is refused; null where it is the right one
     */
    @Nullable String elsewhere(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                select s.system_identifier, c.system_identifier
                                  from log_state s, pg_control_system() c
                                   for update of s
                                """)) {
            row.next();
            var known = row.getLong(1);
            var first = row.wasNull();
            var here = row.getLong(2);
            if (first) {
                try (var pin =
                        connection.prepareStatement("update log_state set system_identifier = ?")) {
                    pin.setLong(1, here);
                    pin.executeUpdate();
                }
            }
            connection.commit();
            if (first || known == here) {
                return null;
            }
            var reason =
                    "The events were sequenced in the database cluster %d, and this is cluster %d. Was a backup restored into it? Nothing is sequenced until a new epoch is begun: follow \"Restored into another cluster\" in docs/ledger.md."
                            .formatted(known, here);
            if (!reason.equals(stopped)) {
                log.error(reason);
            }
            return reason;
        }
    }

    /** Gives positions to what is committed, a batch of it at most; how many. */
    int batch(Connection connection) throws SQLException {
        try (var set = connection.createStatement();
                var assign = connection.prepareStatement(ASSIGN)) {
            // Its own durable commit, after theirs: what has a position has survived.
            set.execute("set local synchronous_commit = on");
            assign.setInt(1, BATCH);
            try (var row = assign.executeQuery()) {
                var any = row.next();
                var newSize = any ? row.getLong(1) : -1;
                var placed = any ? row.getInt(2) : 0;
                connection.commit();
                if (any) {
                    grown(newSize);
                }
                return placed;
            }
        }
    }

    private void watch(Connection connection) throws SQLException {
        // A second or so, then it tries again to lead.
        for (var look = 0; look < 10 && isRunning(); look++) {
            grown(count(connection));
            idle(IDLE_MILLIS);
        }
    }

    private void grown(long newSize) {
        if (size.getAndSet(newSize) != newSize) {
            listeners.forEach(Runnable::run);
        }
    }

    private void idle(long millis) {
        try {
            if (pokes.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                pokes.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the rest of {@link #APART_NANOS}, or until it is stopped. */
    private void apart(long began) {
        for (var left = began + APART_NANOS - System.nanoTime(); left > 0 && isRunning(); ) {
            LockSupport.parkNanos(left);
            left = began + APART_NANOS - System.nanoTime();
        }
        pokes.drainPermits();
    }

    private static long count(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select size from log_state")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static boolean flag(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }
}
