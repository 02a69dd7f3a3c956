package io.countersign.governance.ledger.tlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A signed note: text and signatures (c2sp.org/signed-note).
 *
 * @param text ends in a line feed
 * @param signatures at least one, at most 100
 */
public record Note(String text, List<NoteSignature> signatures) {
    /** As the Go library has it; the specification asks for 16 or more. */
    public static final int MAX_SIGNATURES = 100;

    /** As the Go library has it. */
    public static final int MAX_BYTES = 1_000_000;

    /**
     * @throws MalformedTlog where no such note can be written
     */
    public Note {
        checkText(text);
        signatures = List.copyOf(signatures);
        if (signatures.isEmpty()) {
            throw new MalformedTlog("the note has no signature");
        }
        if (signatures.size() > MAX_SIGNATURES) {
            throw new MalformedTlog("the note has more than 100 signatures");
        }
    }

    /**
     * @throws MalformedTlog for anything that is not a note, to the byte
     */
    public static Note parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedTlog(
                    "the note has %d bytes, above %d".formatted(bytes.length, MAX_BYTES));
        }
        var all = Strict.text("the note", bytes);
        int blank = all.lastIndexOf("\n\n");
        if (blank < 0) {
            throw new MalformedTlog("the note has no blank line between text and signatures");
        }
        var lines = Strict.lines("the note's signatures", all.substring(blank + 2));
        if (lines.size() > MAX_SIGNATURES) {
            throw new MalformedTlog("the note has more than 100 signatures");
        }
        var signatures = new ArrayList<NoteSignature>();
        for (var line : lines) {
            try {
                signatures.add(NoteSignature.parse(line));
            } catch (MalformedTlog e) {
                throw e.in("the note's signature line " + (signatures.size() + 1));
            }
        }
        return new Note(all.substring(0, blank + 1), signatures);
    }

    /** A note with one signature. */
    public static Note sign(String text, SignerKey key) {
        return new Note(text, List.of(key.sign(text)));
    }

    /** With these signatures after its own; those it has already are not repeated. */
    public Note with(Collection<NoteSignature> more) {
        var all = new LinkedHashSet<>(signatures);
        all.addAll(more);
        return new Note(text, List.copyOf(all));
    }

    /** What {@link #parse} reads back as this. */
    public byte[] bytes() {
        return Strict.utf8("the note", toString());
    }

    /**
     * The keys that signed it, in the order of their signatures. Signatures by unknown keys are
     * passed over; several by one key count once, and all must be valid.
     *
     * @throws Unverified where a signature of a known key fails, or no known key signed
     */
    public Set<VerifierKey> verify(Collection<VerifierKey> known) {
        var signers = new LinkedHashSet<VerifierKey>();
        for (var signature : signatures) {
            for (var key : new LinkedHashSet<>(known)) {
                if (key.made(signature)) {
                    if (!key.verifies(text, signature)) {
                        throw new Unverified(
                                "The signature of " + signature.signer() + " does not verify");
                    }
                    signers.add(key);
                }
            }
        }
        if (signers.isEmpty()) {
            throw new Unverified("No known key signed the note");
        }
        return signers;
    }

    /** The note as it is written. */
    @Override
    public String toString() {
        var note = new StringBuilder(text).append('\n');
        signatures.forEach(signature -> note.append(signature.line()));
        return note.toString();
    }

    static void checkText(String text) {
        Strict.text("the note's text", text);
        if (!text.endsWith("\n")) {
            throw new MalformedTlog("the note's text does not end in a line feed");
        }
    }
}
