package io.countersign.governance.readmodel;

import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.keys.PersonalKeyring;
import io.countersign.governance.shared.UserId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares the read models in use with a replay of the events, row by row and at one position. The
 * tables in use are read in one snapshot, so nobody waits for it.
 */
public final class ReadModelComparison {
    private static final String CHECKED = "read_model_check";
    private static final int BATCH = 2_000;
    private static final int FETCH = 500;

    /** What a person wrote is sealed with another nonce each time. */
    private static final Pattern SEALED =
            Pattern.compile("\\{\"person\": \"([^\"]+)\", \"sealed\": \"([^\"]+)\"\\}");

    private final DatabaseAccess access;
    private final PersonalKeyring keyring;

    /**
     * A table that is not what the events say.
     *
     * @param table of the read models
     * @param key of the first row that differs, as JSON; null where it has no rows to speak of
     * @param words a sentence with the table, the key and how they differ; without what rows say
     */
    public record Difference(String table, @Nullable String key, String words) {}

    /** A rebuild, or another comparison, is under way. */
    public static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Busy() {
            super(
                    "Read models were not compared, since a rebuild or another comparison was under way.");
        }
    }

    /** Told how far the replay is. */
    @FunctionalInterface
    public interface Progress {
        void at(long done, long total);
    }

    private ReadModelComparison(DatabaseAccess access, PersonalKeyring keyring) {
        this.access = access;
        this.keyring = keyring;
    }

    /**
     * Compares all tables; the first difference of each.
     *
     * @param keys to read what persons wrote
     * @throws Busy where it cannot be done now
     * @throws CancellationException when cancelled
     * @throws RuntimeException where the events cannot be replayed
     */
    public static List<Difference> run(
            DatabaseAccess access, KeyFolder keys, Progress progress, BooleanSupplier cancelled) {
        try (var alone = access.ownerSource().getConnection()) {
            if (!ReplayedTables.alone(alone)) {
                throw new Busy();
            }
            try (var replayed = ReplayedTables.make(access, keys, CHECKED, BATCH)) {
                return new ReadModelComparison(access, replayed.keyring())
                        .run(replayed, progress, cancelled);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database: " + e.getMessage(), e);
        }
    }

    private List<Difference> run(
            ReplayedTables replayed, Progress progress, BooleanSupplier cancelled)
            throws SQLException {
        // Most of it first, so that the snapshot is held for the rest and the comparison only.
        try (var now = access.ownerSource().getConnection()) {
            upTo(replayed, reached(now), progress, cancelled);
        }
        try (var live = access.ownerSource().getConnection();
                var again = access.ownerSource().getConnection()) {
            live.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            live.setReadOnly(true);
            live.setAutoCommit(false);
            again.setAutoCommit(false);
            upTo(replayed, reached(live), progress, cancelled);
            var differences = new ArrayList<Difference>();
            for (var table : tables(live)) {
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException();
                }
                var difference = compare(live, again, table);
                if (difference != null) {
                    differences.add(difference);
                }
            }
            return differences;
        }
    }

    private static void upTo(
            ReplayedTables replayed, long size, Progress progress, BooleanSupplier cancelled) {
        while (replayed.done() < size) {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException();
            }
            progress.at(replayed.done(), size);
            replayed.replay(Math.min(BATCH, size - replayed.done()));
        }
        progress.at(replayed.done(), size);
    }

    private static long reached(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select position + 1 from read_model.progress")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** A table with its primary key. */
    private record Table(String name, List<String> key) {
        String select(String schema) {
            var columns = key.isEmpty() ? "to_jsonb(t)::text" : String.join(", ", key);
            return "select to_jsonb(t)::text, jsonb_build_array(%s)::text from %s.%s t order by %s"
                    .formatted(key.isEmpty() ? "" : columns, schema, name, columns);
        }
    }

    private static List<Table> tables(Connection connection) throws SQLException {
        try (var query =
                        connection.prepareStatement(
                                """
                                select quote_ident(c.relname),
                                       array(select quote_ident(a.attname)
                                               from unnest(i.indkey::int[]) with ordinality k (n, at)
                                               join pg_attribute a on a.attrelid = c.oid
                                                                  and a.attnum = k.n
                                              order by k.at)
                                  from pg_class c
                                  left join pg_index i on i.indrelid = c.oid and i.indisprimary
                                 where c.relnamespace = 'read_model'::regnamespace
                                   and c.relkind = 'r'
                                 order by 1
                                """);
                var row = query.executeQuery()) {
            var found = new ArrayList<Table>();
            while (row.next()) {
                found.add(
                        new Table(
                                row.getString(1), List.of((String[]) row.getArray(2).getArray())));
            }
            return found;
        }
    }

    private @Nullable Difference compare(Connection live, Connection again, Table table)
            throws SQLException {
        try (var ours = live.prepareStatement(table.select(ReplayedTables.LIVE));
                var theirs = again.prepareStatement(table.select(CHECKED));
                var inUse = rows(ours);
                var replayed = rows(theirs)) {
            while (true) {
                var one = inUse.next();
                var other = replayed.next();
                if (!one && !other) {
                    return null;
                }
                if (one
                        && other
                        && opened(inUse.getString(1)).equals(opened(replayed.getString(1)))) {
                    continue;
                }
                var key = one ? inUse.getString(2) : null;
                var expected = other ? replayed.getString(2) : null;
                if (Objects.equals(key, expected)) {
                    return difference(
                            table, key, "is not what the events say: " + columns(inUse, replayed));
                }
                var extra = key != null && !has(again, CHECKED, table, key);
                return extra
                        ? difference(table, key, "comes from no event")
                        : difference(table, expected, "is missing");
            }
        }
    }

    private static ResultSet rows(PreparedStatement statement) throws SQLException {
        statement.setFetchSize(FETCH);
        return statement.executeQuery();
    }

    private static Difference difference(Table table, @Nullable String key, String how) {
        return new Difference(
                table.name(),
                key,
                "In the read model %s the row %s %s. Rebuild the read models after you know why."
                        .formatted(table.name(), key, how));
    }

    private static boolean has(Connection connection, String schema, Table table, String key)
            throws SQLException {
        try (var query =
                connection.prepareStatement(
                        "select 1 from %s.%s t where jsonb_build_array(%s) = ?::jsonb limit 1"
                                .formatted(schema, table.name(), String.join(", ", table.key())))) {
            query.setString(1, key);
            try (var row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Which columns are different; their values are not shown. */
    private String columns(ResultSet inUse, ResultSet replayed) throws SQLException {
        var json = JsonMapper.shared();
        var ours = json.readTree(opened(inUse.getString(1)));
        var theirs = json.readTree(opened(replayed.getString(1)));
        var names = new ArrayList<String>();
        for (var name : ours.propertyNames()) {
            if (!Objects.equals(ours.get(name), theirs.get(name))) {
                names.add(name);
            }
        }
        return "column " + String.join(", ", names);
    }

    private String opened(String row) {
        return row.contains("\"sealed\"")
                ? SEALED.matcher(row)
                        .replaceAll(found ->
                                Matcher.quoteReplacement(
                                        JsonMapper.shared()
                                                .writeValueAsString(
                                                        open(found.group(1), found.group(2)))))
                : row;
    }

    private String open(String person, String sealed) {
        try {
            return keyring.open(new UserId(person), sealed);
        } catch (RuntimeException e) {
            return "unreadable " + sealed;
        }
    }
}
