package io.countersign.governance.ledger.tlog;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of a growing tree: its partial tiles, one a level. Leaves appended to it complete
 * tiles, which are to be kept by whoever appends. Not safe for threads.
 */
public final class EdgeTiles {
    /**
     * @param hashes 32 bytes for each of the tile's width
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Tile(TilePath.Hashes path, byte[] hashes) {
        /** Of a full one: what stands for it in the tile above. */
        public Hash root() {
            return TileTree.fold(hashes, 0, TilePath.FULL);
        }
    }

    private final List<ByteArrayOutputStream> edge = new ArrayList<>();
    private Frontier frontier;

    /** The edge of the tree without leaves. */
    public EdgeTiles() {
        frontier = Frontier.EMPTY;
    }

    /** The edge of a tree whose tiles are kept. */
    public static EdgeTiles of(long size, Tiles tiles) {
        var edge = new EdgeTiles();
        edge.frontier = new TileTree(size, tiles).frontier();
        for (var partial : TileArithmetic.partialTiles(size)) {
            edge.level(partial.level()).writeBytes(tiles.read(partial));
        }
        return edge;
    }

    public long size() {
        return frontier.size();
    }

    public Frontier frontier() {
        return frontier;
    }

    /** Appends one leaf; the tiles it completed, lowest first: mostly none. */
    public List<Tile> append(Hash leaf) {
        frontier = frontier.append(leaf);
        var completed = new ArrayList<Tile>();
        var hash = leaf;
        for (int level = 0; ; level++) {
            var tile = level(level);
            tile.writeBytes(hash.raw());
            if (tile.size() < TilePath.FULL * Hash.BYTES) {
                return completed;
            }
            long index = TileArithmetic.fullTiles(level, frontier.size()) - 1;
            var full =
                    new Tile(new TilePath.Hashes(level, index, TilePath.FULL), tile.toByteArray());
            completed.add(full);
            tile.reset();
            hash = TileTree.fold(full.hashes(), 0, TilePath.FULL);
        }
    }

    /** The partial tiles of the tree as it stands, lowest first. */
    public List<Tile> partialTiles() {
        return TileArithmetic.partialTiles(size()).stream()
                .map(path -> new Tile(path, level(path.level()).toByteArray()))
                .toList();
    }

    private ByteArrayOutputStream level(int level) {
        while (edge.size() <= level) {
            edge.add(new ByteArrayOutputStream());
        }
        return edge.get(level);
    }
}
