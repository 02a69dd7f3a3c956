package io.countersign.reporting.verify;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a verification found, for people and for programs. Texts hold no control characters; a page
 * must still escape them.
 *
 * @param problem the first thing that is wrong, in a sentence; null where nothing is
 * @param proved what was proven before that, in order, in sentences
 * @param unchecked what was not and cannot be checked here, in sentences
 * @param log whose checkpoint it is; null where it did not come to that
 * @param witnesses who cosigned the checkpoint, by time
 * @param events how many were found to be in the log, as they are
 * @param withheld positions of those among them whose payload is not in the bundle
 * @param complete streams whose whole history is there
 */
public record Verification(
        Verdict verdict,
        @Nullable String problem,
        List<String> proved,
        List<String> unchecked,
        @Nullable Log log,
        List<Witness> witnesses,
        long events,
        List<Long> withheld,
        List<Complete> complete) {
    public Verification {
        proved = List.copyOf(proved);
        unchecked = List.copyOf(unchecked);
        witnesses = List.copyOf(witnesses);
        withheld = List.copyOf(withheld);
        complete = List.copyOf(complete);
    }

    /**
     * A log, and the checkpoint of it.
     *
     * @param size of the tree
     * @param root in base64
     * @param key that signed it, as signed-note writes verifier keys
     * @param fingerprint see {@link Verifier#fingerprint}
     * @param given whether that key was known from elsewhere
     */
    public record Log(
            String origin, long size, String root, String key, String fingerprint, boolean given) {}

    /**
     * @param name in the policy
     * @param at by the witness's clock
     */
    public record Witness(String name, String key, Instant at) {}

    /**
     * @param events how many the stream has
     * @param below the size of the ledger that holds for: no event of it before this position is
     *     missing
     */
    public record Complete(String stream, long events, long below) {}

    public boolean verified() {
        return verdict == Verdict.VERIFIED;
    }

    /** The same as canonical JSON (RFC 8785), UTF-8. */
    public byte[] json() {
        var json = new TreeMap<String, @Nullable Object>();
        json.put("verdict", verdict.key());
        json.put("exitCode", (long) verdict.exitCode());
        json.put("problem", problem);
        json.put("proved", proved);
        json.put("unchecked", unchecked);
        json.put(
                "log",
                log == null
                        ? null
                        : Map.of(
                                "origin",
                                log.origin(),
                                "size",
                                log.size(),
                                "root",
                                log.root(),
                                "key",
                                log.key(),
                                "fingerprint",
                                log.fingerprint(),
                                "given",
                                log.given()));
        json.put(
                "witnesses",
                witnesses.stream()
                        .map(w -> Map.of("name", w.name(), "key", w.key(), "at", w.at().toString()))
                        .toList());
        json.put("events", events);
        json.put("withheld", withheld);
        json.put(
                "complete",
                complete.stream()
                        .map(c ->
                                Map.of(
                                        "stream",
                                        c.stream(),
                                        "events",
                                        c.events(),
                                        "below",
                                        c.below()))
                        .toList());
        return Json.write(json);
    }
}
