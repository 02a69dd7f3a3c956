package io.countersign.governance.readmodel;

import io.countersign.governance.eventstore.EventSerializer;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Hands out the tables of the read models, and writes what they hold back in batches. */
@Component
public class ReadTables {
    private final JdbcTemplate db;
    private final JsonMapper json;
    private final List<Buffered> buffered = new ArrayList<>();

    /** Holds changes until the end of a batch. */
    interface Buffered {
        void flush();

        void forget();
    }

    ReadTables(JdbcTemplate db, EventSerializer serializer) {
        this.db = db;
        this.json = serializer.mapper();
    }

    /**
     * A temporal table for one projection.
     *
     * @param key the names of the record's components that identify a row
     */
    public <R extends Record> TemporalTable<R> temporal(String table, Class<R> row, String... key) {
        var made = new TemporalTable<>(db, new RowMapping<>(row, json), table, row, List.of(key));
        buffered.add(made);
        return made;
    }

    /** A table that only ever grows, one row an event or part of one; it has no end of validity. */
    public <R extends Record> GrowingTable<R> growing(String table, Class<R> row) {
        var made = new GrowingTable<>(db, new RowMapping<>(row, json), table);
        buffered.add(made);
        return made;
    }

    /** Reads rows of either kind in queries. */
    public <R extends Record> RowMapper<R> rows(Class<R> row) {
        return new RowMapping<>(row, json);
    }

    void flush() {
        buffered.forEach(Buffered::flush);
    }

    void forget() {
        buffered.forEach(Buffered::forget);
    }
}
