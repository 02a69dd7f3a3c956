package io.countersign.governance.shared;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Points at one subject: {@code dataset-version:credit.applications@1.0}. It is also the name of
 * the subject's event stream (Axon's aggregate identifier), so it is unique over all kinds.
 */
public record SubjectRef(SubjectKind kind, String id) implements Comparable<SubjectRef> {
    public SubjectRef {
        if (id.isBlank() || id.length() > 200) {
            throw CommandRefused.invalid("subject", id, "give 1 to 200 characters");
        }
    }

    /** Reads {@code kind:id}. */
    @JsonCreator
    public static SubjectRef parse(String text) {
        var colon = text.indexOf(':');
        if (colon < 1) {
            throw CommandRefused.invalid("subject", text, "write it as kind:id");
        }
        return new SubjectRef(
                SubjectKind.ofKey(text.substring(0, colon)), text.substring(colon + 1));
    }

    /** Key of the project it belongs to; null for what belongs to no one project. */
    public @Nullable String project() {
        return switch (kind) {
            case PROJECT -> id;
            case PERSON, CONFIGURATION, ENVIRONMENT, REFUSAL, AUDIT, LEDGER -> null;
            default -> {
                var dot = id.indexOf('.');
                yield dot < 1 ? null : id.substring(0, dot);
            }
        };
    }

    @Override
    public int compareTo(SubjectRef other) {
        return toString().compareTo(other.toString());
    }

    @JsonValue
    @Override
    public String toString() {
        return kind.key() + ":" + id;
    }
}
