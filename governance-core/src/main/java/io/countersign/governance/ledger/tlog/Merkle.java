package io.countersign.governance.ledger.tlog;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hashes a tree is made of: RFC 6962, section 2.1 (RFC 9162, section 2.1.1), SHA-256. */
public final class Merkle {
    /** The root of the tree without leaves: SHA-256 of nothing. */
    public static final Hash EMPTY_ROOT = Hash.owning(sha256().digest());

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private Merkle() {}

    /** SHA-256(0x00 || entry). */
    public static Hash leaf(byte[] entry) {
        var digest = sha256();
        digest.update(LEAF);
        return Hash.owning(digest.digest(entry));
    }

    /** SHA-256(0x01 || left || right). */
    public static Hash node(Hash left, Hash right) {
        var digest = sha256();
        digest.update(NODE);
        digest.update(left.raw());
        return Hash.owning(digest.digest(right.raw()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
