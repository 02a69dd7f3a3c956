package io.countersign.governance.evidence;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** File names from people, made safe to show, to store and to put into a header. */
public final class FileName {
    private static final int LONGEST = 120;

    private FileName() {}

    /**
     * The last part of a path, without control or formatting characters and without what any file
     * system takes for something else; at most 120 characters, its ending kept.
     */
    public static String safe(String given) {
        var name = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
        name =
                Normalizer.normalize(name, Normalizer.Form.NFC)
                        .replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "")
                        .replaceAll("[:*?\"<>|]", "_")
                        .replaceFirst("^[. ]+", "")
                        .replaceFirst("[. ]+$", "");
        if (name.length() > LONGEST) {
            var dot = name.lastIndexOf('.');
            var ending = dot > 0 && name.length() - dot <= 10 ? name.substring(dot) : "";
            var kept = LONGEST - ending.length();
            // never half of a surrogate pair
            kept -= Character.isHighSurrogate(name.charAt(kept - 1)) ? 1 : 0;
            name = name.substring(0, kept) + ending;
        }
        return name.isEmpty() ? "file" : name;
    }

    /**
     * The value of a {@code Content-Disposition} header (RFC 6266, RFC 8187) that makes a browser
     * save the file instead of showing it.
     */
    public static String attachment(String fileName) {
        var name = safe(fileName);
        var plain = name.replaceAll("[^A-Za-z0-9._ -]", "_");
        var encoded =
                URLEncoder.encode(name, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("*", "%2A");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
    }
}
