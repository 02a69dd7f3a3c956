package io.countersign.governance.ledger.tlog;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One signature line of a note: {@code — <name> <base64 of key id and signature>}.
 *
 * @param name of the key
 * @param encoded four bytes of key id, then the signature, in base64
 */
public record NoteSignature(String name, String encoded) {
    private static final String DASH = "\u2014 ";
    private static final int MAX_BYTES = 8192;

    /**
     * @throws MalformedTlog for a name no key can have, or a signature that is not canonical base64
     *     of more than 4 bytes
     */
    public NoteSignature {
        VerifierKey.checkName("the name on the signature line", name);
        int length = Strict.base64("the signature of " + name, encoded).length;
        if (length <= Integer.BYTES || length > MAX_BYTES) {
            throw new MalformedTlog(
                    "the signature of %s has %d bytes; it is from 5 to %d"
                            .formatted(Strict.quoted(name), length, MAX_BYTES));
        }
    }

    static NoteSignature of(VerifierKey key, byte[] signature) {
        return new NoteSignature(
                key.name(),
                Strict.base64(
                        ByteBuffer.allocate(Integer.BYTES + signature.length)
                                .putInt(key.id())
                                .put(signature)
                                .array()));
    }

    /**
     * @param line with or without its line feed
     * @throws MalformedTlog for anything else
     */
    public static NoteSignature parse(String line) {
        var rest = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
        if (!rest.startsWith(DASH)) {
            throw new MalformedTlog(
                    "a signature line starts with an em dash and a space, unlike "
                            + Strict.quoted(rest));
        }
        int space = rest.indexOf(' ', DASH.length());
        if (space < 0) {
            throw new MalformedTlog(
                    "the signature line " + Strict.quoted(rest) + " has a name, but no signature");
        }
        return new NoteSignature(rest.substring(DASH.length(), space), rest.substring(space + 1));
    }

    /** With its line feed. */
    public String line() {
        return DASH + name + " " + encoded + "\n";
    }

    /** Which key of that name, as far as four bytes tell. */
    public int keyId() {
        return ByteBuffer.wrap(Strict.base64("the signature", encoded)).getInt();
    }

    /** The signature without the key id; what is in it depends on the key's algorithm. */
    public byte[] bytes() {
        var all = Strict.base64("the signature", encoded);
        return Arrays.copyOfRange(all, Integer.BYTES, all.length);
    }

    /** For messages: name and key id. */
    String signer() {
        return Strict.quoted(name) + " (key " + HexFormat.of().toHexDigits(keyId()) + ")";
    }
}
