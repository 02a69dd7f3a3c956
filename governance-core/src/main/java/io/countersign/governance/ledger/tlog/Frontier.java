package io.countersign.governance.ledger.tlog;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * All of a tree that is needed to extend it and to know its root (also called its compact range):
 * the roots of its perfect subtrees, largest first, one for each bit that is set in the size.
 * Immutable.
 *
 * @param size leaves, from 0 to 2^63-1
 * @param roots as many as the size has bits set
 */
public record Frontier(long size, List<Hash> roots) {
    public static final Frontier EMPTY = new Frontier(0, List.of());

    /**
     * @throws MalformedTlog where the number of roots does not fit the size
     */
    public Frontier {
        if (size < 0) {
            throw new MalformedTlog("the size of a frontier is 0 or more, not " + size);
        }
        roots = List.copyOf(roots);
        if (roots.size() != Long.bitCount(size)) {
            throw new MalformedTlog(
                    "the frontier of a tree of size %d has %d hashes, not %d"
                            .formatted(size, Long.bitCount(size), roots.size()));
        }
    }

    /** With one more leaf. */
    public Frontier append(Hash leaf) {
        if (size == Long.MAX_VALUE) {
            throw new IllegalStateException("the tree is full");
        }
        var merged = new ArrayList<>(roots);
        var hash = leaf;
        for (int i = Long.numberOfTrailingZeros(~size); i > 0; i--) {
            hash = Merkle.node(merged.removeLast(), hash);
        }
        merged.add(hash);
        return new Frontier(size + 1, merged);
    }

    /** With these leaves, in this order. */
    public Frontier append(Iterable<Hash> leaves) {
        var frontier = this;
        for (var leaf : leaves) {
            frontier = frontier.append(leaf);
        }
        return frontier;
    }

    /** The root of the tree. */
    public Hash root() {
        if (roots.isEmpty()) {
            return Merkle.EMPTY_ROOT;
        }
        var root = roots.getLast();
        for (int i = roots.size() - 2; i >= 0; i--) {
            root = Merkle.node(roots.get(i), root);
        }
        return root;
    }

    /** Size as unsigned 64 bits, big-endian, then the hashes, largest subtree first. */
    public byte[] bytes() {
        var bytes = ByteBuffer.allocate(Long.BYTES + roots.size() * Hash.BYTES).putLong(size);
        roots.forEach(root -> bytes.put(root.raw()));
        return bytes.array();
    }

    /**
     * What {@link #bytes} wrote.
     *
     * @throws MalformedTlog for anything else
     */
    public static Frontier parse(byte[] bytes) {
        if (bytes.length < Long.BYTES) {
            throw new MalformedTlog(
                    "a frontier starts with a size of 8 bytes, but is " + bytes.length + " long");
        }
        var size = ByteBuffer.wrap(bytes).getLong();
        if (size < 0) {
            throw new MalformedTlog("the size of the frontier is 2^63 or more");
        }
        if (bytes.length != Long.BYTES + Long.bitCount(size) * Hash.BYTES) {
            throw new MalformedTlog(
                    "the frontier of a tree of size %d is %d bytes long, not %d"
                            .formatted(
                                    size,
                                    Long.BYTES + Long.bitCount(size) * Hash.BYTES,
                                    bytes.length));
        }
        var roots = new ArrayList<Hash>();
        for (int at = Long.BYTES; at < bytes.length; at += Hash.BYTES) {
            roots.add(Hash.of(bytes, at));
        }
        return new Frontier(size, roots);
    }
}
