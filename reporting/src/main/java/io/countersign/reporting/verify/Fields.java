package io.countersign.reporting.verify;

import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.InclusionProof;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, each of the kind it must be or {@link Wrong}. */
final class Fields {
    private final String what;
    private final Map<String, @Nullable Object> values;

    Fields(String what, Map<String, @Nullable Object> values) {
        this.what = what;
        this.values = values;
    }

    /** These and those, and no others. */
    void exactly(Set<String> these, Set<String> those) {
        for (var name : values.keySet()) {
            if (!these.contains(name) && !those.contains(name)) {
                throw Wrong.malformed(what + " has the unknown field " + Words.quoted(name));
            }
        }
        if (values.size() != these.size() + those.size()) {
            throw Wrong.malformed(what + " lacks a field");
        }
    }

    boolean isNull(String name) {
        return values.get(name) == null;
    }

    @Nullable Object get(String name) {
        return values.get(name);
    }

    String text(String name) {
        if (values.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a string");
    }

    @Nullable String textOrNull(String name) {
        return values.get(name) == null ? null : text(name);
    }

    /** From 0. */
    long number(String name) {
        if (values.get(name) instanceof Long number && number >= 0) {
            return number;
        }
        throw wrong(name, "a whole number from 0");
    }

    List<?> list(String name) {
        if (values.get(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name, "an array");
    }

    /** RFC 4648, section 4, as its encoder writes it. */
    byte[] bytes(String name) {
        return base64(name, text(name));
    }

    /** 32 bytes. */
    byte[] hash(String name) {
        var bytes = bytes(name);
        if (bytes.length != Hash.BYTES) {
            throw wrong(name, "32 bytes in base64");
        }
        return bytes;
    }

    /** A digest in hexadecimal. */
    String hex(String name) {
        var text = text(name);
        if (text.length() != 2 * Hash.BYTES || !text.chars().allMatch(Fields::isHexDigit)) {
            throw wrong(name, "64 lower-case hexadecimal digits");
        }
        return text;
    }

    Hash hexHash(String name) {
        return Hash.of(HexFormat.of().parseHex(hex(name)));
    }

    List<Hash> path() {
        var path = new ArrayList<Hash>();
        for (var item : list("path")) {
            if (path.size() == InclusionProof.MAX_HASHES
                    || !(item instanceof String text)
                    || base64("path", text).length != Hash.BYTES) {
                throw wrong("path", "at most 63 hashes in base64");
            }
            path.add(Hash.of(base64("path", text)));
        }
        return path;
    }

    private byte[] base64(String name, String text) {
        try {
            var bytes = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw wrong(name, "base64");
        }
        throw wrong(name, "canonical base64");
    }

    private static boolean isHexDigit(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }

    private Wrong wrong(String name, String wanted) {
        return Wrong.malformed("%s: %s is not %s".formatted(what, name, wanted));
    }
}
