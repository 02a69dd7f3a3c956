package io.countersign.reporting.document;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One sequence of bytes for one JSON value, after RFC 8785 (JSON Canonicalization Scheme): keys
 * sorted by UTF-16 code units, no white space, UTF-8. Numbers are whole and within ±(2^53 − 1);
 * everything else that counts is written as a decimal string, so that no reader rounds it.
 */
public final class CanonicalJson {
    private static final long GREATEST = (1L << 53) - 1;
    private static final JsonMapper STRICT =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private CanonicalJson() {}

    /**
     * @throws IllegalArgumentException for a fraction, a whole number beyond ±(2^53 − 1), a lone
     *     surrogate, or a node that is no JSON value; the message names the place
     */
    public static byte[] bytes(JsonNode value) {
        var out = new StringBuilder(1024);
        write(value, "", out);
        try {
            var encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(out));
            var bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("half of a surrogate pair is no text", e);
        }
    }

    /**
     * @throws tools.jackson.core.JacksonException where the bytes are not one JSON value, or a key
     *     is there twice
     */
    public static JsonNode parse(byte[] json) {
        return STRICT.readTree(
                new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
    }

    private static void write(JsonNode value, String place, StringBuilder out) {
        switch (value.getNodeType()) {
            case NULL -> out.append("null");
            case BOOLEAN -> out.append(value.booleanValue());
            case STRING -> quote(value.stringValue(), out);
            case NUMBER -> {
                if (!value.isIntegralNumber()
                        || !value.canConvertToLong()
                        || value.longValue() > GREATEST
                        || value.longValue() < -GREATEST) {
                    throw new IllegalArgumentException(
                            "the number "
                                    + value
                                    + " at '"
                                    + place
                                    + "' must be a decimal string: only whole numbers within"
                                    + " 2^53 - 1 read the same everywhere");
                }
                out.append(value.longValue());
            }
            case ARRAY -> {
                out.append('[');
                for (int i = 0; i < value.size(); i++) {
                    if (i > 0) {
                        out.append(',');
                    }
                    write(value.get(i), place + "/" + i, out);
                }
                out.append(']');
            }
            case OBJECT -> {
                var sorted = new TreeMap<String, JsonNode>();
                value.properties().forEach(p -> sorted.put(p.getKey(), p.getValue()));
                out.append('{');
                sorted.forEach((key, inner) -> {
                    if (out.charAt(out.length() - 1) != '{') {
                        out.append(',');
                    }
                    quote(key, out);
                    out.append(':');
                    write(inner, place + "/" + key, out);
                });
                out.append('}');
            }
            case BINARY, MISSING, POJO ->
                    throw new IllegalArgumentException(
                            "there is no JSON for the " + value.getNodeType() + " at " + place);
        }
    }

    /** RFC 8785, section 3.2.2.2. */
    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
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
}
