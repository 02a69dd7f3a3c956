package io.countersign.governance.ledger.tlog;

import io.countersign.governance.ledger.tlog.VerifierKey.Algorithm;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;

/** A private Ed25519 key with a name, which signs notes or cosigns checkpoints, never both. */
public final class SignerKey {
    private static final String PREFIX = "PRIVATE+KEY+";

    private final byte[] seed;
    private final PrivateKey key;
    private final VerifierKey verifier;

    /**
     * @param seed 32 random bytes: the private key of RFC 8032, section 5.1.5
     * @throws MalformedTlog for another name or length
     */
    public SignerKey(String name, Algorithm algorithm, byte[] seed) {
        if (seed.length != VerifierKey.KEY_BYTES) {
            throw new MalformedTlog("a seed has 32 bytes, not " + seed.length);
        }
        this.seed = seed.clone();
        try {
            this.key =
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(
                                    new EdECPrivateKeySpec(NamedParameterSpec.ED25519, this.seed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
        this.verifier = new VerifierKey(name, algorithm, publicKey(this.seed));
    }

    /** A new key. */
    public static SignerKey generate(String name, Algorithm algorithm, SecureRandom random) {
        var seed = new byte[VerifierKey.KEY_BYTES];
        random.nextBytes(seed);
        return new SignerKey(name, algorithm, seed);
    }

    /**
     * @param text {@code PRIVATE+KEY+<name>+<8 hexadecimal digits>+<base64>}, as Go's tools write
     *     it
     * @throws MalformedTlog for anything else; the message has nothing of the key
     */
    public static SignerKey parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new MalformedTlog("the signer key does not start with " + PREFIX);
        }
        var parts = VerifierKey.Encoded.parse("the signer key", text.substring(PREFIX.length()));
        var key = new SignerKey(parts.name(), parts.algorithm(), parts.key());
        parts.checkId(key.verifier.id());
        return key;
    }

    /** The private key in words: as secret as the key. */
    public String text() {
        return "%s%s+%s+%s"
                .formatted(
                        PREFIX,
                        verifier.name(),
                        HexFormat.of().toHexDigits(verifier.id()),
                        VerifierKey.encoded(verifier.algorithm(), seed));
    }

    public VerifierKey verifier() {
        return verifier;
    }

    /**
     * The same secret under the same name, to cosign checkpoints: as witnesses do that keep their
     * key in the text form of a note's.
     */
    public SignerKey asCosigner() {
        return new SignerKey(verifier.name(), Algorithm.COSIGNATURE, seed);
    }

    /**
     * Signs a note's text.
     *
     * @throws IllegalStateException for a cosigner's key
     */
    public NoteSignature sign(String text) {
        if (verifier.algorithm() != Algorithm.ED25519) {
            throw new IllegalStateException(verifier.name() + " cosigns, and signs no notes");
        }
        Note.checkText(text);
        return NoteSignature.of(verifier, sign(Strict.utf8("the note's text", text)));
    }

    byte[] sign(byte[] message) {
        try {
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** Java derives a public key only when it makes a pair; so it makes one from this seed. */
    private static byte[] publicKey(byte[] seed) {
        try {
            var generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
            var point = ((EdECPublicKey) generator.generateKeyPair().getPublic()).getPoint();
            // RFC 8032, section 5.1.2: y little-endian, the sign of x in the top bit
            var bytes = new byte[VerifierKey.KEY_BYTES];
            var y = point.getY().toByteArray();
            for (int i = 0; i < Math.min(y.length, bytes.length); i++) {
                bytes[i] = y[y.length - 1 - i];
            }
            if (point.isXOdd()) {
                bytes[bytes.length - 1] |= (byte) 0x80;
            }
            return bytes;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** Name and public key; the secret is only in {@link #text}. */
    @Override
    public String toString() {
        return "signer key of " + verifier.text();
    }

    /** Gives out the seed as if it were random. */
    private static final class Fixed extends SecureRandom {
        private final byte[] bytes;

        Fixed(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] target) {
            if (target.length != bytes.length) {
                throw new IllegalStateException("this Java's Ed25519 keys have no 32-byte seed");
            }
            System.arraycopy(bytes, 0, target, 0, target.length);
        }
    }
}
