package io.countersign.governance.ledger;

import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.LedgerRow;
import io.countersign.governance.ledger.entry.MacState;
import io.countersign.governance.ledger.tlog.EdgeTiles;
import io.countersign.governance.ledger.tlog.Frontier;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.TilePath;
import io.countersign.governance.ledger.tlog.Tiles;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables of the log, through one connection. Nothing here is believed without its hashes. */
final class LedgerTables {
    static final String ROWS =
            """
            select l.position, l.position_time, e.global_index, e.event_identifier, e.type,
                   e.aggregate_identifier, e.sequence_number, e.time_stamp, e.payload_type,
                   e.payload_revision, e.payload, e.meta_data, e.salt, e.writer_key_id,
                   e.writer_mac, e.tx_id, e.recorded_at, n.mac_state, n.commitment
              from log_leaf l
              left join event e using (global_index)
              left join log_entry n on n.epoch = ? and n.position = l.position
            """;

    private final Connection connection;

    LedgerTables(Connection connection) {
        this.connection = connection;
    }

    /**
     * One epoch of the log.
     *
     * @param keys public ones, one a line: those that sign, then those that did before
     * @param predecessor the last checkpoint of the epoch before; null in the first
     * @param statement why that could not go on; null in the first
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Tree(
            int epoch,
            String origin,
            String keys,
            byte @Nullable [] predecessor,
            @Nullable String statement,
            Instant begunAt,
            Frontier frontier,
            Hash root) {
        byte[] logId() {
            return LedgerEntry.logId(origin, predecessor);
        }

        long size() {
            return frontier.size();
        }
    }

    /**
     * A sequenced event.
     *
     * @param commitment what the log committed to; null while it is not integrated
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Placed(long position, LedgerRow row, byte @Nullable [] commitment) {}

    /**
     * A published checkpoint.
     *
     * @param note as signed and cosigned
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Published(int epoch, long size, Hash root, byte[] note, Instant at) {}

    /** PostgreSQL's name for this cluster, the same after a restore of its files. */
    long system() throws SQLException {
        return number("select system_identifier from pg_control_system()");
    }

    private static final String TREES =
            "select epoch, origin, keys, predecessor, statement, begun_at, root, frontier from log_tree";

    /** The newest epoch; empty before the log begins. */
    Optional<Tree> tree(boolean forUpdate) throws SQLException {
        return trees(" order by epoch desc limit 1" + (forUpdate ? " for update" : "")).stream()
                .findFirst();
    }

    /** This epoch; empty where there is none. */
    Optional<Tree> tree(int epoch) throws SQLException {
        return trees(" where epoch = " + epoch).stream().findFirst();
    }

    /** The epoch that followed this one: by custom, but not by need, the next number. */
    Optional<Tree> after(int epoch) throws SQLException {
        return trees(" where epoch > " + epoch + " order by epoch limit 1").stream().findFirst();
    }

    /** All epochs, the earliest first. */
    List<Tree> trees() throws SQLException {
        return trees(" order by epoch");
    }

    private List<Tree> trees(String which) throws SQLException {
        try (var query = connection.prepareStatement(TREES + which);
                var row = query.executeQuery()) {
            var trees = new ArrayList<Tree>();
            while (row.next()) {
                trees.add(
                        new Tree(
                                row.getInt(1),
                                row.getString(2),
                                row.getString(3),
                                row.getBytes(4),
                                row.getString(5),
                                row.getObject(6, OffsetDateTime.class).toInstant(),
                                Frontier.parse(row.getBytes(8)),
                                Hash.of(row.getBytes(7))));
            }
            return trees;
        }
    }

    /**
     * Begins an epoch, at the empty tree.
     *
     * @param predecessor the last checkpoint of the epoch before; null in the first
     * @param statement why that could not go on; null in the first
     */
    void begin(
            int epoch,
            String origin,
            String keys,
            byte @Nullable [] predecessor,
            @Nullable String statement)
            throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        insert into log_tree (epoch, origin, keys, predecessor, statement, size,
                                              root, frontier)
                        values (?, ?, ?, ?, ?, 0, ?, ?)
                        """)) {
            insert.setInt(1, epoch);
            insert.setString(2, origin);
            insert.setString(3, keys);
            insert.setBytes(4, predecessor);
            insert.setString(5, statement);
            insert.setBytes(6, Merkle.EMPTY_ROOT.bytes());
            insert.setBytes(7, Frontier.EMPTY.bytes());
            insert.executeUpdate();
        }
    }

    /**
     * Gives every event without a position one, in the order they were written, and moves the
     * sequencer's cursor behind them: for a database whose transaction ids began anew. Whoever
     * appends meanwhile waits for the commit, and comes after all of them.
     */
    void sequenceTheRest(long system) throws SQLException {
        try (var lock = connection.createStatement()) {
            lock.execute("lock table event in share row exclusive mode");
        }
        // Ids of transactions that are open now, or begin later, are not below the oldest open one.
        try (var insert =
                        connection.prepareStatement(
                                """
                                insert into log_leaf (position, global_index, position_time)
                                select s.size + row_number() over w - 1, e.global_index,
                                       greatest(s.last_time, max(e.time_stamp::timestamptz) over w)
                                  from event e
                                  left join log_leaf l using (global_index)
                                 cross join log_state s
                                 where l.position is null
                                window w as (order by e.global_index)
                                """);
                var move =
                        connection.prepareStatement(
                                """
                                update log_state
                                   set size = greatest(size, (select coalesce(max(position) + 1, 0)
                                                                from log_leaf)),
                                       last_tx_id = pg_snapshot_xmin(pg_current_snapshot()),
                                       last_global_index = 0,
                                       settled_global_index =
                                           (select coalesce(max(global_index), 0) from event),
                                       last_time = greatest(last_time,
                                                            (select max(position_time)
                                                               from log_leaf)),
                                       system_identifier = ?
                                """)) {
            insert.executeUpdate();
            move.setLong(1, system);
            move.executeUpdate();
        }
    }

    /** Says with what the log's checkpoints can be verified now: all its keys, retired ones too. */
    void keys(int epoch, String keys) throws SQLException {
        try (var update =
                connection.prepareStatement("update log_tree set keys = ? where epoch = ?")) {
            update.setString(1, keys);
            update.setInt(2, epoch);
            update.executeUpdate();
        }
    }

    /**
     * The events at the positions from one up to another (exclusive), as far as there are.
     *
     * @throws LedgerFault where an event of the ledger is gone, or a position has none
     */
    List<Placed> rows(int epoch, long from, long to) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        ROWS + " where l.position >= ? and l.position < ? order by l.position")) {
            query.setInt(1, epoch);
            query.setLong(2, from);
            query.setLong(3, to);
            try (var row = query.executeQuery()) {
                var rows = new ArrayList<Placed>();
                while (row.next()) {
                    var placed = placed(row);
                    if (placed.position() != from + rows.size()) {
                        throw gone(from + rows.size());
                    }
                    rows.add(placed);
                }
                return rows;
            }
        }
    }

    /** The events at these positions, in ledger order, as far as there are. */
    List<Placed> rows(int epoch, List<Long> positions) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        ROWS + " where l.position = any (?) order by l.position")) {
            query.setInt(1, epoch);
            query.setArray(2, connection.createArrayOf("bigint", positions.toArray(Long[]::new)));
            try (var row = query.executeQuery()) {
                var rows = new ArrayList<Placed>();
                while (row.next()) {
                    rows.add(placed(row));
                }
                return rows;
            }
        }
    }

    /** Of an event; -1 where it is unknown or has none yet. */
    long position(String eventId) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        """
                        select l.position from event e join log_leaf l using (global_index)
                         where e.event_identifier = ?
                        """)) {
            query.setString(1, eventId);
            try (var row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : -1;
            }
        }
    }

    static Placed placed(ResultSet row) throws SQLException {
        var position = row.getLong(1);
        if (row.getString(4) == null) {
            throw gone(position);
        }
        return new Placed(
                position,
                new LedgerRow(
                        row.getLong(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getLong(7),
                        row.getString(8),
                        row.getString(9),
                        row.getString(10),
                        row.getBytes(11),
                        row.getBytes(12),
                        row.getBytes(13),
                        row.getString(14),
                        row.getBytes(15),
                        Long.parseUnsignedLong(row.getString(16)),
                        micros(row, 17),
                        micros(row, 2),
                        MacState.ofCode(row.getInt(18))),
                row.getBytes(19));
    }

    private static long micros(ResultSet row, int column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
    }

    private static LedgerFault gone(long position) {
        return new LedgerFault(
                LedgerFault.Kind.EVENT_GONE,
                "The event at ledger position %d is gone from the database.".formatted(position));
    }

    void insertEntries(int epoch, long first, List<byte[]> commitments, List<MacState> states)
            throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        insert into log_entry (epoch, position, mac_state, commitment)
                        select ?, ? + n - 1, s, c
                          from unnest(?::smallint[], ?::bytea[]) with ordinality as given (s, c, n)
                        """)) {
            insert.setInt(1, epoch);
            insert.setLong(2, first);
            insert.setArray(
                    3,
                    connection.createArrayOf(
                            "smallint",
                            states.stream().map(s -> (short) s.code()).toArray(Short[]::new)));
            insert.setArray(
                    4, connection.createArrayOf("bytea", commitments.toArray(byte[][]::new)));
            insert.executeUpdate();
        }
    }

    void insertTiles(int epoch, List<EdgeTiles.Tile> tiles) throws SQLException {
        if (tiles.isEmpty()) {
            return;
        }
        try (var insert =
                connection.prepareStatement(
                        "insert into log_tile (epoch, level, n, root, hashes) values (?, ?, ?, ?, ?)")) {
            for (var tile : tiles) {
                insert.setInt(1, epoch);
                insert.setInt(2, tile.path().level());
                insert.setLong(3, tile.path().index());
                insert.setBytes(4, tile.root().bytes());
                insert.setBytes(5, tile.hashes());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Moves the tree on from a size, or fails where it has another one. */
    void grow(int epoch, long from, Frontier to) throws SQLException {
        try (var update =
                connection.prepareStatement(
                        """
                        update log_tree set size = ?, root = ?, frontier = ?
                         where epoch = ? and size = ?
                        """)) {
            update.setLong(1, to.size());
            update.setBytes(2, to.root().bytes());
            update.setBytes(3, to.bytes());
            update.setInt(4, epoch);
            update.setLong(5, from);
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("the tree is not of size " + from + " any more");
            }
        }
    }

    /**
     * A tile as wide as it is asked for, from its row or, where it is partial, from what it is made
     * of.
     *
     * @return fewer bytes than asked for where the log has not so much
     */
    byte[] tile(int epoch, TilePath.Hashes tile) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        "select hashes from log_tile where epoch = ? and level = ? and n = ?")) {
            query.setInt(1, epoch);
            query.setInt(2, tile.level());
            query.setLong(3, tile.index());
            try (var row = query.executeQuery()) {
                if (row.next()) {
                    return java.util.Arrays.copyOf(row.getBytes(1), tile.width() * Hash.BYTES);
                }
            }
        }
        var hashes = new ByteArrayOutputStream();
        if (tile.level() == 0) {
            for (var commitment : commitments(epoch, tile.index() * TilePath.FULL, tile.width())) {
                hashes.writeBytes(Merkle.leaf(LedgerEntry.of(commitment)).bytes());
            }
            return hashes.toByteArray();
        }
        try (var query =
                connection.prepareStatement(
                        """
                        select root from log_tile
                         where epoch = ? and level = ? and n >= ? and n < ? order by n
                        """)) {
            query.setInt(1, epoch);
            query.setInt(2, tile.level() - 1);
            query.setLong(3, tile.index() * TilePath.FULL);
            query.setLong(4, tile.index() * TilePath.FULL + tile.width());
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    hashes.writeBytes(row.getBytes(1));
                }
            }
        }
        return hashes.toByteArray();
    }

    /** The tiles of an epoch, for proofs. */
    Tiles tiles(int epoch) {
        return tile -> {
            try {
                return tile(epoch, tile);
            } catch (SQLException e) {
                throw new IllegalStateException("cannot read " + tile.path(), e);
            }
        };
    }

    /** What stands in so many entries from a position on, as far as there are. */
    List<byte[]> commitments(int epoch, long from, int most) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        """
                        select commitment from log_entry
                         where epoch = ? and position >= ? and position < ? order by position
                        """)) {
            query.setInt(1, epoch);
            query.setLong(2, from);
            query.setLong(3, from + most);
            try (var row = query.executeQuery()) {
                var found = new ArrayList<byte[]>();
                while (row.next()) {
                    found.add(row.getBytes(1));
                }
                return found;
            }
        }
    }

    /** The newest published checkpoint of an epoch. */
    Optional<Published> newest(int epoch) throws SQLException {
        return published("epoch = ? and size >= ? order by size desc limit 1", epoch, 0);
    }

    /** The smallest published checkpoint of at least this size. */
    Optional<Published> firstCovering(int epoch, long size) throws SQLException {
        return published("epoch = ? and size >= ? order by size limit 1", epoch, size);
    }

    private Optional<Published> published(String where, int epoch, long size) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        "select epoch, size, root, note, published_at from log_checkpoint where "
                                + where)) {
            query.setInt(1, epoch);
            query.setLong(2, size);
            try (var row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(
                                new Published(
                                        row.getInt(1),
                                        row.getLong(2),
                                        Hash.of(row.getBytes(3)),
                                        row.getBytes(4),
                                        row.getObject(5, OffsetDateTime.class).toInstant()))
                        : Optional.empty();
            }
        }
    }

    /** What is there already stays. */
    void publish(int epoch, long size, Hash root, byte[] note, Instant at) throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        insert into log_checkpoint (epoch, size, root, note, published_at)
                        values (?, ?, ?, ?, ?) on conflict do nothing
                        """)) {
            insert.setInt(1, epoch);
            insert.setLong(2, size);
            insert.setBytes(3, root.bytes());
            insert.setBytes(4, note);
            insert.setTimestamp(5, Timestamp.from(at));
            insert.executeUpdate();
        }
    }

    /**
     * Where the ledger is.
     *
     * @param oldestUnsequenced when the oldest event without a position was written
     * @param oldestUnpublished when the oldest event that no checkpoint covers was written
     */
    record Progress(
            long sequenced,
            long integrated,
            @Nullable Instant oldestUnsequenced,
            @Nullable Instant oldestUnpublished,
            long badMacs,
            @Nullable Long firstBadMac) {}

    Progress state() throws SQLException {
        try (var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                with tree as (select epoch, size from log_tree
                                               order by epoch desc limit 1),
                                     published as (select coalesce(max(c.size), 0) as size
                                                     from log_checkpoint c, tree t
                                                    where c.epoch = t.epoch),
                                     bad as (select count(*) as n, min(n.position) as first
                                               from log_entry n, tree t
                                              where n.epoch = t.epoch and n.mac_state > 0)
                                select s.size, coalesce((select size from tree), 0),
                                       (select e.recorded_at from event e
                                         where (e.tx_id, e.global_index)
                                             > (s.last_tx_id, s.last_global_index)
                                           and e.global_index > s.settled_global_index
                                         order by e.tx_id, e.global_index limit 1),
                                       (select e.recorded_at
                                          from log_leaf l join event e using (global_index)
                                         where l.position = p.size),
                                       b.n, b.first
                                  from log_state s, published p, bad b
                                """)) {
            row.next();
            var first = row.getLong(6);
            var firstBad = row.wasNull() ? null : (Long) first;
            return new Progress(
                    row.getLong(1),
                    row.getLong(2),
                    instant(row, 3),
                    instant(row, 4),
                    row.getLong(5),
                    firstBad);
        }
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    boolean flag(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    long number(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
