package io.countersign.governance.ledger.tlog;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A public key with a name, under which signatures of notes are verified: signed-note, "Verifier
 * keys". Equal when name, algorithm and key are.
 */
public final class VerifierKey {
    /** What is signed, and how. */
    public enum Algorithm {
        /** The text of the note (signed-note, type 0x01). */
        ED25519(1),
        /** A time and a checkpoint (tlog-cosignature, type 0x04). */
        COSIGNATURE(4);

        private final byte type;

        Algorithm(int type) {
            this.type = (byte) type;
        }

        byte type() {
            return type;
        }

        static Algorithm of(String what, byte type) {
            for (var algorithm : values()) {
                if (algorithm.type == type) {
                    return algorithm;
                }
            }
            throw new MalformedTlog(
                    "%s has the algorithm 0x%02x; known are 0x01 (Ed25519) and 0x04 (cosignature)"
                            .formatted(what, type));
        }
    }

    static final int KEY_BYTES = 32;
    static final int SIGNATURE_BYTES = 64;
    private static final int MAX_NAME_BYTES = 255;
    private static final int ID_DIGITS = 8;

    /** SubjectPublicKeyInfo of an Ed25519 key up to the key itself: RFC 8410, section 4. */
    private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final Algorithm algorithm;
    private final byte[] key;
    private final PublicKey publicKey;
    private final int id;

    /**
     * @param name of the signer, at most 255 bytes, without spaces or plus signs
     * @param key the 32 bytes of RFC 8032, section 5.1.5
     * @throws MalformedTlog for another name, or bytes that are no point of the curve
     */
    public VerifierKey(String name, Algorithm algorithm, byte[] key) {
        this.name = checkName("the key's name", name);
        this.algorithm = algorithm;
        if (key.length != KEY_BYTES) {
            throw new MalformedTlog(
                    "the key of %s has %d bytes, not 32"
                            .formatted(Strict.quoted(name), key.length));
        }
        this.key = key.clone();
        this.publicKey = publicKey(name, this.key);
        this.id = id(name, algorithm, this.key);
    }

    /**
     * @param text {@code <name>+<8 hexadecimal digits>+<base64>}
     * @throws MalformedTlog for anything else, or where the digits are not the key's
     */
    public static VerifierKey parse(String text) {
        var parts = Encoded.parse("the verifier key", text);
        var key = new VerifierKey(parts.name(), parts.algorithm(), parts.key());
        parts.checkId(key.id);
        return key;
    }

    /** {@code <name>+<8 hexadecimal digits>+<base64>}. */
    public String text() {
        return "%s+%s+%s".formatted(name, HexFormat.of().toHexDigits(id), encoded(algorithm, key));
    }

    public String name() {
        return name;
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    /** The first four bytes of a hash of name, algorithm and key, big-endian. */
    public int id() {
        return id;
    }

    /** The 32 bytes of the public key; a copy. */
    public byte[] key() {
        return key.clone();
    }

    /** Whether both have the same public key, whatever they are called. */
    public boolean hasKeyOf(VerifierKey other) {
        return Arrays.equals(key, other.key);
    }

    /** Whether a signature claims to be this key's. */
    public boolean made(NoteSignature signature) {
        return signature.name().equals(name) && signature.keyId() == id;
    }

    /**
     * Whether a signature of a note is this key's and valid.
     *
     * @param text of the note, with its last line feed
     */
    public boolean verifies(String text, NoteSignature signature) {
        if (!made(signature)) {
            return false;
        }
        return switch (algorithm) {
            case ED25519 -> verifies(Strict.utf8("the note", text), signature.bytes());
            case COSIGNATURE -> Cosignature.verifies(this, text, signature.bytes());
        };
    }

    /** Ed25519, cofactorless and strict as this Java does it. */
    boolean verifies(byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            var verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(publicKey);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false; // what Java says of some malformed signatures
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** Non-empty, without spaces of any script and without plus: signed-note, "Format". */
    static String checkName(String what, String name) {
        Strict.line(what, name);
        if (Strict.utf8(what, name).length > MAX_NAME_BYTES) {
            throw new MalformedTlog(what + " " + Strict.quoted(name) + " is longer than 255 bytes");
        }
        if (name.indexOf('+') >= 0) {
            throw new MalformedTlog(what + " " + Strict.quoted(name) + " has a plus sign");
        }
        if (name.codePoints()
                .anyMatch(
                        c -> Character.isSpaceChar(c) || Character.isWhitespace(c) || c == 0x85)) {
            throw new MalformedTlog(what + " " + Strict.quoted(name) + " has a space");
        }
        return name;
    }

    static int id(String name, Algorithm algorithm, byte[] key) {
        var digest = Merkle.sha256();
        digest.update(Strict.utf8("the key's name", name));
        digest.update((byte) '\n');
        digest.update(algorithm.type());
        return new BigInteger(1, Arrays.copyOf(digest.digest(key), Integer.BYTES)).intValue();
    }

    static String encoded(Algorithm algorithm, byte[] key) {
        var typed = new byte[1 + key.length];
        typed[0] = algorithm.type();
        System.arraycopy(key, 0, typed, 1, key.length);
        return Strict.base64(typed);
    }

    private static PublicKey publicKey(String name, byte[] key) {
        var encoded = Arrays.copyOf(SPKI, SPKI.length + KEY_BYTES);
        System.arraycopy(key, 0, encoded, SPKI.length, KEY_BYTES);
        try {
            var publicKey =
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(new X509EncodedKeySpec(encoded));
            Signature.getInstance("Ed25519").initVerify(publicKey); // decompresses the point
            return publicKey;
        } catch (GeneralSecurityException e) {
            throw new MalformedTlog(
                    "the key of " + Strict.quoted(name) + " is not an Ed25519 public key", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that
                && name.equals(that.name)
                && algorithm == that.algorithm
                && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public String toString() {
        return text();
    }

    /** The three parts of a key's text, public or private. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Encoded(String what, String name, String id, Algorithm algorithm, byte[] key) {
        static Encoded parse(String what, String text) {
            int first = text.indexOf('+');
            int second = first < 0 ? -1 : text.indexOf('+', first + 1);
            if (second < 0) {
                throw new MalformedTlog(what + " is not <name>+<id>+<key>");
            }
            var name = checkName("the name of " + what, text.substring(0, first));
            var id = text.substring(first + 1, second);
            if (id.length() != ID_DIGITS || !id.chars().allMatch(Encoded::isHexDigit)) {
                throw new MalformedTlog(
                        "the id of %s is eight digits of lower-case hexadecimal, not %s"
                                .formatted(what, Strict.quoted(id)));
            }
            byte[] bytes;
            try {
                bytes = Strict.base64("the key", text.substring(second + 1));
            } catch (MalformedTlog e) {
                // It may be a secret: no word of it in the message, nor in a cause.
                throw new MalformedTlog(what + " of " + Strict.quoted(name) + " is not base64");
            }
            if (bytes.length != 1 + KEY_BYTES) {
                throw new MalformedTlog(
                        "%s of %s has %d bytes, not 33"
                                .formatted(what, Strict.quoted(name), bytes.length));
            }
            return new Encoded(
                    what,
                    name,
                    id,
                    Algorithm.of(what, bytes[0]),
                    Arrays.copyOfRange(bytes, 1, bytes.length));
        }

        void checkId(int expected) {
            if (!HexFormat.of().toHexDigits(expected).equals(id)) {
                throw new MalformedTlog(
                        "%s of %s says its id is %s, but it is %s"
                                .formatted(
                                        what,
                                        Strict.quoted(name),
                                        id,
                                        HexFormat.of().toHexDigits(expected)));
            }
        }

        private static boolean isHexDigit(int c) {
            return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
        }
    }
}
