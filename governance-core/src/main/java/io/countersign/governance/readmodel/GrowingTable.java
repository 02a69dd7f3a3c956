package io.countersign.governance.readmodel;

import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** A read-model table whose rows never change, such as the audit trail. */
public final class GrowingTable<R extends Record> implements ReadTables.Buffered {
    private final RowMapping<R> mapping;
    private final CopiedRows copied;
    private final List<R> rows = new ArrayList<>();

    GrowingTable(JdbcTemplate db, RowMapping<R> mapping, String table) {
        this.mapping = mapping;
        this.copied = new CopiedRows(db, table, mapping.columnNames());
    }

    public void add(R row) {
        rows.add(row);
    }

    @Override
    public void flush() {
        copied.write(rows, mapping::values);
        rows.clear();
    }

    @Override
    public void settle() {}

    @Override
    public void forget() {
        rows.clear();
    }
}
