package io.countersign.governance.ledger.tlog;

import java.util.ArrayList;
import java.util.List;

/**
 * What a log asks of a witness: c2sp.org/tlog-witness, add-checkpoint.
 *
 * @param oldSize of the checkpoint the witness cosigned last, as the log believes
 * @param proof from that to the checkpoint, at most 63 hashes
 * @param checkpoint the note to cosign
 */
public record AddCheckpoint(long oldSize, List<Hash> proof, Note checkpoint) {
    /** More than a note can have, with the proof. */
    public static final int MAX_BYTES = Note.MAX_BYTES + 4096;

    /**
     * @throws MalformedTlog where no such request can be written
     */
    public AddCheckpoint {
        if (oldSize < 0) {
            throw new MalformedTlog("the old size is 0 or more, not " + oldSize);
        }
        proof = List.copyOf(proof);
        if (proof.size() > ConsistencyProof.MAX_HASHES) {
            throw new MalformedTlog("the request has more than 63 hashes");
        }
        Checkpoint.parse(checkpoint.text());
    }

    /**
     * @throws MalformedTlog for anything that is not such a request, to the byte
     */
    public static AddCheckpoint parse(byte[] body) {
        var parts = Head.parse("the request", body, MAX_BYTES);
        var lines = parts.lines();
        if (lines.isEmpty() || !lines.getFirst().startsWith("old ")) {
            throw new MalformedTlog("the request's first line is not \"old <size>\"");
        }
        return new AddCheckpoint(
                Strict.decimal("the request's old size", lines.getFirst().substring(4)),
                Head.hashes("the request", lines, 1, ConsistencyProof.MAX_HASHES),
                parts.note());
    }

    /** The body of the request. */
    public byte[] bytes() {
        var body = new StringBuilder("old ").append(oldSize).append('\n');
        proof.forEach(hash -> body.append(hash).append('\n'));
        return Strict.utf8("the request", body.append('\n').append(checkpoint).toString());
    }
}

/** Some lines, a blank one, and a note after it, as requests and proofs have it. */
record Head(List<String> lines, Note note) {
    static Head parse(String what, byte[] bytes, int maxBytes) {
        if (bytes.length > maxBytes) {
            throw new MalformedTlog(
                    "%s has %d bytes, above %d".formatted(what, bytes.length, maxBytes));
        }
        var text = Strict.text(what, bytes);
        int blank = text.indexOf("\n\n");
        if (blank < 0) {
            throw new MalformedTlog(what + " has no blank line before its checkpoint");
        }
        try {
            return new Head(
                    Strict.lines(what, text.substring(0, blank + 1)),
                    Note.parse(Strict.utf8(what, text.substring(blank + 2))));
        } catch (MalformedTlog e) {
            throw e.in(what);
        }
    }

    static List<Hash> hashes(String what, List<String> lines, int first, int most) {
        if (lines.size() - first > most) {
            throw new MalformedTlog("%s has more than %d hashes".formatted(what, most));
        }
        var hashes = new ArrayList<Hash>();
        for (int i = first; i < lines.size(); i++) {
            try {
                hashes.add(Hash.ofBase64(lines.get(i)));
            } catch (MalformedTlog e) {
                throw e.in("%s, line %d".formatted(what, i + 1));
            }
        }
        return hashes;
    }
}
