package io.countersign.governance.ledger.operation;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.Sha256;
import java.time.Instant;
import java.util.List;

/**
 * What somebody did to the ledger from the command line of its host. An operator need not be a
 * person of the product, so {@code account} is the operating system's name for them; {@code at} is
 * when they did it, by the clock of that host, which may be before the event's own time. Keys are
 * verifier keys (signed-note vkeys).
 */
public sealed interface OperationEvent {
    /** Its id, 16 hex digits, which its stream is named after. */
    String operation();

    /**
     * The log ended, and another began over the events that were there.
     *
     * @param epoch from 2
     * @param predecessor origin of the log that ended
     * @param predecessorSize events in its last checkpoint
     * @param predecessorRoot of that
     * @param reason the statement the epoch began with
     */
    @EventName("ledger.epoch-begun")
    record EpochBegun(
            String operation,
            int epoch,
            String origin,
            String key,
            String predecessor,
            long predecessorSize,
            Sha256 predecessorRoot,
            String reason,
            String account,
            Instant at)
            implements OperationEvent {}

    /** From then on this key signs too, beside the one it is to follow. */
    @EventName("ledger.key-announced")
    record KeyAnnounced(
            String operation, String origin, String key, String reason, String account, Instant at)
            implements OperationEvent {}

    /**
     * A key signs no more.
     *
     * @param successor the key that signs alone
     */
    @EventName("ledger.key-retired")
    record KeyRetired(
            String operation,
            String origin,
            String key,
            String successor,
            String reason,
            String account,
            Instant at)
            implements OperationEvent {}

    /**
     * Events that had been acknowledged vanished from the database before a checkpoint covered
     * them, and the signer goes on without them.
     */
    @EventName("ledger.loss-accepted")
    record LossAccepted(
            String operation,
            String origin,
            List<Lost> events,
            String reason,
            String account,
            Instant at)
            implements OperationEvent {
        /** One of them, with its place in its stream. */
        public record Lost(String eventId, String stream, long sequenceNumber) {}
    }

    /**
     * The signer's guard was made again after it was lost or damaged.
     *
     * @param checkpointSize of the checkpoint it was made from, which somebody outside had kept
     * @param checkpointRoot of that
     * @param size it is at, by checkpoints with the log's own signature
     */
    @EventName("ledger.guard-adopted")
    record GuardAdopted(
            String operation,
            int epoch,
            String origin,
            long checkpointSize,
            Sha256 checkpointRoot,
            long size,
            String reason,
            String account,
            Instant at)
            implements OperationEvent {}
}
