package io.countersign.governance.eventstore;

import io.countersign.governance.shared.SubjectRef;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.eventsourcing.EventStreamUtils;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Locks streams for the command that runs on this thread and reads their events, in one round trip
 * to the database: first the locks, then, in a statement of its own and so with a snapshot taken
 * after them, the events. What was read under a lock cannot change until the command ends, so it is
 * kept until then and not asked for twice.
 */
@Component
class LockedStreams {
    private static final String EVENTS =
            """
            select event_identifier, type, aggregate_identifier, sequence_number, time_stamp,
                   payload_type, payload_revision, payload, meta_data
              from event where aggregate_identifier = ? order by sequence_number
            """;

    private final JdbcTemplate db;
    private final EventSerializer serializer;
    private final ThreadLocal<@Nullable Map<String, List<DomainEventMessage<?>>>> held =
            new ThreadLocal<>();

    LockedStreams(JdbcTemplate db, EventSerializer serializer) {
        this.db = db;
        this.serializer = serializer;
    }

    /**
     * Begins a command: an exclusive lock on the stream it writes, then shared ones in the order of
     * their names, and the events of the stream written and of those relied on.
     *
     * @param locked to be locked shared without being read
     * @param relied to be locked shared and read
     */
    void begin(SubjectRef written, Collection<SubjectRef> locked, Collection<SubjectRef> relied) {
        begin(List.of(written), locked, relied);
    }

    /** The same for several that are written; they are locked in the order of their names. */
    void begin(
            Collection<SubjectRef> written,
            Collection<SubjectRef> locked,
            Collection<SubjectRef> relied) {
        held.set(new HashMap<>());
        var exclusive = new TreeSet<>(written);
        var shared = new TreeSet<>(locked);
        shared.addAll(relied);
        shared.removeAll(exclusive);
        var read = new TreeSet<>(relied);
        read.addAll(exclusive);
        if (!read.isEmpty() || !shared.isEmpty()) {
            lockAndRead(exclusive, shared, read);
        }
    }

    /** Locks these exclusively besides, in the order of their names, and reads them. */
    void write(Collection<SubjectRef> streams) {
        var written = new TreeSet<>(streams);
        if (!written.isEmpty()) {
            lockAndRead(written, List.of(), written);
        }
    }

    /** Whether a command runs on this thread. */
    boolean inCommand() {
        return held.get() != null;
    }

    /** Locks these shared and reads them, those not held yet. Outside a command it only locks. */
    void rely(Collection<SubjectRef> streams) {
        var reads = held.get();
        var missing = new TreeSet<>(streams);
        if (reads == null) {
            lockAndRead(List.of(), missing, List.of());
        } else {
            missing.removeIf(stream -> reads.containsKey(stream.toString()));
            if (!missing.isEmpty()) {
                lockAndRead(List.of(), missing, missing);
            }
        }
    }

    /** The events of a stream the command holds, or null where it holds none of that name. */
    @Nullable List<DomainEventMessage<?>> events(String stream) {
        var reads = held.get();
        return reads == null ? null : reads.get(stream);
    }

    /**
     * The command has stored events in this stream: it is read anew from here on. Every other one
     * that is held is locked, and so as it was.
     */
    void forget(String stream) {
        var reads = held.get();
        if (reads != null) {
            reads.remove(stream);
        }
    }

    /** Ends the command, whether it was committed or not. */
    void end() {
        held.remove();
    }

    private void lockAndRead(
            Collection<SubjectRef> exclusive,
            Collection<SubjectRef> shared,
            Collection<SubjectRef> read) {
        var sql = new StringBuilder();
        exclusive.forEach(_ -> lock(sql, "pg_advisory_xact_lock(?)"));
        shared.forEach(_ -> lock(sql, "pg_advisory_xact_lock_shared(?)"));
        // One statement for each: of a list of names the planner may think the table worth a scan.
        read.forEach(_ -> sql.append(";\n").append(EVENTS));
        db.execute(
                (ConnectionCallback<@Nullable Void>)
                        connection -> {
                            try (var statement = connection.prepareStatement(sql.toString())) {
                                var at = 0;
                                for (var stream : exclusive) {
                                    statement.setLong(++at, StreamLocks.key(stream));
                                }
                                for (var stream : shared) {
                                    statement.setLong(++at, StreamLocks.key(stream));
                                }
                                for (var stream : read) {
                                    statement.setString(++at, stream.toString());
                                }
                                statement.execute();
                                for (var stream : read) {
                                    statement.getMoreResults();
                                    keep(stream.toString(), statement);
                                }
                            }
                            return null;
                        });
    }

    private static void lock(StringBuilder sql, String function) {
        sql.append(sql.isEmpty() ? "select " : ", ").append(function);
    }

    private void keep(String stream, PreparedStatement statement) throws SQLException {
        var stored = new ArrayList<DomainEventData<?>>();
        try (var rows = statement.getResultSet()) {
            while (rows.next()) {
                stored.add(event(rows));
            }
        }
        var messages = new ArrayList<DomainEventMessage<?>>(stored.size());
        EventStreamUtils.upcastAndDeserializeDomainEvents(
                        stored.stream(), serializer, NoOpEventUpcaster.INSTANCE)
                .forEachRemaining(messages::add);
        java.util.Objects.requireNonNull(held.get()).put(stream, messages);
    }

    private static DomainEventData<?> event(ResultSet row) throws SQLException {
        return new GenericDomainEventEntry<>(
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getString(1),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getBytes(8),
                row.getBytes(9));
    }

    /** As Axon wants them, from this sequence number on; null where they are not held. */
    @Nullable DomainEventStream stream(String stream, long first) {
        var events = events(stream);
        return events == null
                ? null
                : DomainEventStream.of(
                        events.stream()
                                .filter(event -> event.getSequenceNumber() >= first)
                                .toList());
    }
}
