package io.countersign.governance.bias.engine;

import io.countersign.governance.bias.engine.Cell.Outcome;
import io.countersign.governance.bias.engine.ColumnMapping.Classes;
import io.countersign.governance.bias.engine.ColumnMapping.Score;
import io.countersign.governance.bias.engine.ColumnMapping.Unlisted;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * One CSV file behind DuckDB, read as text. The database lives in memory, may open that one file
 * and a folder of its own to spill to, loads no extension, and its configuration is locked before
 * the file is touched. Names from the file never reach SQL: columns are {@code c0}, {@code c1}, …
 * and values are parameters.
 */
final class DuckDbCells implements AutoCloseable {
    static final int GROUPS = 5_000;
    private static final int CELLS = 200_000;
    private static final int SHOWN = 20;

    private final CsvFile file;
    private final Path link;
    private final Connection duck;
    private final DoubleConsumer progress;

    /**
     * @param privateFolder empty, only for this
     * @param progress told percentages, from another thread
     */
    DuckDbCells(CsvFile file, Path privateFolder, DoubleConsumer progress)
            throws IOException, SQLException {
        this.file = file;
        this.progress = progress;
        // a name of our own: the real one could hold quotes, or wildcards that DuckDB would expand
        link = Files.createSymbolicLink(privateFolder.resolve("log.csv"), file.path().toRealPath());
        duck = DriverManager.getConnection("jdbc:duckdb:");
        var threads = Math.min(4, Runtime.getRuntime().availableProcessors());
        try (var statement = duck.createStatement()) {
            for (var setting :
                    List.of(
                            "memory_limit = '512MB'",
                            "threads = " + threads,
                            "temp_directory = " + quoted(privateFolder.resolve("spill")),
                            "max_temp_directory_size = '8GB'",
                            "autoinstall_known_extensions = false",
                            "autoload_known_extensions = false",
                            "allow_community_extensions = false",
                            "allowed_paths = [" + quoted(link) + "]",
                            "enable_external_access = false",
                            "lock_configuration = true")) {
                statement.execute("SET " + setting);
            }
        } catch (SQLException e) {
            duck.close();
            throw e;
        }
    }

    /**
     * Counts every row of the file in one scan.
     *
     * @throws CommandRefused {@code bias.} {@code missing-columns}, {@code unlisted-values}, {@code
     *     too-many-groups}, {@code unreadable}
     */
    List<Cell> cells(ColumnMapping mapping) throws SQLException {
        Inspection.requireColumns(file.columns(), mapping);
        var sql = new Sql();
        var label = mapping.label();
        sql.add("SELECT ").add(outcome(mapping)).add(" AS p, ");
        sql.add(label == null ? new Sql().add("'MISSING'") : labelled(mapping, label)).add(" AS l");
        for (var attribute : mapping.attributes()) {
            sql.add(", CASE WHEN ").add(missing(attribute, mapping)).add(" THEN NULL");
            sql.add(" ELSE " + column(attribute) + " END");
        }
        sql.add(", count(*) FROM " + rows() + " GROUP BY ALL LIMIT " + (CELLS + 1));
        List<Cell> cells = new ArrayList<>();
        var k = mapping.attributes().size();
        query(
                sql,
                row -> {
                    List<@Nullable String> group = new ArrayList<>(k);
                    for (var i = 0; i < k; i++) {
                        group.add(row.getString(3 + i));
                    }
                    cells.add(
                            new Cell(
                                    Outcome.valueOf(row.getString(1)),
                                    Outcome.valueOf(row.getString(2)),
                                    group,
                                    row.getLong(3 + k)));
                });
        refuseTooMany(mapping, cells);
        requireEveryRow(cells.stream().mapToLong(Cell::rows).sum());
        if (mapping.unlisted() == Unlisted.REFUSE) {
            if (cells.stream().anyMatch(c -> c.prediction() == Outcome.UNLISTED)) {
                refuseUnlisted("prediction", mapping.prediction().column(), outcome(mapping));
            }
            if (label != null && cells.stream().anyMatch(c -> c.label() == Outcome.UNLISTED)) {
                refuseUnlisted("label", label.column(), labelled(mapping, label));
            }
        }
        return cells;
    }

    /** Columns, first rows and values, for a person who maps them. */
    Inspection inspect() throws SQLException {
        var n = file.columns().size();
        // bounded in cells, not rows, so that a wide file costs no more than a long one
        var sample = Math.max(1_000, Math.min(200_000, 4_000_000 / n));
        try (var statement = duck.createStatement()) {
            statement.execute(
                    "CREATE TEMP TABLE sample AS SELECT * FROM " + rows() + " LIMIT " + sample);
        } catch (SQLException e) {
            throw unreadable(e);
        }
        var names = IntStream.range(0, n).mapToObj(i -> "left(c" + i + ", 200)").toList();
        List<List<@Nullable String>> first = new ArrayList<>();
        query(
                new Sql()
                        .add("SELECT " + String.join(", ", names))
                        .add(" FROM sample ORDER BY rowid LIMIT " + Inspection.FIRST_ROWS),
                row -> {
                    List<@Nullable String> cells = new ArrayList<>(n);
                    for (var i = 1; i <= n; i++) {
                        cells.add(row.getString(i));
                    }
                    first.add(cells);
                });
        List<Inspection.Column> columns = new ArrayList<>();
        for (var i = 0; i < n; i++) {
            columns.add(inspectColumn(i));
        }
        return new Inspection(
                file.content(),
                file.rows(),
                Math.min(file.rows(), sample),
                columns,
                first,
                Suggestion.of(columns));
    }

    private Inspection.Column inspectColumn(int i) throws SQLException {
        List<Inspection.Value> values = new ArrayList<>();
        query(
                new Sql()
                        .add("SELECT left(c" + i + ", 200) AS v, count(*) AS n FROM sample")
                        .add(" WHERE c" + i + " IS NOT NULL GROUP BY v ORDER BY n DESC, v")
                        .add(" LIMIT " + (Inspection.VALUES + 1)),
                row -> values.add(new Inspection.Value(row.getString(1), row.getLong(2))));
        var facts = new long[2];
        query(
                new Sql()
                        .add("SELECT count(*) FILTER (c" + i + " IS NULL), count(*) FILTER (")
                        .add("c" + i + " IS NOT NULL AND NOT coalesce(isfinite(TRY_CAST(c" + i)
                        .add(" AS DOUBLE)), false)) FROM sample"),
                row -> {
                    facts[0] = row.getLong(1);
                    facts[1] = row.getLong(2);
                });
        return new Inspection.Column(
                file.columns().get(i),
                values.subList(0, Math.min(values.size(), Inspection.VALUES)),
                values.size() > Inspection.VALUES,
                facts[0],
                facts[1] == 0 && !values.isEmpty());
    }

    /** For the test that proves the lock; nothing else runs SQL of its own. */
    Connection connection() {
        return duck;
    }

    @Override
    public void close() throws SQLException {
        duck.close();
    }

    private String rows() {
        return "read_csv("
                + quoted(link)
                + ", auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"',"
                + " columns = {"
                + IntStream.range(0, file.columns().size())
                        .mapToObj(i -> "'c" + i + "': 'VARCHAR'")
                        .collect(Collectors.joining(", "))
                + "})";
    }

    private String column(String name) {
        return "c" + file.columns().indexOf(name);
    }

    private Sql missing(String name, ColumnMapping mapping) {
        var sql = new Sql().add("(" + column(name) + " IS NULL");
        if (!mapping.missing().isEmpty()) {
            sql.add(" OR ").in(column(name), mapping.missing());
        }
        return sql.add(")");
    }

    private Sql outcome(ColumnMapping mapping) {
        var name = mapping.prediction().column();
        return switch (mapping.prediction().reading()) {
            case Classes(var positive, var negative) -> classes(name, mapping, positive, negative);
            case Score(var threshold) -> {
                var number = "TRY_CAST(" + column(name) + " AS DOUBLE)";
                // NaN and infinity compare as greater than everything in DuckDB
                yield new Sql()
                        .add("CASE WHEN ")
                        .add(missing(name, mapping))
                        .add(" THEN 'MISSING' WHEN NOT coalesce(isfinite(" + number + "), false)")
                        .add(" THEN 'UNLISTED' WHEN " + number + " >= ")
                        .parameter(threshold.doubleValue())
                        .add(" THEN 'POSITIVE' ELSE 'NEGATIVE' END");
            }
        };
    }

    private Sql labelled(ColumnMapping mapping, ColumnMapping.Label label) {
        return classes(label.column(), mapping, label.positive(), label.negative());
    }

    private Sql classes(
            String name, ColumnMapping mapping, List<String> positive, List<String> negative) {
        return new Sql()
                .add("CASE WHEN ")
                .add(missing(name, mapping))
                .add(" THEN 'MISSING' WHEN ")
                .in(column(name), positive)
                .add(" THEN 'POSITIVE' WHEN ")
                .in(column(name), negative)
                .add(" THEN 'NEGATIVE' ELSE 'UNLISTED' END");
    }

    private void refuseTooMany(ColumnMapping mapping, List<Cell> cells) throws SQLException {
        var k = mapping.attributes().size();
        for (var i = 0; i < k; i++) {
            for (var j = i; j < k; j++) {
                var seen = new HashSet<List<@Nullable String>>();
                for (var cell : cells) {
                    seen.add(Arrays.asList(cell.group().get(i), cell.group().get(j)));
                }
                if (seen.size() > GROUPS) {
                    var names =
                            i == j
                                    ? "column '" + mapping.attributes().get(i) + "' has"
                                    : "columns '%s' and '%s' together have"
                                            .formatted(
                                                    mapping.attributes().get(i),
                                                    mapping.attributes().get(j));
                    throw tooMany("The " + names + " more than " + GROUPS + " distinct values");
                }
            }
        }
        if (cells.size() > CELLS) {
            throw tooMany(
                    "The sensitive columns together have more than " + CELLS + " combinations");
        }
    }

    private static CommandRefused tooMany(String what) {
        return new CommandRefused(
                Refusal.invalid(
                                "bias.too-many-groups",
                                what
                                        + ". Name columns of groups, not of single people, or bin them.")
                        .with("field", "attributes"));
    }

    /** DuckDB may skip rows without a word; then two readers disagree, and neither is believed. */
    private void requireEveryRow(long counted) {
        if (counted != file.rows()) {
            throw CsvFile.refused(
                    "unreadable",
                    "The file holds "
                            + file.rows()
                            + " rows, but only "
                            + counted
                            + " could be told apart. Check its line ends and quotes; nothing was"
                            + " assessed.");
        }
    }

    private void refuseUnlisted(String field, String column, Sql outcome) throws SQLException {
        var values = new LinkedHashMap<String, Long>();
        query(
                new Sql()
                        .add("SELECT left(" + column(column) + ", 200) AS v, count(*) AS n FROM ")
                        .add(rows() + " WHERE ")
                        .add(outcome)
                        .add(" = 'UNLISTED' GROUP BY v ORDER BY n DESC, v LIMIT " + SHOWN),
                row -> values.put(row.getString(1), row.getLong(2)));
        throw Inspection.unlisted(field, column, values, values.size() == SHOWN);
    }

    private interface Row {
        void take(java.sql.ResultSet row) throws SQLException;
    }

    private void query(Sql sql, Row each) throws SQLException {
        try (var statement = duck.prepareStatement(sql.toString())) {
            sql.bind(statement);
            try (var _ = new Watch((DuckDBPreparedStatement) statement);
                    var rows = statement.executeQuery()) {
                while (rows.next()) {
                    each.take(rows);
                }
            }
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /** DuckDB's own words name our private folder and go on with advice; its first line will do. */
    private CommandRefused unreadable(SQLException e) {
        var message = String.valueOf(e.getMessage());
        return CsvFile.refused(
                "unreadable",
                "The file cannot be read as CSV: "
                        + message.lines()
                                .findFirst()
                                .orElse("")
                                .replace(link.toString(), "the file"));
    }

    /** A text as an SQL literal. */
    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    /** Looks at a running query a few times a second. */
    private final class Watch implements AutoCloseable {
        private final Thread thread;

        Watch(DuckDBPreparedStatement statement) {
            thread =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    while (true) {
                                        Thread.sleep(250);
                                        var done = statement.getQueryProgress().getPercentage();
                                        if (done >= 0) {
                                            progress.accept(done);
                                        }
                                    }
                                } catch (InterruptedException | SQLException e) {
                                    // over: the query is, or has nothing to say
                                }
                            });
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    /** SQL text with its parameters in order. */
    private static final class Sql {
        private final StringBuilder text = new StringBuilder();
        private final List<Object> parameters = new ArrayList<>();

        Sql add(String part) {
            text.append(part);
            return this;
        }

        Sql add(Sql part) {
            text.append(part.text);
            parameters.addAll(part.parameters);
            return this;
        }

        Sql parameter(Object value) {
            parameters.add(value);
            return add("?");
        }

        Sql in(String column, List<String> values) {
            parameters.addAll(values);
            return add(
                    column
                            + " IN ("
                            + String.join(", ", java.util.Collections.nCopies(values.size(), "?"))
                            + ")");
        }

        void bind(PreparedStatement statement) throws SQLException {
            for (var i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
