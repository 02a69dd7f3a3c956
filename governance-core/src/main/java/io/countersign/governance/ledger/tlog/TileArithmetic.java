package io.countersign.governance.ledger.tlog;

import java.util.ArrayList;
import java.util.List;

/** Which tiles and bundles the tree of a size has: tlog-tiles, "Merkle Tree". */
public final class TileArithmetic {
    private TileArithmetic() {}

    /** Hashes at a level: one for each full tile of the level below, or each leaf. */
    public static long hashes(int level, long size) {
        int shift = level * TilePath.HEIGHT;
        return shift >= Long.SIZE ? 0 : size >> shift;
    }

    /** Full tiles at a level. */
    public static long fullTiles(int level, long size) {
        return hashes(level, size) / TilePath.FULL;
    }

    /** Hashes in the partial tile at a level; 0 where there is none. */
    public static int partialWidth(int level, long size) {
        return (int) (hashes(level, size) % TilePath.FULL);
    }

    /**
     * The tile that has this hash of a level, as wide as it is in a tree of the size.
     *
     * @throws IllegalArgumentException where the tree has no such hash
     */
    public static TilePath.Hashes tileOf(int level, long hash, long size) {
        return new TilePath.Hashes(
                level,
                hash / TilePath.FULL,
                width(hash, hashes(level, size), "level " + level + " of a tree"));
    }

    /**
     * The bundle that has this entry, as wide as it is in a log of the size.
     *
     * @throws IllegalArgumentException where the log has no such entry
     */
    public static TilePath.Entries bundleOf(long entry, long size) {
        return new TilePath.Entries(entry / TilePath.FULL, width(entry, size, "a log"));
    }

    /** Whether a tree of the size has this tile, just as wide or wider. */
    public static boolean has(TilePath tile, long size) {
        int level = tile instanceof TilePath.Hashes hashes ? hashes.level() : 0;
        long count = hashes(level, size);
        return tile.index() <= count / TilePath.FULL
                && count - tile.index() * TilePath.FULL >= tile.width();
    }

    /** The partial tiles of hashes, lowest level first: at most one a level. */
    public static List<TilePath.Hashes> partialTiles(long size) {
        var tiles = new ArrayList<TilePath.Hashes>();
        for (int level = 0; hashes(level, size) > 0; level++) {
            int width = partialWidth(level, size);
            if (width > 0) {
                tiles.add(new TilePath.Hashes(level, fullTiles(level, size), width));
            }
        }
        return tiles;
    }

    /** The full tiles of hashes a tree has at one size and had not at another, lowest first. */
    public static List<TilePath.Hashes> completed(long from, long to) {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no tree grows from " + from + " to " + to);
        }
        var tiles = new ArrayList<TilePath.Hashes>();
        for (int level = 0; fullTiles(level, to) > 0; level++) {
            for (long n = fullTiles(level, from); n < fullTiles(level, to); n++) {
                tiles.add(new TilePath.Hashes(level, n, TilePath.FULL));
            }
        }
        return tiles;
    }

    private static int width(long at, long count, String where) {
        if (at < 0 || at >= count) {
            throw new IllegalArgumentException(
                    "%s with %d hashes has none at index %d".formatted(where, count, at));
        }
        return (int) Math.min(TilePath.FULL, count - at / TilePath.FULL * TilePath.FULL);
    }
}
