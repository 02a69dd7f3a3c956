package io.countersign.governance.ledger.check;

import io.countersign.governance.ledger.WriterKeys;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.ledger.entry.MacState;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.TilePath;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Reads stretches of the ledger through a connection of its own and checks each row by itself:
 * commitment and MAC from the stored bytes. One thread at a time.
 */
final class RowReader implements AutoCloseable {
    private static final String ROWS =
            """
            select l.position, l.position_time, l.global_index, e.event_identifier, e.type,
                   e.aggregate_identifier, e.sequence_number, e.time_stamp, e.payload_type,
                   e.payload_revision, e.payload, e.meta_data, e.salt, e.writer_key_id,
                   e.writer_mac, e.tx_id, e.recorded_at, n.mac_state, n.commitment
              from log_leaf l
              left join event e on e.global_index = l.global_index
              left join log_entry n on n.epoch = ? and n.position = l.position
             where l.position >= ? and l.position < ?
             order by l.position
            """;
    private static final int MOST_ROWS_AT_ONCE = 512;
    private static final int LEAST_ROWS_AT_ONCE = 8;
    private static final long BYTES_AT_ONCE = 8L << 20;

    private final Connection connection;
    private final WriterKeys writers;
    private final PreparedStatement rows;
    private int rowsAtOnce = MOST_ROWS_AT_ONCE;

    /**
     * A row that was looked at.
     *
     * @param leaf of the stored commitment; null where there is none
     * @param stream null where the event is gone
     */
    record Row(
            long position,
            @Nullable Hash leaf,
            @Nullable String eventId,
            @Nullable String stream,
            long sequence,
            long positionTime,
            long recordedAt) {}

    /** A row whose commitment is another than the stored one: maybe it belongs elsewhere. */
    record Strayed(long position, Hash stored, Hash computed, Finding finding) {}

    /** A full tile as stored. */
    record StoredTile(Hash root, byte[] hashes) {}

    /** Positions from one up to another, not including it. */
    record Stretch(
            long from,
            long to,
            List<Row> rows,
            List<Finding> findings,
            List<Strayed> strayed,
            Map<Long, StoredTile> tiles) {}

    /**
     * @param connection to be closed with this; nobody else uses it
     */
    RowReader(Connection connection, WriterKeys writers) throws SQLException {
        this.connection = connection;
        this.writers = writers;
        connection.setAutoCommit(false);
        // Binary at once: payloads as hexadecimal text would cost more than hashing them.
        connection.unwrap(PGConnection.class).setPrepareThreshold(-1);
        try (var set = connection.createStatement()) {
            // A stretch is looked up by three keys, whatever the planner knows of the tables.
            set.execute(
                    "set plan_cache_mode = force_custom_plan; set enable_hashjoin = off;"
                            + " set enable_mergejoin = off; set enable_seqscan = off");
        }
        connection.commit();
        rows = connection.prepareStatement(ROWS);
    }

    /**
     * @param logId of the epoch; null to look at events only, where they have no entries yet
     */
    Stretch read(int epoch, byte @Nullable [] logId, long from, long to) throws SQLException {
        var found = new ArrayList<Row>((int) (to - from));
        var findings = new ArrayList<Finding>();
        var strayed = new ArrayList<Strayed>();
        rows.setInt(1, epoch);
        rows.setLong(2, from);
        rows.setLong(3, to);
        rows.setFetchSize(rowsAtOnce);
        long largest = 1;
        try (var row = rows.executeQuery()) {
            while (row.next()) {
                largest = Math.max(largest, look(row, logId, found, findings, strayed));
            }
        }
        rowsAtOnce =
                (int) Math.clamp(BYTES_AT_ONCE / largest, LEAST_ROWS_AT_ONCE, MOST_ROWS_AT_ONCE);
        var tiles = logId == null ? Map.<Long, StoredTile>of() : tiles(epoch, from, to);
        connection.commit();
        return new Stretch(from, to, found, findings, strayed, tiles);
    }

    /** Looks at one; how many bytes it is about. */
    private long look(
            ResultSet row,
            byte @Nullable [] logId,
            List<Row> found,
            List<Finding> findings,
            List<Strayed> strayed)
            throws SQLException {
        var position = row.getLong(1);
        var commitment = row.getBytes(19);
        var leaf =
                commitment == null || commitment.length != Hash.BYTES
                        ? null
                        : Merkle.leaf(LedgerEntry.of(commitment));
        if (logId != null && leaf == null) {
            findings.add(
                    Finding.at(
                            Finding.Kind.ENTRY_MISSING,
                            position,
                            "The log has no entry at position %d.",
                            position));
        }
        if (row.getString(4) == null) {
            findings.add(
                    Finding.at(
                            Finding.Kind.EVENT_GONE,
                            position,
                            "The event at ledger position %d (row number %d) is gone from the table of events.",
                            position,
                            row.getLong(3)));
            found.add(new Row(position, leaf, null, null, 0, micros(row, 2), Long.MIN_VALUE));
            return 1;
        }
        LedgerRow event;
        try {
            event = event(row);
        } catch (RuntimeException e) {
            findings.add(
                    Finding.at(
                            Finding.Kind.ROW_UNREADABLE,
                            position,
                            "The event %s at ledger position %d cannot be read: %s",
                            row.getString(4),
                            position,
                            e.getMessage()));
            found.add(new Row(position, leaf, row.getString(4), null, 0, 0, Long.MIN_VALUE));
            return 1;
        }
        var mac = writers.check(event);
        if (logId != null && leaf != null) {
            committed(position, event, mac, logId, commitment, findings, strayed);
        }
        macs(position, event, mac, leaf != null, findings);
        found.add(
                new Row(
                        position,
                        leaf,
                        event.eventId(),
                        event.stream(),
                        event.sequenceNumber(),
                        event.positionTime(),
                        event.recordedAt()));
        return event.payload().length + event.metadata().length;
    }

    private static void committed(
            long position,
            LedgerRow event,
            MacState mac,
            byte[] logId,
            byte[] commitment,
            List<Finding> findings,
            List<Strayed> strayed) {
        byte[] computed;
        try {
            computed = LedgerEntry.commitment(logId, event);
        } catch (IllegalArgumentException e) {
            findings.add(
                    Finding.at(
                            Finding.Kind.ROW_CHANGED,
                            position,
                            "%s is not what the ledger committed to: %s",
                            named(position, event),
                            e.getMessage()));
            return;
        }
        if (!Arrays.equals(computed, commitment)) {
            strayed.add(
                    new Strayed(
                            position,
                            Hash.of(commitment),
                            Hash.of(computed),
                            Finding.at(
                                    Finding.Kind.ROW_CHANGED,
                                    position,
                                    "%s is not what the ledger committed to. %s",
                                    named(position, event),
                                    switch (mac) {
                                        case VERIFIED ->
                                                "What the product wrote of it is unchanged; its number, transaction, times or the finding about its MAC are not.";
                                        case WRONG ->
                                                "Its writer's MAC is wrong too: what the product wrote was changed.";
                                        case UNKNOWN_KEY ->
                                                "The key of its writer's MAC is not known here.";
                                    })));
        }
    }

    private static void macs(
            long position,
            LedgerRow event,
            MacState mac,
            boolean integrated,
            List<Finding> findings) {
        if (integrated && mac != event.macState()) {
            findings.add(
                    Finding.at(
                            Finding.Kind.MAC_STATE,
                            position,
                            "%s has a writer's MAC that is %s now and was recorded as %s (key %s).",
                            named(position, event),
                            mac.title(),
                            event.macState().title(),
                            event.writerKeyId()));
        } else if (mac == MacState.WRONG) {
            findings.add(
                    Finding.at(
                            Finding.Kind.MAC_WRONG,
                            position,
                            "%s was not written by the product: its MAC is not that of the key %s it names.",
                            named(position, event),
                            event.writerKeyId()));
        } else if (mac == MacState.UNKNOWN_KEY) {
            findings.add(
                    Finding.at(
                            Finding.Kind.MAC_UNKNOWN_KEY,
                            position,
                            "%s names the writer key %s, which is none of the product's keys here.",
                            named(position, event),
                            event.writerKeyId()));
        }
    }

    private static String named(long position, LedgerRow event) {
        return "The event %s at ledger position %d (%s of %s)"
                .formatted(event.eventId(), position, event.payloadType(), event.stream());
    }

    /** Level 0, for the stretch. */
    private Map<Long, StoredTile> tiles(int epoch, long from, long to) throws SQLException {
        return tiles(connection, epoch, 0, from / TilePath.FULL, to / TilePath.FULL);
    }

    static Map<Long, StoredTile> tiles(
            Connection connection, int epoch, int level, long from, long to) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        """
                        select n, root, hashes from log_tile
                         where epoch = ? and level = ? and n >= ? and n < ?
                        """)) {
            query.setInt(1, epoch);
            query.setInt(2, level);
            query.setLong(3, from);
            query.setLong(4, to);
            var found = new HashMap<Long, StoredTile>();
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    found.put(
                            row.getLong(1),
                            new StoredTile(Hash.of(row.getBytes(2)), row.getBytes(3)));
                }
            }
            return found;
        }
    }

    private static LedgerRow event(ResultSet row) throws SQLException {
        var state = row.getInt(18);
        return new LedgerRow(
                row.getLong(3),
                text(row, 4),
                row.getString(5),
                text(row, 6),
                row.getLong(7),
                text(row, 8),
                text(row, 9),
                row.getString(10),
                bytes(row, 11),
                bytes(row, 12),
                bytes(row, 13),
                text(row, 14),
                bytes(row, 15),
                Long.parseUnsignedLong(text(row, 16)),
                micros(row, 17),
                micros(row, 2),
                MacState.ofCode(state));
    }

    private static String text(ResultSet row, int column) throws SQLException {
        var value = row.getString(column);
        if (value == null) {
            throw new IllegalArgumentException(
                    row.getMetaData().getColumnName(column) + " is empty");
        }
        return value;
    }

    private static byte[] bytes(ResultSet row, int column) throws SQLException {
        var value = row.getBytes(column);
        if (value == null) {
            throw new IllegalArgumentException(
                    row.getMetaData().getColumnName(column) + " is empty");
        }
        return value;
    }

    private static long micros(ResultSet row, int column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        if (time == null || time.equals(OffsetDateTime.MIN) || time.equals(OffsetDateTime.MAX)) {
            throw new IllegalArgumentException(
                    row.getMetaData().getColumnName(column) + " is no time");
        }
        return ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
