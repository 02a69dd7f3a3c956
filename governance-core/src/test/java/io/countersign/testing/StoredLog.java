package io.countersign.testing;

import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.shared.Sha256;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/** A prediction log in the store, where one is needed and nobody reads it. */
public final class StoredLog {
    private StoredLog() {}

    /** Of one row that says {@code what}. */
    public static Sha256 in(EvidenceStore store, String what) {
        var content = ("p,sex\n1," + what + "\n").getBytes(StandardCharsets.UTF_8);
        return store.put(new ByteArrayInputStream(content), "log.csv", "text/csv", 1 << 20)
                .digest();
    }
}
