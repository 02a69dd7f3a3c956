package io.countersign.governance.ledger.tlog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TilePathTest {
    @ParameterizedTest
    @CsvSource({
        "15, 455667, 256, tile/15/x455/667",
        "15, 123456789, 41, tile/15/x123/x456/789.p/41",
        "0, 0, 255, tile/0/000.p/255",
        "63, 1234067, 256, tile/63/x001/x234/067",
        "63, 999999999999999999, 255, tile/63/x999/x999/x999/x999/x999/999.p/255"
    })
    void tiles_have_the_published_paths(int level, long index, int width, String path) {
        var tile = new TilePath.Hashes(level, index, width);
        assertThat(tile.path()).isEqualTo(path);
        assertThat(TilePath.parse(path)).isEqualTo(tile);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 256, tile/entries/000",
        "251, 255, tile/entries/000.p/255",
        "256, 257, tile/entries/001.p/1",
        "31604937984, 31604938240, tile/entries/x123/x456/789"
    })
    void bundles_have_the_published_paths(long entry, long size, String path) {
        var bundle = TileArithmetic.bundleOf(entry, size);
        assertThat(bundle.path()).isEqualTo(path);
        assertThat(TilePath.parse(path)).isEqualTo(bundle);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x001/x234/067.p/",
                "x001/x234/067.p",
                "x001/x234/",
                "x001/x234",
                "x001/",
                "x001",
                "x001/.p/abc",
                "001/002",
                "x001/0002",
                "x001/-002",
                "x001/002.p/256",
                "x001/002.p/0",
                "x001/002.p/01",
                "x001/002.p/+1",
                "x001/002.p/999",
                "x999/x999/x999/x999/x999/x999/999",
                "x000/001",
                "x000/x001/002",
                "1",
                "0001",
                "٠٠١",
                "001 ",
                "001\n",
                "001.p/1/",
                "001.P/1",
                "X001/002",
                ""
            })
    void other_spellings_of_an_index_are_malformed(String index) {
        for (var kind : List.of("tile/0/", "tile/entries/")) {
            assertThatThrownBy(() -> TilePath.parse(kind + index))
                    .isInstanceOf(MalformedTlog.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tile/64/001", "tile/-1/001", "tile/abc/001", "tile/00/001", "tile/01/001",
                "tile/+1/001", "tile//001", "tile/001", "/tile/0/001", "tile/0//001",
                "tile/Entries/001", "tile/0/../001", "tiles/0/001", "tile/100/001", "tile/٣/001",
                "checkpoint", ""
            })
    void other_levels_and_kinds_are_malformed(String path) {
        assertThatThrownBy(() -> TilePath.parse(path))
                .isInstanceOf(MalformedTlog.class)
                .hasMessageContaining("is not the path of a tile");
    }

    @Property
    void every_tile_is_read_back_from_its_path(
            @ForAll @IntRange(max = 63) int level,
            @ForAll @LongRange(max = TilePath.MAX_INDEX) long index,
            @ForAll @IntRange(min = 1, max = 256) int width) {
        var tile = new TilePath.Hashes(level, index, width);
        assertThat(TilePath.parse(tile.path())).isEqualTo(tile);
        var bundle = new TilePath.Entries(index, width);
        assertThat(TilePath.parse(bundle.path())).isEqualTo(bundle);
    }

    @Property(tries = 50)
    void a_path_with_one_byte_changed_is_malformed_or_another_tile(
            @ForAll @LongRange(max = TilePath.MAX_INDEX) long index,
            @ForAll @IntRange(min = 1, max = 256) int width) {
        var tile = new TilePath.Hashes(7, index, width);
        Vectors.everyByteChanged(
                tile.path().getBytes(US_ASCII),
                changed -> {
                    try {
                        var other = TilePath.parse(new String(changed, UTF_8));
                        assertThat(other).isNotEqualTo(tile);
                        assertThat(other.path()).isEqualTo(new String(changed, UTF_8));
                    } catch (MalformedTlog e) {
                        assertThat(e).hasMessageContaining("tile");
                    }
                });
    }

    @Test
    void a_tree_of_70_000_has_the_published_tiles() {
        assertThat(TileArithmetic.fullTiles(0, 70_000)).isEqualTo(273);
        assertThat(TileArithmetic.fullTiles(1, 70_000)).isEqualTo(1);
        assertThat(TileArithmetic.fullTiles(2, 70_000)).isZero();
        assertThat(TileArithmetic.partialTiles(70_000))
                .extracting(TilePath::path)
                .containsExactly("tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1");
        assertThat(TileArithmetic.partialTiles(256))
                .extracting(TilePath::path)
                .containsExactly("tile/1/000.p/1");
        assertThat(TileArithmetic.partialTiles(0)).isEmpty();
        assertThat(TileArithmetic.completed(0, 70_000)).hasSize(274);
        assertThat(TileArithmetic.hashes(63, Long.MAX_VALUE)).isZero();
        assertThat(TileArithmetic.partialTiles(Long.MAX_VALUE)).hasSize(8);
    }

    @Test
    void a_tree_has_the_tiles_its_size_implies_and_no_others() {
        for (var path :
                List.of("tile/0/272", "tile/0/273.p/112", "tile/0/273.p/1", "tile/1/001.p/17")) {
            assertThat(TileArithmetic.has(TilePath.parse(path), 70_000)).as(path).isTrue();
        }
        for (var path :
                List.of(
                        "tile/0/273",
                        "tile/0/273.p/113",
                        "tile/0/274.p/1",
                        "tile/1/001.p/18",
                        "tile/2/000.p/2",
                        "tile/3/000.p/1",
                        "tile/63/000.p/1",
                        "tile/entries/273.p/113",
                        "tile/0/x999/x999/x999/x999/x999/999")) {
            assertThat(TileArithmetic.has(TilePath.parse(path), 70_000)).as(path).isFalse();
        }
        assertThatThrownBy(() -> TileArithmetic.tileOf(0, 5, 5))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TileArithmetic.bundleOf(-1, 5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_published_bundle_is_made_again() {
        var bundle = Vectors.hex("log/entries-0-14.hex");
        assertThat(EntryBundle.encode(Vectors.ENTRIES)).isEqualTo(bundle);
        assertThat(EntryBundle.decode(bundle, 15))
                .extracting(entry -> HexFormat.of().formatHex(entry))
                .isEqualTo(Vectors.ENTRIES.stream().map(HexFormat.of()::formatHex).toList());
    }

    @Test
    void a_bundle_has_as_many_entries_as_it_must() {
        var bundle = Vectors.hex("log/entries-0-14.hex");
        for (int width : new int[] {-1, 0, 1, 14, 16, 256, 257}) {
            assertThatThrownBy(() -> EntryBundle.decode(bundle, width))
                    .isInstanceOf(MalformedTlog.class);
        }
        for (var changed : List.of(new byte[0], new byte[1], new byte[] {0, 1})) {
            assertThatThrownBy(() -> EntryBundle.decode(changed, 1))
                    .isInstanceOf(MalformedTlog.class);
        }
    }

    @Test
    void an_entry_has_at_most_65_535_bytes() {
        var longest = new byte[65_535];
        longest[0] = 1;
        assertThat(EntryBundle.decode(EntryBundle.encode(List.of(longest)), 1))
                .containsExactly(longest);
        assertThatThrownBy(() -> EntryBundle.encode(List.of(new byte[1], new byte[65_536])))
                .isInstanceOf(MalformedTlog.class)
                .hasMessage("entry 1 of the bundle has 65536 bytes, above 65,535");
    }
}
