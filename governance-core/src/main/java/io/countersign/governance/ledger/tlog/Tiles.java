package io.countersign.governance.ledger.tlog;

/** Where tiles of hashes come from: a table, a folder, a server, a cache. */
@FunctionalInterface
public interface Tiles {
    /**
     * The hashes of this tile: 32 bytes for each of its width. A source may keep a partial tile's
     * full successor only, and answers with its first bytes then.
     *
     * @throws RuntimeException where it has no such tile
     */
    byte[] read(TilePath.Hashes tile);
}
