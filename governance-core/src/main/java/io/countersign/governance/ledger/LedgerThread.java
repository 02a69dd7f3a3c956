package io.countersign.governance.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A thread that works until it is told to stop, and sleeps while there is nothing to do. */
final class LedgerThread {
    private final String name;
    private final Runnable work;
    private final Semaphore pokes = new Semaphore(0);
    private volatile @Nullable Thread thread;

    /**
     * @param work one turn; called again and again
     */
    LedgerThread(String name, Runnable work) {
        this.name = name;
        this.work = work;
    }

    void start() {
        var worker =
                Thread.ofPlatform()
                        .name(name)
                        .daemon()
                        .unstarted(() -> {
                            while (running()) {
                                work.run();
                            }
                        });
        thread = worker;
        worker.start();
    }

    void stop() {
        var worker = thread;
        thread = null;
        if (worker != null) {
            poke();
            try {
                worker.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    boolean running() {
        return thread != null;
    }

    /** Look now instead of in a while. */
    void poke() {
        pokes.release();
    }

    void idle(long millis) {
        try {
            if (pokes.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                pokes.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the one instance that leads does, until it is told to stop; where not started, once. */
    @FunctionalInterface
    interface Lead {
        /** In a transaction, on the connection that holds the lock. */
        void lead(Connection connection) throws SQLException;
    }

    /** Leads where no other instance does, or stands by for a second. */
    void lead(DataSource database, long lock, Lead work) throws SQLException {
        try (var connection = database.getConnection()) {
            var autoCommit = connection.getAutoCommit();
            var tables = new LedgerTables(connection);
            try {
                if (tables.flag("select pg_try_advisory_lock(" + lock + ")")) {
                    connection.setAutoCommit(false);
                    work.lead(connection);
                } else {
                    pause(1_000);
                }
            } finally {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
                tables.flag("select pg_advisory_unlock_all() is null");
                connection.setAutoCommit(autoCommit);
            }
        }
    }

    /** Sleeps so long whatever happens, unless it is to stop. */
    void pause(long millis) {
        var end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (running()) {
            var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return;
            }
            idle(left);
        }
    }
}
