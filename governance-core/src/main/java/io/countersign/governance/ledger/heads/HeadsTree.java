package io.countersign.governance.ledger.heads;

import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.InclusionProof;
import io.countersign.governance.ledger.tlog.Merkle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Merkle tree (RFC 6962, section 2.1) in memory, 64 bytes a leaf: what is paired at one level
 * makes the next, and what is left over goes up as it is.
 */
final class HeadsTree {
    private byte[] leaves = new byte[1024 * Hash.BYTES];
    private int count;
    private List<byte[]> levels = List.of();

    void append(Hash leaf) {
        var at = Math.multiplyExact(count, Hash.BYTES);
        if (at == leaves.length) {
            leaves = Arrays.copyOf(leaves, Math.multiplyExact(leaves.length, 2));
        }
        System.arraycopy(leaf.bytes(), 0, leaves, at, Hash.BYTES);
        count++;
        levels = List.of();
    }

    int size() {
        return count;
    }

    Hash root() {
        return count == 0 ? Merkle.EMPTY_ROOT : Hash.of(levels().getLast());
    }

    /**
     * @param index of a leaf, from 0
     */
    InclusionProof inclusion(int index) {
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException("no leaf %d of %d".formatted(index, count));
        }
        var path = new ArrayList<Hash>();
        var at = index;
        for (var level : levels()) {
            var sibling = at ^ 1;
            if (sibling < level.length / Hash.BYTES) {
                path.add(Hash.of(level, sibling * Hash.BYTES));
            }
            at >>= 1;
        }
        return new InclusionProof(index, count, path);
    }

    private List<byte[]> levels() {
        if (levels.isEmpty()) {
            var made = new ArrayList<byte[]>();
            var level = Arrays.copyOf(leaves, count * Hash.BYTES);
            made.add(level);
            while (level.length > Hash.BYTES) {
                level = above(level);
                made.add(level);
            }
            levels = made;
        }
        return levels;
    }

    private static byte[] above(byte[] level) {
        var nodes = level.length / Hash.BYTES;
        var above = new byte[(nodes + 1) / 2 * Hash.BYTES];
        for (var i = 0; i < nodes; i += 2) {
            var node =
                    i + 1 < nodes
                            ? Merkle.node(
                                    Hash.of(level, i * Hash.BYTES),
                                    Hash.of(level, (i + 1) * Hash.BYTES))
                            : Hash.of(level, i * Hash.BYTES);
            System.arraycopy(node.bytes(), 0, above, i / 2 * Hash.BYTES, Hash.BYTES);
        }
        return above;
    }
}
