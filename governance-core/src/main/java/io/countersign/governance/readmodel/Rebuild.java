package io.countersign.governance.readmodel;

import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.keys.KeyFolder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Makes all read models anew from the first event, beside those in use, and puts them in their
 * place in one transaction. Nobody has to stop: pages and commands go on meanwhile, and until the
 * exchange nothing they see changes. One that is broken off leaves the ones in use as they were.
 */
public final class Rebuild {
    private static final String LIVE = ReplayedTables.LIVE;
    private static final String NEXT = "read_model_next";
    private static final String OLD = "read_model_old";

    private final JdbcTemplate owner;
    private final ReplayedTables next;
    private final int batch;

    /**
     * How far it is.
     *
     * @param done events replayed
     * @param total events to replay, as known by now
     */
    public record Progress(long done, long total, Duration elapsed) {
        public long eventsPerSecond() {
            return done * 1_000 / Math.max(1, elapsed.toMillis());
        }

        public Duration remaining() {
            return Duration.ofSeconds((total - done) / Math.max(1, eventsPerSecond()));
        }
    }

    private Rebuild(JdbcTemplate owner, ReplayedTables next, int batch) {
        this.owner = owner;
        this.next = next;
        this.batch = batch;
    }

    /**
     * Rebuilds up to the position that the read models in use have reached.
     *
     * @param keys to read what persons wrote
     * @param batch events a transaction, such as 2,000
     * @param report told after each batch
     * @param cancelled asked before each batch
     * @return how far it was when it ended
     * @throws CancellationException when cancelled; nothing has changed
     * @throws IllegalStateException when another rebuild is under way
     */
    public static Progress run(
            DatabaseAccess access,
            KeyFolder keys,
            int batch,
            Consumer<Progress> report,
            BooleanSupplier cancelled) {
        var owner = new JdbcTemplate(access.ownerSource());
        try (var alone = access.ownerSource().getConnection()) {
            if (!ReplayedTables.alone(alone)) {
                throw new IllegalStateException(
                        "Another rebuild is under way on this database. Wait for it to end.");
            }
            ReplayedTables.remove(owner, OLD);
            try (var next = ReplayedTables.make(access, keys, NEXT, batch)) {
                return new Rebuild(owner, next, batch).run(report, cancelled);
            } finally {
                ReplayedTables.remove(owner, OLD);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database: " + e.getMessage(), e);
        }
    }

    private Progress run(Consumer<Progress> report, BooleanSupplier cancelled) {
        var began = System.nanoTime();
        var indexed = false;
        while (true) {
            var done = next.done();
            if (cancelled.getAsBoolean()) {
                throw new CancellationException(
                        "The rebuild was cancelled after %,d events; the read models are as before."
                                .formatted(done));
            }
            var total =
                    owner.queryForObject(
                            "select position + 1 from read_model.progress", Long.class);
            var left = (total == null ? 0 : total) - done;
            var now = new Progress(done, done + left, Duration.ofNanos(System.nanoTime() - began));
            report.accept(now);
            if (left > batch) {
                next.replay(batch);
            } else if (!indexed) {
                // Much quicker over all rows than with each; more events come meanwhile.
                next.index();
                indexed = true;
            } else {
                next.inTransaction(this::exchange);
                var took = Duration.ofNanos(System.nanoTime() - began);
                var ended = new Progress(next.done(), next.done(), took);
                report.accept(ended);
                return ended;
            }
        }
    }

    /**
     * Whoever keeps the models in use holds the row of their progress through each batch: it has
     * finished one and cannot begin the next until this commits. It then goes on at the very
     * position that the new ones are at. The old tables are dropped later, since readers may still
     * look at them.
     */
    private void exchange() {
        var position =
                next.db()
                        .queryForObject(
                                "select position from read_model.progress for update", Long.class);
        next.within((position == null ? -1 : position) + 1 - next.done());
        next.flush();
        next.db().execute("alter schema %s rename to %s".formatted(LIVE, OLD));
        next.db().execute("alter schema %s rename to %s".formatted(NEXT, LIVE));
    }
}
