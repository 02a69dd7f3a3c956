package io.countersign.governance.ledger.tlog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeTest {
    private static final List<String> INPUTS =
            List.of(
                    "",
                    "00",
                    "10",
                    "2021",
                    "3031",
                    "40414243",
                    "5051525354555657",
                    "606162636465666768696a6b6c6d6e6f");

    private static final int ALL = 130;
    private static final List<Hash> LEAVES = Vectors.leaves(ALL);

    /** The published tree's hashes: "L1[2]" by level and position, "root 3" by size. */
    private static final Map<String, Hash> PUBLISHED = published();

    private static Map<String, Hash> published() {
        var hashes = new HashMap<String, Hash>();
        int level = -1;
        int at = 0;
        for (var line : Vectors.text("tree-of-8.txt").lines().toList()) {
            if (line.startsWith("roots")) {
                level = 3;
            } else if (level == 3) {
                hashes.put("root " + line.charAt(1), Hash.ofHex(line.substring(3)));
            } else {
                if (line.startsWith("L")) {
                    level++;
                    at = 0;
                }
                hashes.put("L%d[%d]".formatted(level, at++), Hash.ofHex(line.substring(4)));
            }
        }
        return hashes;
    }

    private static List<Hash> inputs() {
        return INPUTS.stream().map(input -> Merkle.leaf(HexFormat.of().parseHex(input))).toList();
    }

    private static TileTree tree(int size) {
        return new TileTree(size, Vectors.naiveTiles(LEAVES));
    }

    @Test
    void hashes_are_those_of_the_specification() {
        assertThat(Merkle.EMPTY_ROOT.hex())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Merkle.leaf(new byte[0]).hex())
                .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assertThat(Merkle.leaf("L123456".getBytes(US_ASCII)).hex())
                .isEqualTo("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
    }

    @Test
    void the_published_tree_is_made_again() {
        assertThat(PUBLISHED).hasSize(8 + 4 + 2 + 9);
        var frontier = Frontier.EMPTY;
        for (int size = 0; size <= 8; size++) {
            assertThat(frontier.root()).isEqualTo(published("root " + size));
            if (size < 8) {
                frontier = frontier.append(inputs().get(size));
            }
        }
        var tree = new TileTree(8, Vectors.naiveTiles(inputs()));
        for (int height = 0; height < 3; height++) {
            for (int at = 0; at < 8 >> height; at++) {
                assertThat(tree.subtree(height, at))
                        .isEqualTo(PUBLISHED.get("L%d[%d]".formatted(height, at)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|1|",
                "0|8|L0[1] L1[1] L2[1]",
                "5|8|L0[4] L1[3] L2[0]",
                "2|3|L1[0]",
                "1|5|L0[0] L1[1] L0[4]"
            })
    void the_published_inclusion_proofs_are_made_again(long index, int size, String path) {
        var proof = new TileTree(size, Vectors.naiveTiles(inputs())).inclusion(index);
        assertThat(proof.path()).isEqualTo(named(path));
        assertThat(proof.proves(inputs().get((int) index), published("root " + size))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|1|",
                "1|8|L0[1] L1[1] L2[1]",
                "6|8|L1[2] L1[3] L2[0]",
                "2|5|L1[1] L0[4]",
                "6|7|L1[2] L0[6] L2[0]"
            })
    void the_published_consistency_proofs_are_made_again(long from, int to, String path) {
        var proof = new TileTree(to, Vectors.naiveTiles(inputs())).consistency(from);
        assertThat(proof.path()).isEqualTo(named(path));
        assertThat(proof.proves(published("root " + from), published("root " + to))).isTrue();
    }

    private static List<Hash> named(@Nullable String names) {
        return names == null
                ? List.of()
                : Stream.of(names.split(" ", -1)).map(TreeTest::published).toList();
    }

    @Test
    void roots_are_those_of_the_published_log() {
        var leaves = Vectors.ENTRIES.stream().map(Merkle::leaf).toList();
        assertThat(leaves).isEqualTo(Vectors.leaves());
        for (int size = 0; size <= 15; size++) {
            var checkpoint = Checkpoint.parse(Vectors.checkpoint(size).text());
            var root = Frontier.EMPTY.append(leaves.subList(0, size)).root();
            assertThat(checkpoint.size()).isEqualTo(size);
            assertThat(checkpoint.root()).isEqualTo(root);
        }
    }

    @Test
    void a_frontier_is_what_recomputing_gives() {
        var frontier = Frontier.EMPTY;
        for (int size = 0; size <= ALL; size++) {
            assertThat(frontier.root()).isEqualTo(Vectors.naiveRoot(LEAVES.subList(0, size)));
            assertThat(frontier).isEqualTo(tree(size).frontier());
            assertThat(Frontier.parse(frontier.bytes())).isEqualTo(frontier);
            if (size < ALL) {
                frontier = frontier.append(LEAVES.get(size));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00000000000000",
                "000000000000000000",
                "0000000000000001",
                "8000000000000000",
                "ffffffffffffffff"
            })
    void a_frontier_of_another_length_is_malformed(String hex) {
        assertThatThrownBy(() -> Frontier.parse(HexFormat.of().parseHex(hex)))
                .isInstanceOf(MalformedTlog.class);
    }

    @Test
    void every_inclusion_proof_verifies_for_its_leaf_and_index_only() {
        for (int size = 1; size <= ALL; size++) {
            var root = tree(size).root();
            for (int index = 0; index < size; index++) {
                var proof = tree(size).inclusion(index);
                assertThat(proof.proves(LEAVES.get(index), root)).isTrue();
                assertThat(proof.proves(Merkle.EMPTY_ROOT, root)).isFalse();
                for (int other : new int[] {index - 1, index + 1, index ^ 2, size, -1}) {
                    assertThat(
                                    new InclusionProof(other, size, proof.path())
                                            .proves(LEAVES.get(index), root))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void every_consistency_proof_verifies_for_its_roots_only() {
        for (int to = 0; to <= ALL; to++) {
            var later = tree(to).root();
            for (int from = 0; from <= to; from++) {
                var earlier = Vectors.naiveRoot(LEAVES.subList(0, from));
                var proof = tree(to).consistency(from);
                assertThat(proof.proves(earlier, later)).isTrue();
                assertThat(proof.proves(flip(earlier, from), later)).isFalse();
                if (from > 0) { // any tree follows the empty one
                    assertThat(proof.proves(earlier, flip(later, to))).isFalse();
                }
            }
        }
    }

    @Property(tries = 300)
    void an_inclusion_proof_with_one_bit_changed_fails(
            @ForAll @IntRange(min = 1, max = ALL) int size,
            @ForAll @IntRange(min = 0, max = ALL - 1) int any,
            @ForAll @IntRange(min = 0, max = 255) int bit) {
        int index = any % size;
        var proof = tree(size).inclusion(index);
        var leaf = LEAVES.get(index);
        var root = tree(size).root();
        assertThat(proof.proves(flip(leaf, bit), root)).isFalse();
        assertThat(proof.proves(leaf, flip(root, bit))).isFalse();
        for (var path : mutations(proof.path(), bit)) {
            assertThat(new InclusionProof(index, size, path).proves(leaf, root)).isFalse();
        }
    }

    @Property(tries = 300)
    void a_consistency_proof_with_one_bit_changed_fails(
            @ForAll @IntRange(min = 1, max = ALL) int to,
            @ForAll @IntRange(min = 0, max = ALL) int any,
            @ForAll @IntRange(min = 0, max = 255) int bit) {
        int from = any % (to + 1);
        var proof = tree(to).consistency(from);
        var earlier = Vectors.naiveRoot(LEAVES.subList(0, from));
        var later = tree(to).root();
        for (var path : mutations(proof.path(), bit)) {
            assertThat(new ConsistencyProof(from, to, path).proves(earlier, later)).isFalse();
        }
    }

    /** Every hash with this bit flipped, one hash missing, one twice, garbage before or after. */
    private static List<List<Hash>> mutations(List<Hash> path, int bit) {
        var all = new ArrayList<List<Hash>>();
        for (int i = 0; i < path.size(); i++) {
            var flipped = new ArrayList<>(path);
            flipped.set(i, flip(path.get(i), bit));
            all.add(flipped);
            var shorter = new ArrayList<>(path);
            shorter.remove(i);
            all.add(shorter);
            var twice = new ArrayList<>(path);
            twice.add(i, path.get(i));
            all.add(twice);
        }
        for (int at : new int[] {0, path.size()}) {
            var longer = new ArrayList<>(path);
            longer.add(at, Merkle.EMPTY_ROOT);
            all.add(longer);
        }
        return all;
    }

    private static Hash flip(Hash hash, int bit) {
        var bytes = hash.bytes();
        bytes[bit % 256 / 8] ^= (byte) (1 << bit % 8);
        return Hash.of(bytes);
    }

    @Test
    void sizes_up_to_the_largest_are_taken_and_garbage_is_refused() {
        var hash = Merkle.EMPTY_ROOT;
        assertThat(new InclusionProof(0, Long.MAX_VALUE, List.of()).proves(hash, hash)).isFalse();
        assertThat(new InclusionProof(0, Long.MIN_VALUE, List.of()).proves(hash, hash)).isFalse();
        assertThat(new InclusionProof(-2, -1, List.of()).proves(hash, hash)).isFalse();
        assertThat(new InclusionProof(0, 0, List.of()).proves(hash, hash)).isFalse();
        assertThat(new ConsistencyProof(1, Long.MAX_VALUE, List.of(hash, hash)).proves(hash, hash))
                .isFalse();
        assertThat(new ConsistencyProof(2, 1, List.of()).proves(hash, hash)).isFalse();
        assertThat(new ConsistencyProof(-1, 1, List.of()).proves(hash, hash)).isFalse();
        assertThat(new ConsistencyProof(-1, -1, List.of()).proves(hash, hash)).isFalse();
    }

    /** A tree of 2^62 and one leaves that are all one hash: its perfect subtrees repeat. */
    @Test
    void proofs_of_the_largest_trees_verify() {
        long size = (1L << 62) + 1;
        var levels = new ArrayList<Hash>();
        levels.add(LEAVES.getFirst());
        for (int height = 0; height < 62; height++) {
            levels.add(Merkle.node(levels.get(height), levels.get(height)));
        }
        Tiles tiles =
                tile -> {
                    var one = levels.get(8 * tile.level()).bytes();
                    var all = new byte[one.length * tile.width()];
                    for (int i = 0; i < tile.width(); i++) {
                        System.arraycopy(one, 0, all, i * one.length, one.length);
                    }
                    return all;
                };
        var tree = new TileTree(size, tiles);
        var root = Merkle.node(levels.get(62), LEAVES.getFirst());
        assertThat(tree.root()).isEqualTo(root);
        var inclusion = tree.inclusion(123_456_789_012L);
        assertThat(inclusion.path()).hasSize(63);
        assertThat(inclusion.proves(LEAVES.getFirst(), root)).isTrue();
        var half = new TileTree(size / 2 - 1, tiles);
        assertThat(tree.consistency(half.size()).proves(half.root(), root)).isTrue();
    }

    @Test
    void each_tile_is_read_once() {
        var leaves = Vectors.leaves(600);
        var read = new ArrayList<String>();
        var tiles = Vectors.naiveTiles(leaves);
        var tree =
                new TileTree(
                        600,
                        tile -> {
                            read.add(tile.path());
                            return tiles.read(tile);
                        });
        assertThat(tree.inclusion(300).proves(leaves.get(300), Vectors.naiveRoot(leaves))).isTrue();
        assertThat(read)
                .containsExactlyInAnyOrder("tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2");
        tree.consistency(300);
        tree.frontier();
        assertThat(read).doesNotHaveDuplicates();
    }

    @Test
    void a_tile_of_another_length_is_malformed() {
        assertThatThrownBy(() -> new TileTree(3, tile -> new byte[64]).root())
                .isInstanceOf(MalformedTlog.class)
                .hasMessage("tile/0/000.p/3 has 64 bytes, not 96");
    }

    @Test
    void what_is_not_in_the_tree_has_no_hash_and_no_proof() {
        var tree = tree(5);
        assertThatThrownBy(() -> tree.subtree(1, 2)).hasMessageContaining("no perfect subtree");
        assertThatThrownBy(() -> tree.subtree(-1, 0)).hasMessageContaining("no perfect subtree");
        assertThatThrownBy(() -> tree.inclusion(5)).hasMessageContaining("no leaf 5");
        assertThatThrownBy(() -> tree.inclusion(-1)).hasMessageContaining("no leaf -1");
        assertThatThrownBy(() -> tree.consistency(6)).hasMessageContaining("never of size 6");
    }

    @Test
    void appended_leaves_complete_the_tiles_the_arithmetic_names() {
        int count = 70_000;
        var kept = new HashMap<TilePath.Hashes, byte[]>();
        var edge = new EdgeTiles();
        for (int i = 0; i < count; i++) {
            var completed = edge.append(Vectors.leaf(i));
            assertThat(completed)
                    .extracting(EdgeTiles.Tile::path)
                    .isEqualTo(TileArithmetic.completed(i, i + 1));
            completed.forEach(tile -> kept.put(tile.path(), tile.hashes()));
            if (i == 255) {
                assertThat(completed.getFirst().root()).isEqualTo(edge.frontier().root());
            }
            if (i == 66_000 || i == 65_535 || i == 255) { // a restart
                edge.partialTiles().forEach(tile -> kept.put(tile.path(), tile.hashes()));
                var before = edge.frontier();
                edge = EdgeTiles.of(i + 1, from(kept));
                assertThat(edge.frontier()).isEqualTo(before);
            }
        }
        edge.partialTiles().forEach(tile -> kept.put(tile.path(), tile.hashes()));
        var tree = new TileTree(count, from(kept));
        assertThat(tree.root()).isEqualTo(edge.frontier().root());
        var root = tree.root();
        for (long index : new long[] {0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999}) {
            assertThat(new TileTree(count, from(kept)).inclusion(index).proves(leaf(index), root))
                    .isTrue();
        }
        for (int from : new int[] {1, 255, 256, 257, 65_536, 69_999, 70_000}) {
            var earlier = Frontier.EMPTY;
            for (int i = 0; i < from; i++) {
                earlier = earlier.append(leaf(i));
            }
            assertThat(tree.consistency(from).proves(earlier.root(), root)).isTrue();
        }
    }

    private static Hash published(String name) {
        return Objects.requireNonNull(PUBLISHED.get(name), name);
    }

    private static Tiles from(Map<TilePath.Hashes, byte[]> kept) {
        return tile -> Objects.requireNonNull(kept.get(tile), tile::path);
    }

    private static Hash leaf(long index) {
        return Vectors.leaf(index);
    }

    @Test
    void a_hash_has_one_spelling() {
        var hash = Merkle.EMPTY_ROOT;
        assertThat(Hash.ofBase64(hash.base64())).isEqualTo(hash).hasSameHashCodeAs(hash);
        assertThat(Hash.ofHex(hash.hex())).isEqualTo(hash);
        for (var bad :
                List.of(
                        "",
                        hash.base64().substring(0, 43),
                        hash.base64().replace("FU=", "FV="),
                        hash.base64() + "\n",
                        " " + hash.base64(),
                        hash.base64().replace('+', '-'),
                        "QQ==")) {
            assertThatThrownBy(() -> Hash.ofBase64(bad)).isInstanceOf(MalformedTlog.class);
        }
        for (var bad : List.of("", hash.hex().toUpperCase(Locale.ROOT), "00", "zz")) {
            assertThatThrownBy(() -> Hash.ofHex(bad)).isInstanceOf(MalformedTlog.class);
        }
    }
}
