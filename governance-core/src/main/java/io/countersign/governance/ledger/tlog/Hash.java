package io.countersign.governance.ledger.tlog;

import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 hash: 32 bytes, equal by value. */
public final class Hash {
    public static final int BYTES = 32;

    private static final int BASE64_LENGTH = 44;

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * @param bytes exactly 32; copied
     * @throws MalformedTlog where there are more or fewer
     */
    public static Hash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new MalformedTlog("a hash has 32 bytes, not " + bytes.length);
        }
        return new Hash(bytes.clone());
    }

    /**
     * The 32 bytes that start there.
     *
     * @throws MalformedTlog where fewer are left
     */
    public static Hash of(byte[] bytes, int start) {
        if (start < 0 || start > bytes.length - BYTES) {
            throw new MalformedTlog(
                    "no hash of 32 bytes at offset %d of %d bytes".formatted(start, bytes.length));
        }
        return new Hash(Arrays.copyOfRange(bytes, start, start + BYTES));
    }

    /**
     * From padded, canonical base64: 44 characters.
     *
     * @throws MalformedTlog for anything else
     */
    public static Hash ofBase64(String encoded) {
        if (encoded.length() != BASE64_LENGTH) {
            throw new MalformedTlog(
                    "a hash is 44 characters of base64, not %d: %s"
                            .formatted(encoded.length(), Strict.quoted(encoded)));
        }
        return of(Strict.base64("the hash", encoded));
    }

    /**
     * From 64 lower-case hexadecimal digits.
     *
     * @throws MalformedTlog for anything else
     */
    public static Hash ofHex(String digits) {
        try {
            var hash = of(HexFormat.of().parseHex(digits));
            if (hash.hex().equals(digits)) {
                return hash;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedTlog("the hash " + Strict.quoted(digits) + " is not hexadecimal", e);
        }
        throw new MalformedTlog("the hash " + digits + " is not in lower case");
    }

    /** A hash that was just computed. */
    static Hash owning(byte[] bytes) {
        return new Hash(bytes);
    }

    /** A copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public String base64() {
        return Strict.base64(bytes);
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** The bytes themselves; not to be changed or handed on. */
    byte[] raw() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Base64, as in checkpoints. */
    @Override
    public String toString() {
        return base64();
    }
}
