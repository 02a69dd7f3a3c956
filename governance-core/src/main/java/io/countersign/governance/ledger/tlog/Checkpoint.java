package io.countersign.governance.ledger.tlog;

import java.util.Collection;
import java.util.List;

/**
 * What a log says of itself in a signed note: c2sp.org/tlog-checkpoint.
 *
 * @param origin the log's name
 * @param size leaves of the tree, from 0
 * @param root of the tree
 * @param extensions further lines; a log of ours has none
 */
public record Checkpoint(String origin, long size, Hash root, List<String> extensions) {
    private static final int MIN_LINES = 3;

    /**
     * @throws MalformedTlog where no such checkpoint can be written
     */
    public Checkpoint {
        Strict.line("the checkpoint's origin", origin);
        if (size < 0) {
            throw new MalformedTlog("the checkpoint's size is 0 or more, not " + size);
        }
        extensions = List.copyOf(extensions);
        extensions.forEach(line -> Strict.line("the checkpoint's extension line", line));
    }

    public Checkpoint(String origin, long size, Hash root) {
        this(origin, size, root, List.of());
    }

    /**
     * @param text of a note
     * @throws MalformedTlog for anything else
     */
    public static Checkpoint parse(String text) {
        var lines = Strict.lines("the checkpoint", text);
        if (lines.size() < MIN_LINES) {
            throw new MalformedTlog(
                    "the checkpoint has %d lines; it has at least origin, size and root"
                            .formatted(lines.size()));
        }
        Hash root;
        try {
            root = Hash.ofBase64(lines.get(2));
        } catch (MalformedTlog e) {
            throw e.in("the checkpoint's root");
        }
        return new Checkpoint(
                lines.get(0),
                Strict.decimal("the checkpoint's size", lines.get(1)),
                root,
                lines.subList(MIN_LINES, lines.size()));
    }

    /**
     * The checkpoint of a note, signed by its log. The key's name is the log's origin.
     *
     * @param logs the keys of logs that are trusted
     * @throws MalformedTlog where the note is no checkpoint
     * @throws Unverified where it is of another log, or not signed by one of these keys
     */
    public static Checkpoint open(Note note, Collection<VerifierKey> logs) {
        var checkpoint = parse(note.text());
        var own = logs.stream().filter(key -> key.name().equals(checkpoint.origin)).toList();
        if (own.isEmpty()) {
            throw new Unverified(
                    "The checkpoint is of the log %s, which is none of the trusted ones"
                            .formatted(Strict.quoted(checkpoint.origin)));
        }
        try {
            note.verify(own);
        } catch (Unverified e) {
            throw new Unverified(
                    "The checkpoint of %s is not signed by its log: %s"
                            .formatted(Strict.quoted(checkpoint.origin), e.getMessage()));
        }
        return checkpoint;
    }

    /** The text a note of it has. */
    public String text() {
        var text = new StringBuilder();
        text.append(origin).append('\n').append(size).append('\n').append(root).append('\n');
        extensions.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    public Note sign(SignerKey key) {
        return Note.sign(text(), key);
    }
}
