package io.countersign.governance.readmodel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** A read-model table whose rows never change, such as the audit trail. */
public final class GrowingTable<R extends Record> implements ReadTables.Buffered {
    private final JdbcTemplate db;
    private final RowMapping<R> mapping;
    private final String insert;
    private final List<@Nullable Object[]> rows = new ArrayList<>();

    GrowingTable(JdbcTemplate db, RowMapping<R> mapping, String table) {
        this.db = db;
        this.mapping = mapping;
        this.insert =
                "insert into %s (%s) values (%s)"
                        .formatted(
                                table,
                                String.join(", ", mapping.columnNames()),
                                String.join(", ", mapping.parameters()));
    }

    public void add(R row) {
        rows.add(mapping.values(row).toArray());
    }

    @Override
    public void flush() {
        if (!rows.isEmpty()) {
            db.batchUpdate(insert, new ArrayList<>(rows));
            rows.clear();
        }
    }

    @Override
    public void forget() {
        rows.clear();
    }
}
