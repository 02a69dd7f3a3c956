package io.countersign.governance.people;

import java.security.SecureRandom;
import java.util.Base64;

/** Random names and secrets. */
final class Secrets {
    /** Without those that look like another, so that an id can be read out. */
    private static final String ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    static String id(int length) {
        var id = new StringBuilder(length);
        for (var i = 0; i < length; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
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
