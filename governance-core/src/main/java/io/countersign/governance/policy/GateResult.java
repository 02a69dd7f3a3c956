package io.countersign.governance.policy;

import java.util.Map;

/**
 * How one gate was answered, with everything the answer rests on.
 *
 * @param sentence what holds when it is open
 * @param explanation what is in the way, empty where it is open
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
        ERROR;

        /** Within a sentence. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public GateResult {
        inputs = Facts.canonical(inputs);
    }

    public boolean passed() {
        return status == Status.PASSED;
    }
}
