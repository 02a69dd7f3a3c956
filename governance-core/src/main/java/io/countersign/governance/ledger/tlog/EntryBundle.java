package io.countersign.governance.ledger.tlog;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Log entries, one after the other, each with its length as 16 bits, big-endian, in front:
 * tlog-tiles, "Log Entries".
 */
public final class EntryBundle {
    /** What 16 bits can say. */
    public static final int MAX_ENTRY_BYTES = 65_535;

    private static final int LENGTH_BYTES = 2;

    private EntryBundle() {}

    /**
     * @param entries from 1 to 256, each of at most 65,535 bytes
     * @throws MalformedTlog for more, or for a longer one
     */
    public static byte[] encode(List<byte[]> entries) {
        checkWidth(entries.size());
        var bundle = new ByteArrayOutputStream();
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            if (entry.length > MAX_ENTRY_BYTES) {
                throw new MalformedTlog(
                        "entry %d of the bundle has %d bytes, above 65,535"
                                .formatted(i, entry.length));
            }
            bundle.write(entry.length >> 8);
            bundle.write(entry.length);
            bundle.writeBytes(entry);
        }
        return bundle.toByteArray();
    }

    /**
     * @param width how many entries it must have, from 1 to 256
     * @throws MalformedTlog where it ends too early or goes on
     */
    public static List<byte[]> decode(byte[] bundle, int width) {
        checkWidth(width);
        var entries = new ArrayList<byte[]>(width);
        int at = 0;
        for (int i = 0; i < width; i++) {
            if (bundle.length - at < LENGTH_BYTES) {
                throw new MalformedTlog(
                        "the bundle ends before entry %d of %d".formatted(i, width));
            }
            int length = (bundle[at] & 0xff) << 8 | (bundle[at + 1] & 0xff);
            at += LENGTH_BYTES;
            if (bundle.length - at < length) {
                throw new MalformedTlog(
                        "the bundle ends within entry %d of %d".formatted(i, width));
            }
            entries.add(Arrays.copyOfRange(bundle, at, at + length));
            at += length;
        }
        if (at != bundle.length) {
            throw new MalformedTlog(
                    "the bundle goes on for %d bytes after its %d entries"
                            .formatted(bundle.length - at, width));
        }
        return entries;
    }

    private static void checkWidth(int width) {
        if (width < 1 || width > TilePath.FULL) {
            throw new MalformedTlog("a bundle has from 1 to 256 entries, not " + width);
        }
    }
}
