package io.countersign.governance.readmodel;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A read-model table whose rows are valid from one ledger position up to another, not including it.
 * A change closes the row and opens the next, so any past position can be shown: {@code valid_from
 * <= P and valid_to > P}. The table has the record's columns and {@code valid_from}, {@code
 * valid_to}, with the key and {@code valid_from} as primary key.
 *
 * <p>Changes are kept until the end of the batch and then written together: one statement closes
 * all rows that no longer hold, one copies all new ones. {@link #current} sees changes before that;
 * it remembers some of the rows that hold, and where it must ask the database it asks for all of
 * the batch at once.
 */
public final class TemporalTable<R extends Record> implements ReadTables.Buffered {
    /** The end of validity of a row that still holds. */
    public static final long OPEN = Long.MAX_VALUE;

    /** Rows remembered from one batch to the next. */
    private static final int REMEMBERED = 500;

    private final JdbcTemplate db;
    private final RowMapping<R> mapping;
    private final ReadTables tables;
    private final List<RecordComponent> key;
    private final String select;
    private final String close;
    private final CopiedRows copied;
    private final Map<List<String>, Pending<R>> pending = new LinkedHashMap<>();

    /** As stored: the row that holds for a key, or that none does; the least used first. */
    private final LinkedHashMap<List<String>, Optional<R>> known =
            new LinkedHashMap<>(16, 0.75f, true);

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
            ReadTables tables,
            String table,
            Class<R> type,
            List<String> keyNames) {
        this.db = db;
        this.mapping = mapping;
        this.tables = tables;
        this.key =
                keyNames.stream()
                        .map(name ->
                                Arrays.stream(type.getRecordComponents())
                                        .filter(c -> c.getName().equals(name))
                                        .findFirst()
                                        .orElseThrow())
                        .toList();
        key.forEach(component -> component.getAccessor().setAccessible(true));
        var columns = keyNames.stream().map(RowMapping::snake).toList();
        var arrays = columns.stream().map(_ -> "?::text[]").collect(Collectors.joining(", "));
        var same = columns.stream().map(c -> "t." + c + " = k." + c).toList();
        this.select =
                "select t.* from unnest(%s) as k (%s) join %s t on %s and t.valid_to = %d"
                        .formatted(
                                arrays,
                                String.join(", ", columns),
                                table,
                                String.join(" and ", same),
                                OPEN);
        this.close =
                "update %s t set valid_to = k.closed_at from unnest(%s, ?::bigint[]) as k (%s, closed_at) where %s and t.valid_to = %d"
                        .formatted(
                                table,
                                arrays,
                                String.join(", ", columns),
                                String.join(" and ", same),
                                OPEN);
        var all = new ArrayList<>(mapping.columnNames());
        all.add("valid_from");
        all.add("valid_to");
        this.copied = new CopiedRows(db, table, all);
    }

    /** The row that holds now, changes of this batch included. */
    public Optional<R> current(Object... keyValues) {
        return current(texts(keyValues));
    }

    private Optional<R> current(List<String> keyValues) {
        var changed = pending.get(keyValues);
        if (changed != null) {
            return changed.open ? Optional.of(changed.rows.getLast().row()) : Optional.empty();
        }
        var row = known.get(keyValues);
        if (row == null) {
            fetch(keyValues);
            row = known.get(keyValues);
        }
        return row == null ? Optional.empty() : row;
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

    private Pending<R> supersede(long position, List<String> keyValues) {
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
        close();
        copied.write(
                pending.values().stream().flatMap(changed -> changed.rows.stream()).toList(),
                span -> {
                    var values = new ArrayList<@Nullable Object>(mapping.values(span.row()));
                    values.add(span.from());
                    values.add(span.to());
                    return values;
                });
        pending.forEach((keyValues, changed) ->
                known.put(
                        keyValues,
                        changed.open
                                ? Optional.of(changed.rows.getLast().row())
                                : Optional.empty()));
        pending.clear();
    }

    /** Rows known not to be there need no closing. */
    private void close() {
        var closing =
                pending.entrySet().stream()
                        .filter(changed -> {
                            var stored = known.get(changed.getKey());
                            return stored == null || stored.isPresent();
                        })
                        .toList();
        if (!closing.isEmpty()) {
            var parameters = arrays(closing.stream().map(Map.Entry::getKey).toList());
            parameters.add(
                    closing.stream()
                            .map(changed -> changed.getValue().closeStoredAt)
                            .toArray(Long[]::new));
            db.update(close, parameters.toArray());
        }
    }

    @Override
    public void settle() {
        var excess = known.size() - REMEMBERED;
        var eldest = known.keySet().iterator();
        for (; excess > 0; excess--) {
            eldest.next();
            eldest.remove();
        }
    }

    @Override
    public void forget() {
        pending.clear();
        known.clear();
    }

    /** With the rows of all streams of the batch that this table may be asked for as well. */
    private void fetch(List<String> keyValues) {
        var wanted =
                key.size() > 1
                        ? List.of(keyValues)
                        : tables.expectedWith(keyValues.getFirst()).stream()
                                .map(List::of)
                                .filter(k -> !known.containsKey(k) && !pending.containsKey(k))
                                .toList();
        wanted.forEach(k -> known.put(k, Optional.empty()));
        db.query(select, mapping, arrays(wanted).toArray())
                .forEach(row -> known.put(keyOf(row), Optional.of(row)));
    }

    /** One array for each column of the key. */
    private List<Object> arrays(List<List<String>> keys) {
        return IntStream.range(0, key.size())
                .<Object>mapToObj(i -> keys.stream().map(k -> k.get(i)).toArray(String[]::new))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private List<String> keyOf(R row) {
        return texts(
                key.stream()
                        .map(component -> {
                            try {
                                return component.getAccessor().invoke(row);
                            } catch (ReflectiveOperationException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .toArray());
    }

    /** Ids and enums by their text, so that a key is the same however it is given. */
    private static List<String> texts(Object... values) {
        return Arrays.stream(values)
                .map(value -> value instanceof Enum<?> named ? named.name() : value.toString())
                .toList();
    }
}
