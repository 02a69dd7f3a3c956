package io.countersign.governance.ledger.entry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The log entry of an event, version 1: the line {@code countersign/event/1}, LF, and a commitment
 * of 32 bytes. The commitment covers every stored column of the event's row, and what the database
 * and the ledger add. It is salted, so the entry reveals nothing but that there is an event; who is
 * given row and salt can recompute it. {@code docs/ledger-formats.md} has the layout byte by byte.
 */
public final class LedgerEntry {
    private static final byte[] HEADER = "countersign/event/1\n".getBytes(US_ASCII);
    private static final byte[] ROW = "countersign/row/1\n".getBytes(US_ASCII);
    private static final int HASH = 32;

    /** Made once a thread, since looking it up costs as much as using it. */
    private static final ThreadLocal<Mac> HMAC =
            ThreadLocal.withInitial(() -> {
                try {
                    return Mac.getInstance("HmacSHA256");
                } catch (NoSuchAlgorithmException e) {
                    throw new AssertionError("every Java platform has HmacSHA256", e);
                }
            });

    /** Salts with a purpose of their own, so that one can be shown without the others. */
    public enum Salt {
        ROW,
        PAYLOAD,
        METADATA,
        HEAD;

        private final byte[] label =
                ("countersign/salt/" + name().toLowerCase(Locale.ROOT)).getBytes(US_ASCII);
    }

    private LedgerEntry() {}

    /**
     * Names the log within every entry, so that none passes for one of another log: SHA-256 of the
     * origin and LF and, from the second epoch on, the bytes of the last checkpoint of the epoch
     * before.
     *
     * @param predecessor the signed note of that checkpoint; null in the first epoch
     * @return 32 bytes
     */
    public static byte[] logId(String origin, byte @Nullable [] predecessor) {
        var digest = sha256();
        digest.update((origin + "\n").getBytes(UTF_8));
        if (predecessor != null) {
            digest.update(predecessor);
        }
        return digest.digest();
    }

    /**
     * HMAC-SHA-256 (RFC 2104) under the event's salt of {@code countersign/salt/} and the purpose.
     *
     * @param salt 32 bytes
     * @return 32 bytes
     */
    public static byte[] derive(byte[] salt, Salt purpose) {
        try {
            var mac = HMAC.get();
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            return mac.doFinal(purpose.label);
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("a salt has 32 bytes", e);
        }
    }

    /** SHA-256 of the salt and the bytes: what stands in the commitment for payload or metadata. */
    public static byte[] saltedHash(byte[] derivedSalt, byte[] bytes) {
        var digest = sha256();
        digest.update(derivedSalt);
        return digest.digest(bytes);
    }

    /**
     * The commitment to this row in the log with this id.
     *
     * @return 32 bytes
     */
    public static byte[] commitment(byte[] logId, LedgerRow row) {
        return commitment(
                logId,
                row,
                derive(row.salt(), Salt.ROW),
                saltedHash(derive(row.salt(), Salt.PAYLOAD), row.payload()),
                saltedHash(derive(row.salt(), Salt.METADATA), row.metadata()));
    }

    /**
     * The same where payload or metadata are not at hand, but their salted hashes are.
     *
     * @param row its payload, metadata and salt are not looked at
     */
    public static byte[] commitment(
            byte[] logId, LedgerRow row, byte[] rowSalt, byte[] payloadHash, byte[] metadataHash) {
        var digest = sha256();
        digest.update(ROW);
        digest.update(sized(rowSalt));
        digest.update(sized(logId));
        digest.update((byte) row.macState().code());
        number(digest, row.globalIndex());
        text(digest, row.eventId());
        text(digest, row.type());
        text(digest, row.stream());
        number(digest, row.sequenceNumber());
        text(digest, row.time());
        text(digest, row.payloadType());
        text(digest, row.payloadRevision());
        digest.update(sized(payloadHash));
        digest.update(sized(metadataHash));
        text(digest, row.writerKeyId());
        digest.update(sized(row.writerMac()));
        number(digest, row.txId());
        number(digest, row.recordedAt());
        number(digest, row.positionTime());
        return digest.digest();
    }

    /** The entry that is hashed into the tree. */
    public static byte[] of(byte[] commitment) {
        var entry = Arrays.copyOf(HEADER, HEADER.length + HASH);
        System.arraycopy(sized(commitment), 0, entry, HEADER.length, HASH);
        return entry;
    }

    private static byte[] sized(byte[] hash) {
        if (hash.length != HASH) {
            throw new IllegalArgumentException("32 bytes are wanted here, not " + hash.length);
        }
        return hash;
    }

    private static void number(MessageDigest digest, long value) {
        digest.update(ByteBuffer.allocate(8).putLong(value).array());
    }

    private static void text(MessageDigest digest, @Nullable String value) {
        if (value == null) {
            digest.update((byte) 0);
            return;
        }
        var bytes = value.getBytes(UTF_8);
        digest.update((byte) 1);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
