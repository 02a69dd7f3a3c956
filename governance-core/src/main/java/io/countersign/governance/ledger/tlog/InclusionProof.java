package io.countersign.governance.ledger.tlog;

import java.util.List;

/**
 * That a leaf is in a tree at an index: RFC 9162, section 2.1.3.
 *
 * @param index of the leaf, from 0
 * @param size of the tree
 * @param path sibling hashes, the leaf's own first
 */
public record InclusionProof(long index, long size, List<Hash> path) {
    /** A tree of less than 2^63 leaves is no higher. */
    public static final int MAX_HASHES = 63;

    public InclusionProof {
        path = List.copyOf(path);
    }

    /** Whether the tree with this root has this leaf there: RFC 9162, section 2.1.3.2. */
    public boolean proves(Hash leaf, Hash root) {
        if (index < 0 || size < 0 || index >= size) {
            return false;
        }
        long fn = index;
        long sn = size - 1;
        var r = leaf;
        for (var p : path) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                r = Merkle.node(p, r);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                r = Merkle.node(r, p);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && r.equals(root);
    }
}
