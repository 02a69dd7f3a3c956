package io.countersign.reporting.document;

import io.countersign.governance.shared.Sha256;
import tools.jackson.databind.JsonNode;

/**
 * A report before it is dressed: pseudonymous ids, whole numbers and decimal strings only. Its
 * canonical bytes are what is hashed, issued, embedded and offered as JSON.
 */
public final class ReportData {
    private final byte[] bytes;
    private final Sha256 digest;

    private ReportData(byte[] bytes) {
        this.bytes = bytes;
        this.digest = Sha256.of(bytes);
    }

    /**
     * @throws IllegalArgumentException where the content has no canonical form, see {@link
     *     CanonicalJson#bytes}
     */
    public static ReportData of(JsonNode content) {
        return new ReportData(CanonicalJson.bytes(content));
    }

    /** The canonical JSON, UTF-8. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public JsonNode content() {
        return CanonicalJson.parse(bytes);
    }

    /** Of {@link #bytes()}. */
    public Sha256 digest() {
        return digest;
    }
}
