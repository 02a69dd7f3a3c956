package io.countersign.governance.ledger.tlog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A tree of one size, as its tiles show it. It believes its tiles: whoever gets a proof from it
 * checks the proof. Keeps the tiles it has read, so each is read once; make one for each question.
 */
public final class TileTree {
    private final long size;
    private final Tiles tiles;
    private final Map<TilePath.Hashes, byte[]> read = new HashMap<>();

    /**
     * @param size 0 or more
     */
    public TileTree(long size, Tiles tiles) {
        if (size < 0) {
            throw new IllegalArgumentException("no tree has a size of " + size);
        }
        this.size = size;
        this.tiles = tiles;
    }

    public long size() {
        return size;
    }

    public Hash root() {
        return size == 0 ? Merkle.EMPTY_ROOT : hash(0, size);
    }

    /**
     * The hash of a perfect subtree of 2^height leaves: the index-th of those, from 0.
     *
     * @throws IllegalArgumentException where it is not all in the tree
     * @throws MalformedTlog for a tile of another length
     */
    public Hash subtree(int height, long index) {
        if (height < 0 || height >= Long.SIZE - 1 || index < 0 || index >= size >> height) {
            throw new IllegalArgumentException(
                    "a tree of size %d has no perfect subtree %d of height %d"
                            .formatted(size, index, height));
        }
        int level = height / TilePath.HEIGHT;
        int within = height % TilePath.HEIGHT;
        long first = index << within;
        var tile = TileArithmetic.tileOf(level, first, size);
        var hashes = read.computeIfAbsent(tile, this::read);
        return fold(hashes, (int) (first % TilePath.FULL), 1 << within);
    }

    /**
     * @throws IllegalArgumentException where the tree has no such leaf
     */
    public InclusionProof inclusion(long index) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException(
                    "a tree of size %d has no leaf %d".formatted(size, index));
        }
        var path = new ArrayList<Hash>();
        long low = 0;
        long high = size;
        while (high - low > 1) { // from the root down; the proof goes up
            long middle = low + split(high - low);
            if (index < middle) {
                path.add(hash(middle, high));
                high = middle;
            } else {
                path.add(hash(low, middle));
                low = middle;
            }
        }
        return new InclusionProof(index, size, path.reversed());
    }

    /**
     * That this tree starts with the tree of that size.
     *
     * @throws IllegalArgumentException where that is larger
     */
    public ConsistencyProof consistency(long from) {
        if (from < 0 || from > size) {
            throw new IllegalArgumentException(
                    "a tree of size %d was never of size %d".formatted(size, from));
        }
        var path = new ArrayList<Hash>();
        if (from > 0 && from < size) {
            long low = 0;
            long high = size;
            while (high != from) { // SUBPROOF of RFC 9162, section 2.1.4.1
                long middle = low + split(high - low);
                if (from <= middle) {
                    path.add(hash(middle, high));
                    high = middle;
                } else {
                    path.add(hash(low, middle));
                    low = middle;
                }
            }
            if (low > 0) {
                path.add(hash(low, high));
            }
        }
        return new ConsistencyProof(from, size, path.reversed());
    }

    public Frontier frontier() {
        var roots = new ArrayList<Hash>();
        long done = 0;
        while (done < size) {
            int height = 63 - Long.numberOfLeadingZeros(size - done);
            roots.add(subtree(height, done >> height));
            done += 1L << height;
        }
        return new Frontier(size, roots);
    }

    /** The root of the leaves from low to high, where low starts a subtree of the tree. */
    private Hash hash(long low, long high) {
        long count = high - low;
        if (Long.bitCount(count) == 1) {
            int height = Long.numberOfTrailingZeros(count);
            return subtree(height, low >> height);
        }
        long middle = low + split(count);
        return Merkle.node(hash(low, middle), hash(middle, high));
    }

    /** The largest power of two below a number above one. */
    private static long split(long count) {
        return Long.highestOneBit(count - 1);
    }

    private byte[] read(TilePath.Hashes tile) {
        var bytes = tiles.read(tile);
        if (bytes.length != tile.width() * Hash.BYTES) {
            throw new MalformedTlog(
                    "%s has %d bytes, not %d"
                            .formatted(tile.path(), bytes.length, tile.width() * Hash.BYTES));
        }
        return bytes;
    }

    /** The root over a run of hashes of one tile; their count is a power of two. */
    static Hash fold(byte[] hashes, int first, int count) {
        List<Hash> row = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            row.add(Hash.of(hashes, (first + i) * Hash.BYTES));
        }
        while (row.size() > 1) {
            var above = new ArrayList<Hash>(row.size() / 2);
            for (int i = 0; i < row.size(); i += 2) {
                above.add(Merkle.node(row.get(i), row.get(i + 1)));
            }
            row = above;
        }
        return row.getFirst();
    }
}
