package io.countersign.governance.people;

import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Random names and secrets. */
final class Secrets {
    /** Without those that look like another, so that an id can be read out. */
    private static final String ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    static String id(int length) {
        var bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return id(bytes, length);
    }

    /** The same for the same key of the same person, so that what is asked twice is one thing. */
    static String id(int length, UserId asker, @Nullable String idempotencyKey) {
        return idempotencyKey == null
                ? id(length)
                : id(
                        HexFormat.of().parseHex(Sha256.of(asker + "\n" + idempotencyKey).hex()),
                        length);
    }

    private static String id(byte[] bytes, int length) {
        var id = new StringBuilder(length);
        for (var i = 0; i < length; i++) {
            id.append(ALPHABET.charAt((bytes[i] & 0xFF) % ALPHABET.length()));
        }
        return id.toString();
    }

    /** 256 random bits, 43 characters of base64url. */
    static String secret() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
