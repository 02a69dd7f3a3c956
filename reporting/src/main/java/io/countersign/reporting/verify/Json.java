package io.countersign.reporting.verify;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) as far as bundles have it: whole numbers within ±(2^53 − 1), no key twice, at
 * most 32 levels. Values are null, {@link Boolean}, {@link Long}, {@link String}, {@link List} and
 * {@link Map}.
 */
final class Json {
    private static final long GREATEST = (1L << 53) - 1;
    private static final int DEEPEST = 32;

    private final String what;
    private final String text;
    private int at;

    private Json(String what, String text) {
        this.what = what;
        this.text = text;
    }

    /**
     * @throws Wrong malformed, for anything that is not such a value
     */
    static @Nullable Object parse(String what, byte[] utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw Wrong.malformed(what + " is not UTF-8");
        }
        var json = new Json(what, text);
        json.space();
        var value = json.value(1);
        json.space();
        if (json.at < text.length()) {
            throw json.wrong("something follows the value");
        }
        return value;
    }

    /** The same, in the one form of RFC 8785 only. */
    static @Nullable Object canonical(String what, byte[] utf8) {
        var value = parse(what, utf8);
        if (!java.util.Arrays.equals(write(value), utf8)) {
            throw Wrong.malformed(what + " is JSON, but not in its canonical form (RFC 8785)");
        }
        return value;
    }

    static Map<String, @Nullable Object> canonicalObject(String what, byte[] utf8) {
        return object(what, canonical(what, utf8));
    }

    @SuppressWarnings("unchecked") // made here
    static Map<String, @Nullable Object> object(String what, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw Wrong.malformed(what + " is no JSON object");
    }

    /** RFC 8785 of such values. */
    static byte[] write(@Nullable Object value) {
        var out = new StringBuilder();
        write(value, out);
        try {
            var encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(out));
            var bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("half of a surrogate pair is no text", e);
        }
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case Boolean flag -> out.append(flag.booleanValue());
            case Long number -> out.append(number.longValue());
            case String text -> quote(text, out);
            case List<?> list -> {
                out.append('[');
                for (var i = 0; i < list.size(); i++) {
                    if (i > 0) {
                        out.append(',');
                    }
                    write(list.get(i), out);
                }
                out.append(']');
            }
            case Map<?, ?> map -> {
                out.append('{');
                var first = true;
                for (var entry : new TreeMap<>(map).entrySet()) {
                    if (!first) {
                        out.append(',');
                    }
                    first = false;
                    quote(String.valueOf(entry.getKey()), out);
                    out.append(':');
                    write(entry.getValue(), out);
                }
                out.append('}');
            }
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ') {
                        out.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private @Nullable Object value(int depth) {
        if (depth > DEEPEST) {
            throw wrong("it is nested deeper than 32 levels");
        }
        switch (peek()) {
            case '{' -> {
                return object(depth);
            }
            case '[' -> {
                return array(depth);
            }
            case '"' -> {
                return string();
            }
            case 't' -> {
                word("true");
                return Boolean.TRUE;
            }
            case 'f' -> {
                word("false");
                return Boolean.FALSE;
            }
            case 'n' -> {
                word("null");
                return null;
            }
            default -> {
                return number();
            }
        }
    }

    private Map<String, @Nullable Object> object(int depth) {
        var map = new TreeMap<String, @Nullable Object>();
        at++;
        space();
        if (peek() == '}') {
            at++;
            return map;
        }
        while (true) {
            if (peek() != '"') {
                throw wrong("a key is missing");
            }
            var key = string();
            space();
            if (peek() != ':') {
                throw wrong("a colon is missing");
            }
            at++;
            space();
            if (map.containsKey(key)) {
                throw wrong("the key " + Words.quoted(key) + " is there twice");
            }
            map.put(key, value(depth + 1));
            space();
            var next = peek();
            at++;
            if (next == '}') {
                return map;
            }
            if (next != ',') {
                throw wrong("a comma is missing");
            }
            space();
        }
    }

    private List<@Nullable Object> array(int depth) {
        var list = new ArrayList<@Nullable Object>();
        at++;
        space();
        if (peek() == ']') {
            at++;
            return list;
        }
        while (true) {
            list.add(value(depth + 1));
            space();
            var next = peek();
            at++;
            if (next == ']') {
                return list;
            }
            if (next != ',') {
                throw wrong("a comma is missing");
            }
            space();
        }
    }

    private String string() {
        var out = new StringBuilder();
        at++;
        while (true) {
            var c = peek();
            at++;
            if (c == '"') {
                return whole(out.toString());
            }
            if (c < ' ') {
                throw wrong("a string has a control character, or does not end");
            }
            if (c != '\\') {
                out.append(c);
                continue;
            }
            var escaped = peek();
            at++;
            switch (escaped) {
                case '"', '\\', '/' -> out.append(escaped);
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'u' -> {
                    var digits = at + 4 <= text.length() ? text.substring(at, at + 4) : "";
                    if (digits.length() != 4 || !digits.chars().allMatch(Json::isHexDigit)) {
                        throw wrong("an escape has not four hexadecimal digits");
                    }
                    out.append((char) Integer.parseInt(digits, 16));
                    at += 4;
                }
                default -> throw wrong("there is no such escape");
            }
        }
    }

    private String whole(String string) {
        for (var i = 0; i < string.length(); i++) {
            var c = string.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < string.length()
                    && Character.isLowSurrogate(string.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw wrong("a string has half of a surrogate pair");
            }
        }
        return string;
    }

    private Long number() {
        var start = at;
        if (peek() == '-') {
            at++;
        }
        var first = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        if (at == first || (text.charAt(first) == '0' && at > first + 1) || at - first > 16) {
            throw wrong("no value begins here");
        }
        var number = Long.parseLong(text.substring(start, at));
        if (number > GREATEST || number < -GREATEST || (at < text.length() && fractional())) {
            throw wrong("a number is not whole, or beyond 2^53 - 1");
        }
        return number;
    }

    private boolean fractional() {
        return ".eE".indexOf(text.charAt(at)) >= 0;
    }

    private void word(String word) {
        if (!text.startsWith(word, at)) {
            throw wrong("no value begins here");
        }
        at += word.length();
    }

    private void space() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** NUL at the end, which no JSON has. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHexDigit(int c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private Wrong wrong(String how) {
        return Wrong.malformed("%s is not JSON at character %d: %s".formatted(what, at + 1, how));
    }
}
