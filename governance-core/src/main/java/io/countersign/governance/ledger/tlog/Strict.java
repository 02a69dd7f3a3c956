package io.countersign.governance.ledger.tlog;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The small alphabets all formats share, each with exactly one spelling per value: Java's own
 * decoders take several (unpadded or dirty base64, signs, leading zeros, other scripts' digits,
 * malformed UTF-8), which would make signed things malleable.
 */
final class Strict {
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,18}");
    private static final int QUOTED_LENGTH = 60;

    private Strict() {}

    /** UTF-8 without control characters other than the line feed. */
    static String text(String what, byte[] bytes) {
        String text;
        try {
            text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedTlog(what + " is not valid UTF-8", e);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 && c != '\n') {
                throw new MalformedTlog(
                        "%s has the control character U+%04X at position %d"
                                .formatted(what, (int) c, i));
            }
        }
        return text;
    }

    /** Text that can be written: what {@link #text} would read back. */
    static String text(String what, String text) {
        return text(what, utf8(what, text));
    }

    static byte[] utf8(String what, String text) {
        try {
            var encoded =
                    StandardCharsets.UTF_8
                            .newEncoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .encode(CharBuffer.wrap(text));
            return Arrays.copyOf(encoded.array(), encoded.limit());
        } catch (CharacterCodingException e) {
            throw new MalformedTlog(what + " is not valid Unicode", e);
        }
    }

    /** One line: text, not empty, without a line feed. */
    static String line(String what, String line) {
        text(what, line);
        if (line.isEmpty()) {
            throw new MalformedTlog(what + " is empty");
        }
        if (line.indexOf('\n') >= 0) {
            throw new MalformedTlog(what + " goes over more than one line");
        }
        return line;
    }

    /**
     * The lines of a text whose every line ends in a line feed.
     *
     * @throws MalformedTlog where the last line does not end
     */
    static List<String> lines(String what, String text) {
        var lines = new ArrayList<String>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            if (end < 0) {
                throw new MalformedTlog(
                        "%s: line %d does not end in a line feed"
                                .formatted(what, lines.size() + 1));
            }
            lines.add(text.substring(start, end));
            start = end + 1;
        }
        return lines;
    }

    /** A number from 0 to 2^63-1 as ASCII digits without leading zeros. */
    static long decimal(String what, String digits) {
        if (!DECIMAL.matcher(digits).matches()) {
            throw new MalformedTlog(
                    what + " " + quoted(digits) + " is not a decimal number without leading zeros");
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new MalformedTlog(what + " " + digits + " is 2^63 or more", e);
        }
    }

    /** RFC 4648, section 4, padded, and spelled as the encoder spells it. */
    static byte[] base64(String what, String encoded) {
        try {
            var bytes = Base64.getDecoder().decode(encoded);
            if (Base64.getEncoder().encodeToString(bytes).equals(encoded)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedTlog(what + " " + quoted(encoded) + " is not base64", e);
        }
        throw new MalformedTlog(what + " " + quoted(encoded) + " is not canonical base64");
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** For a message: short, printable, in quotes. */
    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints()
                .limit(QUOTED_LENGTH)
                .forEach(c -> {
                    if (Character.isISOControl(c)
                            || Character.getType(c) == Character.SURROGATE
                            || Character.getType(c) == Character.FORMAT) {
                        quoted.append("\\u%04X".formatted(c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                });
        if (text.codePointCount(0, text.length()) > QUOTED_LENGTH) {
            quoted.append('…');
        }
        return quoted.append('"').toString();
    }
}
