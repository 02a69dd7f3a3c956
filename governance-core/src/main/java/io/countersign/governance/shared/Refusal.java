package io.countersign.governance.shared;

import java.util.Map;

/**
 * Why something was not done, for people and for programs.
 *
 * @param code stable and dotted, such as {@code review.own-submission}; the last part of the
 *     problem type in the API
 * @param message what was wrong, with which value, and what to do
 * @param details the values the message speaks of, by name
 */
public record Refusal(String code, Kind kind, String message, Map<String, Object> details) {
    /** What sort of "no" it is; decides the HTTP status. */
    public enum Kind {
        /** The input cannot be right, whatever the state (400). */
        INVALID,
        /** This person may not (403). */
        FORBIDDEN,
        /** No such thing, or none this person may see (404). */
        NOT_FOUND,
        /** Not in this state, or somebody was faster (409). */
        CONFLICT,
        /** A rule of policy says no (422). */
        POLICY,
        /** It has changed since it was looked at, and the caller asked to be told (412). */
        PRECONDITION
    }

    public Refusal {
        details = Map.copyOf(details);
    }

    public static Refusal invalid(String code, String message) {
        return new Refusal(code, Kind.INVALID, message, Map.of());
    }

    public static Refusal forbidden(String code, String message) {
        return new Refusal(code, Kind.FORBIDDEN, message, Map.of());
    }

    public static Refusal notFound(String code, String message) {
        return new Refusal(code, Kind.NOT_FOUND, message, Map.of());
    }

    public static Refusal conflict(String code, String message) {
        return new Refusal(code, Kind.CONFLICT, message, Map.of());
    }

    public static Refusal policy(String code, String message, Map<String, Object> details) {
        return new Refusal(code, Kind.POLICY, message, details);
    }

    /** The same, with one more value; {@code field} names the form field a message belongs to. */
    public Refusal with(String name, Object value) {
        var more = new java.util.HashMap<>(details);
        more.put(name, value);
        return new Refusal(code, kind, message, more);
    }
}
