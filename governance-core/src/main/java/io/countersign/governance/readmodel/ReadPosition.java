package io.countersign.governance.readmodel;

import io.countersign.governance.shared.CommandRefused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Where in the ledger the read models are. Every page and answer takes one {@link At} and shows
 * only what held there, so nothing it shows comes from two positions.
 */
@Component
public class ReadPosition {
    private final JdbcClient db;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final java.util.concurrent.locks.Condition moved = lock.newCondition();

    /** The furthest that this instance itself has brought them and committed. */
    private final AtomicLong brought = new AtomicLong(-1);

    ReadPosition(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    /**
     * A ledger position to read at.
     *
     * @param position -1 before the first event
     * @param time the position's own time; for "now" at the newest position, the clock's
     * @param past whether somebody asked for a moment gone by
     */
    public record At(long position, Instant time, boolean past) {}

    /** The newest position that the read models have reached. */
    public At now() {
        return db.sql("select position from progress")
                .query((row, _) -> new At(row.getLong(1), clock.instant(), false))
                .single();
    }

    /**
     * A position or a time somebody typed: {@code 41}, {@code 2026-11-22T09:00:00Z} or {@code
     * 2026-11-22} (its end, UTC).
     *
     * @throws CommandRefused where it is neither, or still to come
     */
    public At parse(String text) {
        var now = now();
        if (text.matches("[0-9]{1,18}")) {
            var position = Long.parseLong(text);
            if (position > now.position()) {
                throw CommandRefused.invalid(
                        "position",
                        text,
                        "the newest position is "
                                + now.position()
                                + ", give that or an earlier one");
            }
            return db.sql("select position, position_time from log_leaf where position = ?")
                    .param(position)
                    .query(ReadPosition::past)
                    .single();
        }
        var time = time(text);
        return db.sql(
                        """
                        select position, position_time from log_leaf
                         where position_time <= ? and position <= ?
                         order by position_time desc, position desc limit 1
                        """)
                .params(java.sql.Timestamp.from(time), now.position())
                .query(ReadPosition::past)
                .optional()
                .map(at -> new At(at.position(), time, true))
                .orElse(new At(-1, time, true));
    }

    /**
     * Waits until the read models have this event, at the longest for the time given; then it is
     * shown as far as they are.
     */
    public void await(String eventId, Duration longest) {
        await(() -> reached(eventId), longest);
    }

    /** The same for an event whose position is known; often answered without asking anybody. */
    public void await(long position, Duration longest) {
        await(() -> brought.get() >= position || now().position() >= position, longest);
    }

    private void await(BooleanSupplier reached, Duration longest) {
        var deadline = System.nanoTime() + longest.toNanos();
        while (!reached.getAsBoolean()) {
            var left = deadline - System.nanoTime();
            if (left <= 0) {
                return;
            }
            lock.lock();
            try {
                // Another instance may be the one that moves it: look again in a while anyhow.
                var unused = moved.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(25)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                lock.unlock();
            }
        }
    }

    /** After a batch, with the position that it committed; -1 where it was rolled back. */
    void signalMoved(long position) {
        brought.accumulateAndGet(position, Math::max);
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean reached(String eventId) {
        return db.sql(
                        """
                        select l.position <= p.position
                          from event e
                          join log_leaf l using (global_index)
                         cross join progress p
                         where e.event_identifier = ?
                        """)
                .param(eventId)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    private static At past(java.sql.ResultSet row, int rowNumber) throws java.sql.SQLException {
        return new At(
                row.getLong(1), row.getObject(2, java.time.OffsetDateTime.class).toInstant(), true);
    }

    private static Instant time(String text) {
        var parsed = instantOrNull(text);
        if (parsed == null) {
            throw CommandRefused.invalid(
                    "position",
                    text,
                    "give a ledger position such as 41, a time such as 2026-11-22T09:00:00Z, or a"
                            + " day such as 2026-11-22");
        }
        return parsed;
    }

    private static @Nullable Instant instantOrNull(String text) {
        try {
            return text.length() == 10
                    ? java.time.LocalDate.parse(text)
                            .plusDays(1)
                            .atStartOfDay(java.time.ZoneOffset.UTC)
                            .toInstant()
                            .minusMillis(1)
                    : java.time.OffsetDateTime.parse(text).toInstant();
        } catch (java.time.format.DateTimeParseException e) {
            return null;
        }
    }
}
