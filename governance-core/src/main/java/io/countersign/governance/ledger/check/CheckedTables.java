package io.countersign.governance.ledger.check;

import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.tlog.Hash;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The small tables of the log, as they stand, read with as little trust as can be. */
final class CheckedTables {
    private final Connection connection;

    CheckedTables(Connection connection) {
        this.connection = connection;
    }

    /** An epoch as its row says. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Tree(
            int epoch,
            String origin,
            byte @Nullable [] predecessor,
            long size,
            Hash root,
            byte[] frontier) {
        byte[] logId() {
            return LedgerEntry.logId(origin, predecessor);
        }
    }

    /** A published checkpoint as its row says. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Published(long size, Hash root, byte[] note) {}

    long system() throws SQLException {
        return number("select system_identifier from pg_control_system()");
    }

    /** The cluster that the sequencer works in; null before its first batch. */
    @Nullable Long sequencedIn() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select system_identifier from log_state")) {
            return row.next() && row.getObject(1) != null ? row.getLong(1) : null;
        }
    }

    /** All epochs, the earliest first. */
    List<Tree> trees() throws SQLException {
        try (var query =
                        connection.prepareStatement(
                                "select epoch, origin, predecessor, size, root, frontier from log_tree order by epoch");
                var row = query.executeQuery()) {
            var found = new ArrayList<Tree>();
            while (row.next()) {
                found.add(
                        new Tree(
                                row.getInt(1),
                                row.getString(2),
                                row.getBytes(3),
                                row.getLong(4),
                                Hash.of(row.getBytes(5)),
                                row.getBytes(6)));
            }
            return found;
        }
    }

    /** The next so many published checkpoints above a size, by size. */
    List<Published> checkpoints(int epoch, long above, int most) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        """
                        select size, root, note from log_checkpoint
                         where epoch = ? and size > ? order by size limit ?
                        """)) {
            query.setInt(1, epoch);
            query.setLong(2, above);
            query.setInt(3, most);
            try (var row = query.executeQuery()) {
                var found = new ArrayList<Published>();
                while (row.next()) {
                    found.add(
                            new Published(
                                    row.getLong(1), Hash.of(row.getBytes(2)), row.getBytes(3)));
                }
                return found;
            }
        }
    }

    /** What stands in an entry; null where there is none. */
    byte @Nullable [] commitment(int epoch, long position) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        "select commitment from log_entry where epoch = ? and position = ?")) {
            query.setInt(1, epoch);
            query.setLong(2, position);
            try (var row = query.executeQuery()) {
                return row.next() ? row.getBytes(1) : null;
            }
        }
    }

    long number(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
