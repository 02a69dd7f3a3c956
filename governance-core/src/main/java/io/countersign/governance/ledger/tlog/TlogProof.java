package io.countersign.governance.ledger.tlog;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that shows offline that an entry is in a log: c2sp.org/tlog-proof@v1, extension {@code
 * .tlog-proof}.
 */
public final class TlogProof {
    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";

    /** Room for an entry with its salts, and for its payload where that is small. */
    public static final int MAX_EXTRA_BYTES = 131_072;

    /** Above the largest note, extra data and path there can be. */
    public static final int MAX_BYTES = Note.MAX_BYTES + 2 * MAX_EXTRA_BYTES;

    private final @Nullable String extra;
    private final long index;
    private final List<Hash> path;
    private final Note note;

    /**
     * @param extra whatever helps to make the leaf again, from 1 to 131,072 bytes; nobody vouches
     *     for it
     * @param index of the entry in the log, from 0
     * @param path sibling hashes, the leaf's own first, at most 63
     * @param note the checkpoint, with its cosignatures
     * @throws MalformedTlog where no such proof can be written
     */
    public TlogProof(byte @Nullable [] extra, long index, List<Hash> path, Note note) {
        this(extra == null ? null : Strict.base64(extra), index, path, note);
    }

    private TlogProof(@Nullable String extra, long index, List<Hash> path, Note note) {
        if (extra != null) {
            int length = Strict.base64("the proof's extra data", extra).length;
            if (length < 1 || length > MAX_EXTRA_BYTES) {
                throw new MalformedTlog(
                        "the proof's extra data has %d bytes; it is from 1 to %d"
                                .formatted(length, MAX_EXTRA_BYTES));
            }
        }
        if (index < 0) {
            throw new MalformedTlog("the proof's index is 0 or more, not " + index);
        }
        if (path.size() > InclusionProof.MAX_HASHES) {
            throw new MalformedTlog("the proof has more than 63 hashes");
        }
        Checkpoint.parse(note.text());
        this.extra = extra;
        this.index = index;
        this.path = List.copyOf(path);
        this.note = note;
    }

    /**
     * @throws MalformedTlog for anything that is not such a proof, to the byte
     */
    public static TlogProof parse(byte[] bytes) {
        var parts = Head.parse("the proof", bytes, MAX_BYTES);
        var lines = parts.lines();
        if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
            throw new MalformedTlog("the proof's first line is not \"" + HEADER + "\"");
        }
        int at = 1;
        String extra = null;
        if (lines.size() > at && lines.get(at).startsWith(EXTRA)) {
            extra = lines.get(at).substring(EXTRA.length());
            at++;
        }
        if (lines.size() <= at || !lines.get(at).startsWith(INDEX)) {
            throw new MalformedTlog(
                    "the proof's line %d is not \"index <number>\"".formatted(at + 1));
        }
        var index = Strict.decimal("the proof's index", lines.get(at).substring(INDEX.length()));
        var path = Head.hashes("the proof", lines, at + 1, InclusionProof.MAX_HASHES);
        return new TlogProof(extra, index, path, parts.note());
    }

    /** What {@link #parse} reads back as this. */
    public byte[] bytes() {
        var text = new StringBuilder(HEADER).append('\n');
        if (extra != null) {
            text.append(EXTRA).append(extra).append('\n');
        }
        text.append(INDEX).append(index).append('\n');
        path.forEach(hash -> text.append(hash).append('\n'));
        return Strict.utf8("the proof", text.append('\n').append(note).toString());
    }

    /** Unauthenticated; null where the proof has none. */
    public byte @Nullable [] extra() {
        return extra == null ? null : Strict.base64("the proof's extra data", extra);
    }

    public long index() {
        return index;
    }

    public List<Hash> path() {
        return path;
    }

    public Note note() {
        return note;
    }

    /**
     * That a leaf, made again from the application's own data, is in the log: the checkpoint is of
     * a trusted log and signed by it, the cosignatures meet the policy, and the path leads from the
     * leaf to the checkpoint's root.
     *
     * @throws Unverified for the first of these that does not hold
     */
    public WitnessPolicy.Accepted verify(Hash leaf, WitnessPolicy policy) {
        var accepted = policy.verify(note);
        var checkpoint = accepted.checkpoint();
        if (index >= checkpoint.size()) {
            throw new Unverified(
                    "The proof is of entry %d, but the checkpoint has only %d"
                            .formatted(index, checkpoint.size()));
        }
        if (!new InclusionProof(index, checkpoint.size(), path).proves(leaf, checkpoint.root())) {
            throw new Unverified(
                    "The entry is not in the log: its hash and the proof for entry %d do not lead"
                                    .formatted(index)
                            + " to the root of the checkpoint of size "
                            + checkpoint.size());
        }
        return accepted;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlogProof that
                && Objects.equals(extra, that.extra)
                && index == that.index
                && path.equals(that.path)
                && note.equals(that.note);
    }

    @Override
    public int hashCode() {
        return Objects.hash(extra, index, path, note);
    }
}
