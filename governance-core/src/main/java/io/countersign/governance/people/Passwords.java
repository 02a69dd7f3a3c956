package io.countersign.governance.people;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder.SecretKeyFactoryAlgorithm;
import org.springframework.stereotype.Component;

/**
 * Which passwords are taken (after NIST SP 800-63B: long, not to be guessed, no rules on kinds of
 * characters) and how they are kept: PBKDF2 with HMAC-SHA-256, 600,000 rounds, 16 bytes of salt. It
 * takes passwords of any length, where bcrypt stops at 72 bytes.
 */
@Component
class Passwords {
    private static final int SHORTEST = 12;
    private static final int LONGEST = 256;
    private static final int FEWEST_DIFFERENT = 5;
    private static final int ROUNDS = 600_000;
    private static final Set<String> COMMON =
            Set.of(
                    "password",
                    "passwort",
                    "motdepasse",
                    "contraseña",
                    "qwerty",
                    "qwertyuiop",
                    "asdfghjkl",
                    "letmein",
                    "iloveyou",
                    "welcome",
                    "changeme",
                    "administrator",
                    "countersign",
                    "abcdefghijkl",
                    "1q2w3e4r5t6y",
                    "123456789",
                    "123456789012",
                    "1234567890",
                    "correcthorsebatterystaple");

    private final PasswordEncoder encoder;

    /** Nobody's: 16 bytes of salt and 32 of hash, so that checking it takes as long. */
    private static final String DECOY = "{pbkdf2}" + "00".repeat(48);

    @Autowired
    Passwords() {
        this(ROUNDS);
    }

    /** Fewer rounds are for measuring what else a sign-in costs. */
    Passwords(int rounds) {
        encoder =
                new DelegatingPasswordEncoder(
                        "pbkdf2",
                        Map.of(
                                "pbkdf2",
                                new Pbkdf2PasswordEncoder(
                                        "",
                                        16,
                                        rounds,
                                        SecretKeyFactoryAlgorithm.PBKDF2WithHmacSHA256)));
    }

    String hash(String password) {
        return Objects.requireNonNull(encoder.encode(normal(password)));
    }

    /** Takes the same time where there is no hash, and then says no. */
    boolean matches(String password, @Nullable String hash) {
        var right =
                password.length() <= 4 * LONGEST
                        && encoder.matches(normal(password), hash == null ? DECOY : hash);
        return right && hash != null;
    }

    /**
     * @throws CommandRefused {@code password.weak} with what is wrong
     */
    static void check(String password, @Nullable String username) {
        var text = normal(password);
        var length = text.codePointCount(0, text.length());
        if (length < SHORTEST) {
            throw weak("has " + length + " characters; use at least " + SHORTEST);
        }
        if (length > LONGEST) {
            throw weak("has " + length + " characters; use at most " + LONGEST);
        }
        var plain = text.toLowerCase(Locale.ROOT);
        if (username != null && plain.contains(username)) {
            throw weak("contains the user name; choose one that does not");
        }
        if (plain.codePoints().distinct().count() < FEWEST_DIFFERENT) {
            throw weak("repeats a few characters; use at least " + FEWEST_DIFFERENT + " different");
        }
        // "Password2026!" is "password" to whoever guesses.
        var core = plain.replaceAll("[^\\p{L}]+$", "").replaceAll("[\\s._-]", "");
        if (COMMON.contains(core) || COMMON.contains(plain.replaceAll("[^0-9]+$", ""))) {
            throw weak("is one of the first that attackers try; choose another");
        }
    }

    /** One form for what looks the same, whatever keyboard it was typed on. */
    private static String normal(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }

    private static CommandRefused weak(String why) {
        return new CommandRefused(
                Refusal.invalid("password.weak", "The password " + why + ".")
                        .with("field", "password"));
    }
}
