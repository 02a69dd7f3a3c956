package io.countersign.governance.readmodel;

import io.countersign.governance.eventstore.EventSerializer;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Hands out the tables of the read models, and writes what they hold back in batches. */
@Component
public class ReadTables {
    private final JdbcTemplate db;
    private final JdbcClient queries;
    private final JsonMapper json;
    private final Map<Class<?>, RowMapper<?>> mappings = new ConcurrentHashMap<>();
    private final List<Buffered> buffered = new ArrayList<>();
    private Collection<Set<String>> expected = List.of();

    /** Holds changes until the end of a batch. */
    interface Buffered {
        /** Writes them, in the batch's transaction. */
        void flush();

        /** What was written is committed: may be remembered, as far as it is not too much. */
        void settle();

        /** What was written is not, or somebody else has written since. */
        void forget();
    }

    ReadTables(JdbcTemplate db, EventSerializer serializer) {
        this.db = db;
        this.queries = JdbcClient.create(db);
        this.json = serializer.mapper();
    }

    /**
     * A temporal table for one projection.
     *
     * @param key the names of the record's components that identify a row
     */
    public <R extends Record> TemporalTable<R> temporal(String table, Class<R> row, String... key) {
        var made =
                new TemporalTable<>(
                        db, new RowMapping<>(row, json), this, table, row, List.of(key));
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
        @SuppressWarnings("unchecked") // put below, by the very class
        var mapping =
                (RowMapper<R>) mappings.computeIfAbsent(row, _ -> new RowMapping<>(row, json));
        return mapping;
    }

    /** The rows of a temporal table that held at a position and that somebody may see. */
    public <R extends Record> HeldRows<R> held(
            String table, Class<R> row, At at, Visibility visible) {
        return new HeldRows<>(queries, rows(row), table, at, visible);
    }

    /** The streams of the events to come, so that their rows can be read together. */
    void expect(Collection<SubjectRef> streams) {
        expected =
                streams.stream()
                        .collect(
                                Collectors.groupingBy(
                                        SubjectRef::kind,
                                        Collectors.mapping(SubjectRef::id, Collectors.toSet())))
                        .values();
    }

    /**
     * The keys that are likely to be asked for after this one, and it: the tables have the rows of
     * one kind of stream, by its id.
     */
    Collection<String> expectedWith(String key) {
        return expected.stream()
                .filter(ids -> ids.contains(key))
                .findFirst()
                .orElseGet(() -> Set.of(key));
    }

    void flush() {
        buffered.forEach(Buffered::flush);
    }

    void settle() {
        buffered.forEach(Buffered::settle);
    }

    void forget() {
        buffered.forEach(Buffered::forget);
    }
}
