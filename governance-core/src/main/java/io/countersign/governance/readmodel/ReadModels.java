package io.countersign.governance.readmodel;

import io.countersign.governance.shared.PersonErased;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Passes each event to every projection, and at the end of a batch writes their rows, and the
 * position reached, in the same transaction as the processor's token.
 */
@Component
class ReadModels implements EventHandlerInvoker {
    private final List<Projection> projections;
    private final ReadTables tables;
    private final ReadPosition position;
    private final JdbcClient db;
    private @Nullable Batch batch;

    /** Where the tables' memory of their rows was true. */
    private long remembered = -2;

    /** Whether somebody was erased in this batch. */
    private boolean erased;

    private record Batch(long position, Instant time) {}

    ReadModels(
            List<Projection> projections, ReadTables tables, ReadPosition position, JdbcClient db) {
        this.projections = projections;
        this.tables = tables;
        this.position = position;
        this.db = db;
    }

    @Override
    public boolean canHandle(EventMessage<?> message, Segment segment) {
        return true;
    }

    /** In one transaction, at the end of which the rows are written. */
    void handle(List<? extends EventMessage<?>> messages) {
        if (batch == null) {
            begin();
        }
        expect(messages);
        for (var message : messages) {
            handle(message, Segment.ROOT_SEGMENT);
        }
    }

    @Override
    public void handle(EventMessage<?> message, Segment segment) {
        if (batch == null) {
            begin();
            expect(batchOf(message));
        }
        var before = java.util.Objects.requireNonNull(batch);
        if (!(message instanceof DomainEventMessage<?> event)
                || !(message instanceof TrackedEventMessage<?> tracked)
                || !(tracked.trackingToken() instanceof GapAwareTrackingToken token)) {
            throw new IllegalStateException("not a sequenced event: " + message.getIdentifier());
        }
        var at = event.getTimestamp();
        var time = at.isAfter(before.time()) ? at : before.time();
        apply(event, token.getIndex() - 1, time);
    }

    void apply(DomainEventMessage<?> event, long at, Instant time) {
        var type = event.getPayloadType();
        var name = type.getAnnotation(io.countersign.governance.eventstore.EventName.class);
        if (name == null) {
            throw new IllegalStateException(
                    "event "
                            + event.getIdentifier()
                            + " at "
                            + at
                            + " is of no known kind: "
                            + type);
        }
        var recorded =
                new Recorded(
                        at,
                        time,
                        event.getIdentifier(),
                        SubjectRef.parse(event.getAggregateIdentifier()),
                        event.getSequenceNumber(),
                        name.value(),
                        event.getTimestamp(),
                        event.getPayload(),
                        event.getMetaData());
        for (var projection : projections) {
            projection.on(recorded);
        }
        erased |= recorded.payload() instanceof PersonErased;
        batch = new Batch(at, time);
    }

    void flush() {
        var reached = batch;
        if (reached != null) {
            tables.flush();
            db.sql("update progress set position = ?, position_time = ?")
                    .params(reached.position(), java.sql.Timestamp.from(reached.time()))
                    .update();
        }
    }

    /** What was flushed is seen to by whoever did so; nothing is left for the commit to do. */
    void forget() {
        tables.forget();
        batch = null;
    }

    private void end(boolean committed) {
        var reached = batch;
        var forgotten = erased;
        batch = null;
        erased = false;
        // rows in memory hold in clear what somebody wrote
        if (committed && reached != null && !forgotten) {
            tables.settle();
            remembered = reached.position();
        } else {
            tables.forget();
            remembered = -2;
        }
    }

    /** Those that Axon passes one by one in this transaction. */
    private static List<? extends EventMessage<?>> batchOf(EventMessage<?> message) {
        return CurrentUnitOfWork.isStarted()
                        && CurrentUnitOfWork.get() instanceof BatchingUnitOfWork<?> many
                ? many.getMessages().stream()
                        .filter(EventMessage.class::isInstance)
                        .<EventMessage<?>>map(m -> (EventMessage<?>) m)
                        .toList()
                : List.of(message);
    }

    private void expect(List<? extends EventMessage<?>> messages) {
        tables.expect(
                messages.stream()
                        .map(message ->
                                SubjectRef.parse(
                                        ((DomainEventMessage<?>) message).getAggregateIdentifier()))
                        .toList());
    }

    private void begin() {
        // Locked until the commit, so that no batch runs while a rebuild puts new tables in place.
        batch =
                db.sql("select position, position_time from progress for update")
                        .query((row, _) -> {
                            var time = row.getTimestamp(2);
                            return new Batch(
                                    row.getLong(1),
                                    time == null ? Instant.EPOCH : time.toInstant());
                        })
                        .single();
        if (batch.position() != remembered) {
            // Another instance has gone on in the meantime.
            tables.forget();
        }
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void beforeCommit(boolean readOnly) {
                        // A synchronization has a flush() of its own that does nothing.
                        ReadModels.this.flush();
                    }

                    @Override
                    public void afterCompletion(int status) {
                        var reached = batch;
                        var committed = status == STATUS_COMMITTED;
                        end(committed);
                        position.signalMoved(
                                committed && reached != null ? reached.position() : -1);
                    }
                });
    }
}
