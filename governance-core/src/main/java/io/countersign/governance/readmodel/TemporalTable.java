package io.countersign.governance.readmodel;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A read-model table whose rows are valid from one ledger position up to another, not including it.
 * A change closes the row and opens the next, so any past position can be shown: {@code valid_from
 * <= P and valid_to > P}. The table has the record's columns and {@code valid_from}, {@code
 * valid_to}, with the key and {@code valid_from} as primary key.
 *
 * <p>Changes are kept until the end of the batch and then written together; reads through {@link
 * #current} see them before.
 */
public final class TemporalTable<R extends Record> implements ReadTables.Buffered {
    /** The end of validity of a row that still holds. */
    public static final long OPEN = Long.MAX_VALUE;

    private final JdbcTemplate db;
    private final RowMapping<R> mapping;
    private final List<RecordComponent> key;
    private final String select;
    private final String close;
    private final String insert;
    private final Map<List<Object>, Pending<R>> pending = new LinkedHashMap<>();

    /**
     * What has become of one key in this batch: rows already superseded, and the one that holds.
     */
    private static final class Pending<R> {
        long closeStoredAt = -1;
        final List<Span<R>> rows = new ArrayList<>();
        boolean open;
    }

    private record Span<R>(R row, long from, long to) {}

    TemporalTable(
            JdbcTemplate db,
            RowMapping<R> mapping,
            String table,
            Class<R> type,
            List<String> keyNames) {
        this.db = db;
        this.mapping = mapping;
        this.key =
                keyNames.stream()
                        .map(name ->
                                Arrays.stream(type.getRecordComponents())
                                        .filter(c -> c.getName().equals(name))
                                        .findFirst()
                                        .orElseThrow())
                        .toList();
        var where =
                String.join(
                        " and ",
                        keyNames.stream().map(name -> RowMapping.snake(name) + " = ?").toList());
        this.select = "select * from %s where %s and valid_to = %d".formatted(table, where, OPEN);
        this.close =
                "update %s set valid_to = ? where %s and valid_to = %d"
                        .formatted(table, where, OPEN);
        this.insert =
                "insert into %s (%s, valid_from, valid_to) values (%s, ?, ?)"
                        .formatted(
                                table,
                                String.join(", ", mapping.columnNames()),
                                String.join(", ", mapping.parameters()));
    }

    /** The row that holds now, changes of this batch included. */
    public Optional<R> current(Object... keyValues) {
        var changed = pending.get(texts(keyValues));
        if (changed != null) {
            return changed.open ? Optional.of(changed.rows.getLast().row()) : Optional.empty();
        }
        return db.query(select, mapping, texts(keyValues).toArray()).stream().findFirst();
    }

    /** From this position on, this row holds for its key. */
    public void put(long position, R row) {
        var changed = supersede(position, keyOf(row));
        changed.rows.add(new Span<>(row, position, OPEN));
        changed.open = true;
    }

    /** Changes the row that holds; does nothing where there is none. */
    public void change(long position, UnaryOperator<R> change, Object... keyValues) {
        current(keyValues).ifPresent(row -> put(position, change.apply(row)));
    }

    /** From this position on, no row holds for this key. */
    public void end(long position, Object... keyValues) {
        supersede(position, texts(keyValues)).open = false;
    }

    private Pending<R> supersede(long position, List<Object> keyValues) {
        var changed = pending.computeIfAbsent(keyValues, _ -> new Pending<>());
        if (changed.closeStoredAt < 0) {
            changed.closeStoredAt = position;
        }
        if (changed.open) {
            var last = changed.rows.removeLast();
            // Two changes by one event are one change: a row that held for no position is dropped.
            if (last.from() < position) {
                changed.rows.add(new Span<>(last.row(), last.from(), position));
            }
        }
        return changed;
    }

    @Override
    public void flush() {
        if (pending.isEmpty()) {
            return;
        }
        var closing = new ArrayList<Object[]>();
        var rows = new ArrayList<@Nullable Object[]>();
        pending.forEach((keyValues, changed) -> {
            var parameters = new ArrayList<Object>();
            parameters.add(changed.closeStoredAt);
            parameters.addAll(keyValues);
            closing.add(parameters.toArray());
            for (var span : changed.rows) {
                var values = new ArrayList<@Nullable Object>(mapping.values(span.row()));
                values.add(span.from());
                values.add(span.to());
                rows.add(values.toArray());
            }
        });
        db.batchUpdate(close, closing);
        if (!rows.isEmpty()) {
            db.batchUpdate(insert, rows);
        }
        pending.clear();
    }

    @Override
    public void forget() {
        pending.clear();
    }

    private List<Object> keyOf(R row) {
        return texts(
                key.stream()
                        .map(component -> {
                            try {
                                component.getAccessor().setAccessible(true);
                                return component.getAccessor().invoke(row);
                            } catch (ReflectiveOperationException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .toArray());
    }

    /** Ids and enums by their text, so that a key is the same however it is given. */
    private static List<Object> texts(Object... values) {
        return Arrays.stream(values)
                .map(value ->
                        switch (value) {
                            case Number number -> (Object) number.longValue();
                            case Enum<?> named -> named.name();
                            default -> value.toString();
                        })
                .toList();
    }
}
