package io.countersign.governance.eventstore;

import java.util.List;

/**
 * Told of events once they are committed, before whoever sent the command is answered. Must not
 * throw: the events stand.
 */
public interface Acknowledgements {
    /**
     * A stored event.
     *
     * @param writerMac of the very bytes stored, 32 bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Stored(String eventId, String stream, long sequenceNumber, byte[] writerMac) {}

    void committed(List<Stored> events);
}
