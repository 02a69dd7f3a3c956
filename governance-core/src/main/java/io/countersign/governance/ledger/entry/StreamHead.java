package io.countersign.governance.ledger.entry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * How far one stream had come: an entry of the tree whose root {@code ledger.stream-heads-recorded}
 * holds. It is salted with the stream's last event, so that a tree of them names no stream to those
 * who do not hold that event. {@code docs/ledger-formats.md} has the layout.
 */
public final class StreamHead {
    private static final byte[] HEADER = "countersign/stream-head/1\n".getBytes(US_ASCII);
    private static final int SALT = 32;

    private StreamHead() {}

    /**
     * The entry that is hashed into the tree of heads.
     *
     * @param headSalt of the stream's last event, 32 bytes
     * @param stream its name
     * @param lastSequence of that event
     * @param lastPosition of that event in the ledger
     */
    public static byte[] entry(
            byte[] headSalt, String stream, long lastSequence, long lastPosition) {
        if (headSalt.length != SALT) {
            throw new IllegalArgumentException("32 bytes are wanted here, not " + headSalt.length);
        }
        var name = stream.getBytes(UTF_8);
        return ByteBuffer.allocate(HEADER.length + SALT + 1 + 4 + name.length + 16)
                .put(HEADER)
                .put(headSalt)
                .put((byte) 1)
                .putInt(name.length)
                .put(name)
                .putLong(lastSequence)
                .putLong(lastPosition)
                .array();
    }
}
