package io.countersign.governance.policy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How one gate was answered, with everything the answer rests on.
 *
 * @param sentence what holds when it is open
 * @param explanation what is in the way, and what waives it; empty where it holds
 * @param inputs the facts its expressions read, by path; those that were missing are left out
 */
public record GateResult(
        String gate,
        Status status,
        String sentence,
        String explanation,
        String severity,
        Map<String, Object> inputs) {
    public enum Status {
        PASSED,
        FAILED,
        /** Could not be decided; as closed as a failed one. */
        ERROR,
        /** Does not hold, and a waiver lets it pass; the inputs say which. */
        WAIVED;

        /** Within a sentence. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public GateResult {
        inputs = Facts.canonical(inputs);
    }

    /** Nothing is in the way: it holds, or is waived. */
    public boolean passed() {
        return status == Status.PASSED || status == Status.WAIVED;
    }

    public boolean waived() {
        return status == Status.WAIVED;
    }

    /** When the waiver ends that lets it pass; empty where none does. */
    public Optional<Instant> waivedUntil() {
        return waived()
                ? Optional.of(Instant.parse(String.valueOf(inputs.get(Waived.UNTIL))))
                : Optional.empty();
    }

    /** Id of the waiver that lets it pass; empty where none does. */
    public Optional<String> waiver() {
        return waived() ? Optional.of(String.valueOf(inputs.get(Waived.ID))) : Optional.empty();
    }
}
