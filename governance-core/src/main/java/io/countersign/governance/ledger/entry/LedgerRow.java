package io.countersign.governance.ledger.entry;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event's row, exactly as stored, with what the ledger adds to it.
 *
 * @param globalIndex the database's number of the row
 * @param type of the stream; null only for an event without one
 * @param time the stored text, milliseconds and {@code Z}
 * @param payload the stored bytes
 * @param metadata the stored bytes
 * @param salt 32 random bytes
 * @param writerMac 32 bytes
 * @param txId the transaction that wrote it (PostgreSQL's xid8)
 * @param recordedAt when the database wrote it, in microseconds since 1970 UTC
 * @param positionTime the time of its ledger position, in microseconds since 1970 UTC
 * @param macState found when the ledger took it in
 */
public record LedgerRow(
        long globalIndex,
        String eventId,
        @Nullable String type,
        String stream,
        long sequenceNumber,
        String time,
        String payloadType,
        @Nullable String payloadRevision,
        byte[] payload,
        byte[] metadata,
        byte[] salt,
        String writerKeyId,
        byte[] writerMac,
        long txId,
        long recordedAt,
        long positionTime,
        MacState macState) {
    /** The same with another finding about its MAC. */
    public LedgerRow with(MacState found) {
        return new LedgerRow(
                globalIndex,
                eventId,
                type,
                stream,
                sequenceNumber,
                time,
                payloadType,
                payloadRevision,
                payload,
                metadata,
                salt,
                writerKeyId,
                writerMac,
                txId,
                recordedAt,
                positionTime,
                found);
    }

    /** By the bytes, not by where they lie. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LedgerRow row
                && globalIndex == row.globalIndex
                && eventId.equals(row.eventId)
                && Objects.equals(type, row.type)
                && stream.equals(row.stream)
                && sequenceNumber == row.sequenceNumber
                && time.equals(row.time)
                && payloadType.equals(row.payloadType)
                && Objects.equals(payloadRevision, row.payloadRevision)
                && Arrays.equals(payload, row.payload)
                && Arrays.equals(metadata, row.metadata)
                && Arrays.equals(salt, row.salt)
                && writerKeyId.equals(row.writerKeyId)
                && Arrays.equals(writerMac, row.writerMac)
                && txId == row.txId
                && recordedAt == row.recordedAt
                && positionTime == row.positionTime
                && macState == row.macState;
    }

    @Override
    public int hashCode() {
        return Objects.hash(globalIndex, eventId, stream, sequenceNumber);
    }

    /** Without what it says. */
    @Override
    public String toString() {
        return "event " + eventId + " (" + payloadType + ")";
    }
}
