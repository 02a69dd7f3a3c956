package io.countersign.reporting.verify;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found so far. */
final class Findings {
    private final List<String> proved = new ArrayList<>();
    private final List<String> unchecked = new ArrayList<>();
    private final List<Long> withheld = new ArrayList<>();
    private final List<Verification.Complete> complete = new ArrayList<>();
    private Verification.@Nullable Log log;
    private List<Verification.Witness> witnesses = List.of();
    private long events;

    void proved(String sentence) {
        proved.add(sentence);
    }

    void unchecked(String sentence) {
        unchecked.add(sentence);
    }

    void log(Verification.Log found, List<Verification.Witness> cosigners) {
        log = found;
        witnesses = cosigners;
    }

    void event() {
        events++;
    }

    void withheld(long position) {
        withheld.add(position);
    }

    void complete(Verification.Complete stream) {
        complete.add(stream);
    }

    Verification verified() {
        return made(Verdict.VERIFIED, null);
    }

    Verification wrong(Verdict verdict, String problem) {
        return made(verdict, problem);
    }

    private Verification made(Verdict verdict, @Nullable String problem) {
        return new Verification(
                verdict, problem, proved, unchecked, log, witnesses, events, withheld, complete);
    }
}
