package io.countersign.governance.ledger.tlog;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a tile or an entry bundle is found below a log's prefix: tlog-tiles, "Merkle Tree". */
public sealed interface TilePath {
    /** Hashes of a full tile, and entries of a full bundle. */
    int FULL = 256;

    /** A tile is eight levels of the tree high. */
    int HEIGHT = 8;

    int MAX_LEVEL = 63;

    /** Six groups of three digits; 2^63 would be seven. */
    long MAX_INDEX = 999_999_999_999_999_999L;

    /** Which one of its kind, from 0 at the left. */
    long index();

    /** Hashes or entries in it: 256, or from 1 to 255 in a partial one. */
    int width();

    /** Relative to the log's prefix, without a leading slash: {@code tile/0/x001/234.p/5}. */
    String path();

    default boolean isPartial() {
        return width() < FULL;
    }

    /**
     * A tile of hashes: {@code tile/<L>/<N>[.p/<W>]}.
     *
     * @param level 0 for leaf hashes, up to 63
     */
    record Hashes(int level, long index, int width) implements TilePath {
        /**
         * @throws MalformedTlog outside the ranges
         */
        public Hashes {
            if (level < 0 || level > MAX_LEVEL) {
                throw new MalformedTlog("a tile's level is from 0 to 63, not " + level);
            }
            TilePaths.check(index, width);
        }

        @Override
        public String path() {
            return "tile/" + level + "/" + TilePaths.format(index, width);
        }
    }

    /** A bundle of log entries: {@code tile/entries/<N>[.p/<W>]}. */
    record Entries(long index, int width) implements TilePath {
        /**
         * @throws MalformedTlog outside the ranges
         */
        public Entries {
            TilePaths.check(index, width);
        }

        @Override
        public String path() {
            return "tile/entries/" + TilePaths.format(index, width);
        }
    }

    /**
     * @param path as {@link #path} writes it
     * @throws MalformedTlog for anything else, also for another spelling of the same tile
     */
    static TilePath parse(String path) {
        return TilePaths.parse(path);
    }
}

/** The spelling of tile paths. */
final class TilePaths {
    private static final Pattern PATH =
            Pattern.compile(
                    "tile/(entries|0|[1-9][0-9]?)/"
                            + "((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

    private TilePaths() {}

    static void check(long index, int width) {
        if (index < 0 || index > TilePath.MAX_INDEX) {
            throw new MalformedTlog("a tile's index has at most 18 digits, unlike " + index);
        }
        if (width < 1 || width > TilePath.FULL) {
            throw new MalformedTlog("a tile's width is from 1 to 256, not " + width);
        }
    }

    static String format(long index, int width) {
        var number = "%03d".formatted(index % 1000);
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            number = "x%03d/".formatted(rest % 1000) + number;
        }
        return width == TilePath.FULL ? number : number + ".p/" + width;
    }

    static TilePath parse(String path) {
        var match = PATH.matcher(path);
        if (!match.matches()) {
            throw unreadable(path, null);
        }
        var index = Long.parseLong(match.group(2).replace("x", "").replace("/", ""));
        int width = TilePath.FULL;
        var partial = match.group(3);
        if (partial != null) {
            width = Integer.parseInt(partial);
            if (width >= TilePath.FULL) {
                throw new MalformedTlog(
                        "the tile path %s has a partial width of %d, above 255"
                                .formatted(Strict.quoted(path), width));
            }
        }
        TilePath tile;
        try {
            tile =
                    match.group(1).equals("entries")
                            ? new TilePath.Entries(index, width)
                            : new TilePath.Hashes(Integer.parseInt(match.group(1)), index, width);
        } catch (MalformedTlog e) {
            throw unreadable(path, e);
        }
        if (!tile.path().equals(path)) {
            throw new MalformedTlog(
                    "the tile path %s is spelled %s".formatted(Strict.quoted(path), tile.path()));
        }
        return tile;
    }

    private static MalformedTlog unreadable(String path, @Nullable MalformedTlog why) {
        var message = Strict.quoted(path) + " is not the path of a tile";
        return why == null
                ? new MalformedTlog(message)
                : new MalformedTlog(message + ": " + why.getMessage(), why);
    }
}
