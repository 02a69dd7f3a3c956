package io.countersign.reporting.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countersign.governance.ledger.tlog.InclusionProof;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.ledger.tlog.TlogProof;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verifies a file: an evidence bundle, or a proof (C2SP tlog-proof). */
public final class Verifier {
    private static final byte[] PROOF = "c2sp.org/tlog-proof@v1\n".getBytes(US_ASCII);

    private Verifier() {}

    /**
     * Verifies it, and stops at the first thing that is wrong.
     *
     * @param trust what is known of the log from elsewhere; a proof cannot be verified without
     */
    public static Verification verify(Path file, Trust trust) {
        var findings = new Findings();
        try {
            if (isProof(file)) {
                proof(Files.readAllBytes(file), trust, findings);
            } else {
                BundleCheck.run(file, trust, findings);
            }
            return findings.verified();
        } catch (Wrong wrong) {
            return findings.wrong(wrong.verdict(), wrong.words());
        } catch (NoSuchFileException e) {
            return findings.wrong(Verdict.UNREADABLE, "There is no file " + file + ".");
        } catch (IOException e) {
            return findings.wrong(
                    Verdict.UNREADABLE,
                    "The file " + file + " cannot be read: " + e.getMessage() + ".");
        }
    }

    /** Whether it is a proof, and no bundle, by its first line. */
    public static boolean isProof(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(PROOF.length), PROOF);
        }
    }

    /**
     * For comparing a key by eye or by phone: SHA-256 of its 32 bytes, in lower-case hexadecimal.
     */
    public static String fingerprint(VerifierKey key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.key()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static void proof(byte[] bytes, Trust trust, Findings findings) {
        TlogProof proof;
        try {
            proof = TlogProof.parse(bytes);
        } catch (MalformedTlog e) {
            throw Wrong.malformed("The proof is not in its format: " + e.getMessage() + ".");
        }
        var entry = proof.extra();
        if (entry == null) {
            throw Wrong.malformed("The proof has no extra line with the log entry in it.");
        }
        var policy = policy(null, trust);
        if (policy == null) {
            throw new IllegalArgumentException("a proof is verified with a policy or a key");
        }
        var checkpoint = SignedCheckpoint.check(proof.note(), policy, true, findings);
        var inclusion = new InclusionProof(proof.index(), checkpoint.size(), proof.path());
        if (!inclusion.proves(Merkle.leaf(entry), checkpoint.root())) {
            throw new Wrong(
                    Verdict.INCLUSION,
                    "The entry is not in the log at position %d: its hash and the path do not lead to the root of the checkpoint of size %d."
                            .formatted(proof.index(), checkpoint.size()));
        }
        findings.proved(
                "The entry is in the log at position %d of %d."
                        .formatted(proof.index(), checkpoint.size()));
        findings.unchecked(
                "What the event says: a proof holds the entry, a salted commitment, and not the event. An evidence bundle holds both.");
        if (trust.key() != null) {
            findings.unchecked(
                    "Whether witnesses cosigned the checkpoint: only the log's key was given. Give a policy.");
        }
    }

    /** The policy to go by: the one given; the bundle's with the key given; or the bundle's. */
    static @Nullable WitnessPolicy policy(@Nullable WitnessPolicy own, Trust trust) {
        var key = trust.key();
        if (trust.policy() != null) {
            return trust.policy();
        }
        if (key == null) {
            return own;
        }
        if (own == null) {
            return WitnessPolicy.unwitnessed(key);
        }
        try {
            return new WitnessPolicy(
                    List.of(new WitnessPolicy.Log(key, null)),
                    own.witnesses(),
                    own.groups(),
                    own.quorum());
        } catch (MalformedTlog e) {
            throw new Wrong(
                    Verdict.SIGNATURE,
                    "The policy in the bundle takes the log's key for a witness: "
                            + e.getMessage()
                            + ".");
        }
    }
}
