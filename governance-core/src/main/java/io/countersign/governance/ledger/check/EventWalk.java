package io.countersign.governance.ledger.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The table of events against the positions, from the other side: no event without its leaf. */
final class EventWalk {
    private static final int STRETCH = 20_000;

    private final LedgerCheck check;
    private final Connection connection;
    private final CheckedTables.@Nullable Tree tree;
    private long waiting;
    private @Nullable OffsetDateTime oldest;

    EventWalk(LedgerCheck check, Connection connection, CheckedTables.@Nullable Tree tree) {
        this.check = check;
        this.connection = connection;
        this.tree = tree;
    }

    /**
     * @param size that was verified
     * @return what came after, for people
     */
    String run(long size) throws SQLException {
        var total = new CheckedTables(connection).number("select size from log_state");
        long done = 0;
        for (var from = Long.MIN_VALUE; ; ) {
            if (check.cancelled()) {
                throw new LedgerCheck.Interrupted(size);
            }
            check.progress("Looking for events without a position", done, total);
            long to;
            long count;
            try (var query =
                    connection.prepareStatement(
                            """
                            select max(global_index), count(*)
                              from (select global_index from event
                                     where global_index > ? order by global_index limit ?) next
                            """)) {
                query.setLong(1, from);
                query.setInt(2, STRETCH);
                try (var row = query.executeQuery()) {
                    row.next();
                    to = row.getLong(1);
                    count = row.getLong(2);
                }
            }
            if (count == 0) {
                break;
            }
            unplaced(from, to);
            twice(from, to);
            from = to;
            done += count;
        }
        state();
        return after(size);
    }

    private void unplaced(long from, long to) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        """
                        select e.event_identifier, e.payload_type, e.aggregate_identifier,
                               e.global_index, e.tx_id::text, e.recorded_at,
                               (e.tx_id, e.global_index) <= (s.last_tx_id, s.last_global_index)
                               or e.global_index <= s.settled_global_index,
                               e.tx_id >= pg_snapshot_xmax(pg_current_snapshot())
                          from log_state s, event e
                         where e.global_index > ? and e.global_index <= ?
                           and not exists (select from log_leaf l
                                            where l.global_index = e.global_index)
                        """)) {
            query.setLong(1, from);
            query.setLong(2, to);
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    if (row.getBoolean(7) || row.getBoolean(8)) {
                        check.add(
                                Finding.of(
                                        Finding.Kind.EVENT_NEVER_SEQUENCED,
                                        "The event %s (%s of %s, row number %d) has no position and will never get one: its transaction %s %s.",
                                        row.getString(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getLong(4),
                                        row.getString(5),
                                        row.getBoolean(7)
                                                ? "lies below what was sequenced already"
                                                : "has not been yet"));
                    } else {
                        waiting++;
                        var at = row.getObject(6, OffsetDateTime.class);
                        if (oldest == null || at.isBefore(oldest)) {
                            oldest = at;
                        }
                    }
                }
            }
        }
    }

    private void twice(long from, long to) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        """
                        select l.global_index, string_agg(l.position::text, ', ' order by l.position)
                          from log_leaf l
                         where l.global_index > ? and l.global_index <= ?
                         group by l.global_index having count(*) > 1
                        """)) {
            query.setLong(1, from);
            query.setLong(2, to);
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    check.add(
                            Finding.of(
                                    Finding.Kind.EVENT_TWICE,
                                    "The event with row number %d has more than one position: %s.",
                                    row.getLong(1),
                                    row.getString(2)));
                }
            }
        }
    }

    /** The sequencer's cursor against the positions there are. */
    private void state() throws SQLException {
        try (var query =
                        connection.prepareStatement(
                                """
                                select s.size, (select coalesce(max(position), -1) + 1 from log_leaf),
                                       (select count(*) from log_leaf where position < 0)
                                  from log_state s
                                """);
                var row = query.executeQuery()) {
            if (!row.next()) {
                check.add(
                        Finding.of(
                                Finding.Kind.STATE_WRONG,
                                "The row that says how far the sequencer is (log_state) is gone."));
            } else if (row.getLong(1) != row.getLong(2) || row.getLong(3) > 0) {
                check.add(
                        Finding.of(
                                Finding.Kind.STATE_WRONG,
                                "The sequencer is at size %d by its row, but the positions go up to %d.",
                                row.getLong(1),
                                row.getLong(2) - 1));
            }
        }
    }

    private String after(long size) throws SQLException {
        var tables = new CheckedTables(connection);
        var sequenced = tables.number("select size from log_state");
        return "%s %d sequenced later%s; %d wait for a position%s."
                .formatted(
                        tree == null
                                ? "The log has not begun."
                                : "Verified up to size %d:".formatted(size),
                        sequenced - size,
                        sequenced - size == 1 ? " is not covered" : " are not covered",
                        waiting,
                        oldest == null
                                ? ""
                                : " (the oldest since %s)".formatted(oldest.toInstant()));
    }
}
