package io.countersign.governance.ledger.tlog;

import io.countersign.governance.ledger.tlog.VerifierKey.Algorithm;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/**
 * That a witness saw a checkpoint and, at a time, no larger or other tree of that log:
 * c2sp.org/tlog-cosignature, Ed25519.
 *
 * @param witness who says so
 * @param at to the second, by the witness's clock
 */
public record Cosignature(VerifierKey witness, Instant at) {
    private static final int BLOB_BYTES = Long.BYTES + VerifierKey.SIGNATURE_BYTES;

    /**
     * Cosigns a checkpoint.
     *
     * @param text of the checkpoint's note, with its extensions
     * @param at from 1970 on; its seconds count
     * @throws MalformedTlog where the text is no checkpoint
     * @throws IllegalStateException for a key that signs notes
     */
    public static NoteSignature sign(SignerKey key, String text, Instant at) {
        if (key.verifier().algorithm() != Algorithm.COSIGNATURE) {
            throw new IllegalStateException(
                    key.verifier().name() + " signs notes, and does not cosign");
        }
        long seconds = at.getEpochSecond();
        if (seconds < 0) {
            throw new IllegalArgumentException("no cosignature is from before 1970: " + at);
        }
        Checkpoint.parse(text);
        var signature = key.sign(message(seconds, text));
        return NoteSignature.of(
                key.verifier(),
                ByteBuffer.allocate(BLOB_BYTES).putLong(seconds).put(signature).array());
    }

    /**
     * A witness's signature of a checkpoint, verified.
     *
     * @throws Unverified where it is not this witness's or fails
     */
    public static Cosignature verify(VerifierKey witness, String text, NoteSignature signature) {
        if (witness.algorithm() != Algorithm.COSIGNATURE) {
            throw new Unverified(
                    "The key of " + Strict.quoted(witness.name()) + " is not a cosigner's");
        }
        if (!witness.made(signature)) {
            throw new Unverified(
                    "The cosignature of %s is not by %s"
                            .formatted(signature.signer(), Strict.quoted(witness.name())));
        }
        if (!witness.verifies(text, signature)) {
            throw new Unverified("The cosignature of " + signature.signer() + " does not verify");
        }
        return new Cosignature(witness, time(signature.bytes()));
    }

    static boolean verifies(VerifierKey witness, String text, byte[] blob) {
        if (blob.length != BLOB_BYTES) {
            return false;
        }
        long seconds = ByteBuffer.wrap(blob).getLong();
        return seconds >= 0 // of unsigned 64 bits, 2^63-1 is the last allowed
                && seconds <= Instant.MAX.getEpochSecond() // what Java has words for
                && witness.verifies(
                        message(seconds, text), Arrays.copyOfRange(blob, Long.BYTES, BLOB_BYTES));
    }

    private static Instant time(byte[] blob) {
        return Instant.ofEpochSecond(ByteBuffer.wrap(blob).getLong());
    }

    private static byte[] message(long seconds, String text) {
        return Strict.utf8(
                "the checkpoint", "cosignature/v1\ntime %d\n%s".formatted(seconds, text));
    }
}
