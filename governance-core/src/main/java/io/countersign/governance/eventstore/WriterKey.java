package io.countersign.governance.eventstore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key this instance writes events with. It lives on the application's host and never in the
 * database, so whoever owns the database can insert a row but not its MAC.
 *
 * @param id names the key in each event
 * @param secret 32 bytes
 */
public record WriterKey(String id, byte[] secret) {
    private static final byte[] DOMAIN = "countersign/event/1\n".getBytes(StandardCharsets.UTF_8);

    /** Made once a thread, since looking it up costs as much as using it. */
    private static final ThreadLocal<Mac> HMAC =
            ThreadLocal.withInitial(() -> {
                try {
                    return Mac.getInstance("HmacSHA256");
                } catch (NoSuchAlgorithmException e) {
                    throw new AssertionError("every Java platform has HmacSHA256", e);
                }
            });

    public WriterKey {
        if (secret.length != 32) {
            throw new IllegalArgumentException("a writer key has 32 bytes, not " + secret.length);
        }
        secret = secret.clone();
    }

    /** What the writer knows of an event, exactly as stored. */
    public record Written(
            String eventId,
            String type,
            String stream,
            long sequenceNumber,
            String time,
            String payloadType,
            @Nullable String payloadRevision,
            byte[] payload,
            byte[] metadata,
            byte[] salt) {}

    /**
     * HMAC-SHA-256 (RFC 2104) over a domain line and then each field in the order of {@link
     * Written}: a presence byte, a length of four bytes big-endian, the bytes (text as UTF-8);
     * numbers as eight bytes big-endian.
     */
    public byte[] mac(Written event) {
        try {
            var mac = HMAC.get();
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(DOMAIN);
            text(mac, id);
            text(mac, event.eventId());
            text(mac, event.type());
            text(mac, event.stream());
            mac.update(ByteBuffer.allocate(8).putLong(event.sequenceNumber()).array());
            text(mac, event.time());
            text(mac, event.payloadType());
            text(mac, event.payloadRevision());
            bytes(mac, event.payload());
            bytes(mac, event.metadata());
            bytes(mac, event.salt());
            return mac.doFinal();
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a writer key has 32 bytes", e);
        }
    }

    @Override
    public byte[] secret() {
        return secret.clone();
    }

    /** By the bytes, not by where they lie. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WriterKey key
                && key.id.equals(id)
                && MessageDigest.isEqual(key.secret, secret);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** The secret never shows. */
    @Override
    public String toString() {
        return "writer key " + id;
    }

    private static void text(Mac mac, @Nullable String value) {
        if (value == null) {
            mac.update((byte) 0);
        } else {
            bytes(mac, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void bytes(Mac mac, byte[] value) {
        mac.update((byte) 1);
        mac.update(ByteBuffer.allocate(4).putInt(value.length).array());
        mac.update(value);
    }
}
