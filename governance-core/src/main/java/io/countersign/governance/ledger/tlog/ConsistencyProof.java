package io.countersign.governance.ledger.tlog;

import java.util.ArrayList;
import java.util.List;

/**
 * That a tree only appended to an earlier one: RFC 9162, section 2.1.4.
 *
 * @param from size of the earlier tree
 * @param to size of the later tree
 * @param path hashes, in the order of the specification
 */
public record ConsistencyProof(long from, long to, List<Hash> path) {
    /** As many as a witness takes (tlog-witness, add-checkpoint). */
    public static final int MAX_HASHES = 63;

    public ConsistencyProof {
        path = List.copyOf(path);
    }

    /**
     * Whether the tree with the later root starts with the tree with the earlier root: RFC 9162,
     * section 2.1.4.2. Every tree starts with the empty one, which takes an empty proof.
     */
    public boolean proves(Hash fromRoot, Hash toRoot) {
        if (from < 0 || to < from) {
            return false;
        }
        if (from == 0) {
            return path.isEmpty()
                    && fromRoot.equals(Merkle.EMPTY_ROOT)
                    && (to > 0 || toRoot.equals(Merkle.EMPTY_ROOT));
        }
        if (from == to) {
            return path.isEmpty() && fromRoot.equals(toRoot);
        }
        if (path.isEmpty()) {
            return false;
        }
        var hashes = path;
        if (Long.bitCount(from) == 1) {
            hashes = new ArrayList<>(path);
            hashes.addFirst(fromRoot);
        }
        long fn = from - 1;
        long sn = to - 1;
        while ((fn & 1) == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        var fr = hashes.getFirst();
        var sr = fr;
        for (var c : hashes.subList(1, hashes.size())) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                fr = Merkle.node(c, fr);
                sr = Merkle.node(c, sr);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sr = Merkle.node(sr, c);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return fr.equals(fromRoot) && sr.equals(toRoot) && sn == 0;
    }
}
