package io.countersign.governance.eventstore;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.axonframework.common.DateTimeUtils;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.PersistenceExceptionResolver;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Axon's JDBC engine over our {@code event} table: every event gets a salt and the writer's MAC of
 * the very bytes stored, and a duplicate key is recognised as such.
 */
final class EventEngine extends JdbcEventStorageEngine {
    private static final int BATCH = 1_000;
    private static final String INSERT =
            """
            insert into event (event_identifier, type, aggregate_identifier, sequence_number,
                               time_stamp, payload_type, payload_revision, payload, meta_data,
                               salt, writer_key_id, writer_mac)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final @Nullable LockedStreams locked;

    private EventEngine(Builder builder, @Nullable LockedStreams locked) {
        super(builder);
        this.locked = locked;
    }

    /** Appends, and reads single streams. */
    static EventEngine writing(
            ConnectionProvider connections,
            TransactionManager transactions,
            Serializer serializer,
            WriterKey key,
            LockedStreams locked,
            Acknowledgements acknowledgements) {
        return new EventEngine(
                common(connections, transactions, serializer)
                        .schema(columns().eventTable("event").build())
                        .appendEvents((connection, _, _, events, jackson, _) ->
                                insert(connection, events, jackson, key, acknowledgements)),
                locked);
    }

    /** Reads all streams in ledger order: dense, so a reader has no gaps to mind. */
    static EventEngine sequenced(
            ConnectionProvider connections,
            TransactionManager transactions,
            Serializer serializer) {
        return new EventEngine(
                common(connections, transactions, serializer)
                        .schema(
                                columns()
                                        .eventTable("sequenced_event")
                                        .globalIndexColumn("size")
                                        .build())
                        .extendedGapCheckEnabled(false),
                null);
    }

    /** What the command on this thread holds under lock was read already. */
    @Override
    public DomainEventStream readEvents(String aggregateIdentifier, long firstSequenceNumber) {
        var held = locked == null ? null : locked.stream(aggregateIdentifier, firstSequenceNumber);
        return held == null ? super.readEvents(aggregateIdentifier, firstSequenceNumber) : held;
    }

    /** There are no snapshots: one could be forged while every event still verifies. */
    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String aggregateIdentifier) {
        return Stream.empty();
    }

    private static Builder common(
            ConnectionProvider connections,
            TransactionManager transactions,
            Serializer serializer) {
        return builder()
                .connectionProvider(connections)
                .transactionManager(transactions)
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .persistenceExceptionResolver(duplicateKeys())
                .batchSize(BATCH)
                // Safe because events are never deleted: a short batch is the last one.
                .finalAggregateBatchPredicate(batch -> batch.size() < BATCH);
    }

    private static EventSchema.Builder columns() {
        return EventSchema.builder()
                .globalIndexColumn("global_index")
                .timestampColumn("time_stamp")
                .eventIdentifierColumn("event_identifier")
                .aggregateIdentifierColumn("aggregate_identifier")
                .sequenceNumberColumn("sequence_number")
                .typeColumn("type")
                .payloadTypeColumn("payload_type")
                .payloadRevisionColumn("payload_revision")
                .payloadColumn("payload")
                .metaDataColumn("meta_data");
    }

    /** PostgreSQL says SQLSTATE 23505, unique_violation, somewhere in the chain. */
    static PersistenceExceptionResolver duplicateKeys() {
        return failure -> {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                for (var sql = cause instanceof SQLException e ? e : null;
                        sql != null;
                        sql = sql.getNextException()) {
                    if ("23505".equals(sql.getSQLState())) {
                        return true;
                    }
                }
            }
            return false;
        };
    }

    private static PreparedStatement insert(
            Connection connection,
            List<? extends EventMessage<?>> events,
            Serializer serializer,
            WriterKey key,
            Acknowledgements acknowledgements)
            throws SQLException {
        var statement = connection.prepareStatement(INSERT);
        var stored = new ArrayList<Acknowledgements.Stored>(events.size());
        for (var event : events) {
            if (!(event instanceof DomainEventMessage<?> domain)) {
                throw new IllegalStateException(
                        "an event without a stream: " + event.getPayloadType());
            }
            var payload = domain.serializePayload(serializer, byte[].class);
            var metadata = domain.serializeMetaData(serializer, byte[].class);
            var salt = new byte[32];
            RANDOM.nextBytes(salt);
            var written =
                    new WriterKey.Written(
                            domain.getIdentifier(),
                            domain.getType(),
                            domain.getAggregateIdentifier(),
                            domain.getSequenceNumber(),
                            DateTimeUtils.formatInstant(domain.getTimestamp()),
                            payload.getType().getName(),
                            payload.getType().getRevision(),
                            payload.getData(),
                            metadata.getData(),
                            salt);
            statement.setString(1, written.eventId());
            statement.setString(2, written.type());
            statement.setString(3, written.stream());
            statement.setLong(4, written.sequenceNumber());
            statement.setString(5, written.time());
            statement.setString(6, written.payloadType());
            statement.setString(7, written.payloadRevision());
            statement.setBytes(8, written.payload());
            statement.setBytes(9, written.metadata());
            statement.setBytes(10, written.salt());
            statement.setString(11, key.id());
            var mac = key.mac(written);
            statement.setBytes(12, mac);
            statement.addBatch();
            stored.add(
                    new Acknowledgements.Stored(
                            written.eventId(), written.stream(), written.sequenceNumber(), mac));
        }
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        acknowledgements.committed(stored);
                    }
                });
        return statement;
    }
}
