package io.countersign.web.audit;

import io.countersign.governance.audit.AuditTrail.Filter;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What a request asks of the audit trail: the filter, and the parts of the address it came from.
 *
 * @param given by name, without those left empty
 */
record AuditQuery(Filter filter, Map<String, String> given) {
    static final List<String> DECISIONS =
            List.of(
                    "approved",
                    "rejected",
                    "returned",
                    "withdrawn",
                    "expired",
                    "revoked",
                    "refused");
    private static final List<String> NAMES =
            List.of(
                    "project",
                    "actor",
                    "kind",
                    "subject",
                    "event",
                    "decision",
                    "from",
                    "until",
                    "text",
                    "correlation");
    private static final int MOST = 500;

    /**
     * Reads {@code project}, {@code actor} (a person's id), {@code kind} and {@code subject} (or
     * {@code subject} as {@code kind:id}, or an id of whatever kind), {@code event} (a name, or a
     * capability such as {@code review}), {@code decision}, {@code from} and {@code until} (a time,
     * or a day, both included), {@code text} and {@code correlation}.
     */
    static AuditQuery of(Map<String, String> parameters) {
        var given = new LinkedHashMap<String, String>();
        for (var name : NAMES) {
            var value = parameters.getOrDefault(name, "").strip();
            if (value.length() > MOST || value.indexOf('\0') >= 0) {
                throw CommandRefused.invalid(name, value, "give at most " + MOST + " characters");
            }
            if (!value.isEmpty()) {
                given.put(name, value);
            }
        }
        var subject = subject(given);
        var text = given.get("text");
        var anyKind = subject == null ? given.get("subject") : null;
        if (anyKind != null && text != null) {
            throw CommandRefused.invalid(
                    "kind", "", "choose what kind of subject '" + anyKind + "' is");
        }
        var decision = given.get("decision");
        if (decision != null && !DECISIONS.contains(decision)) {
            throw CommandRefused.invalid(
                    "decision", decision, "use one of " + String.join(", ", DECISIONS));
        }
        return new AuditQuery(
                new Filter(
                        given.get("project"),
                        given.get("actor"),
                        subject,
                        given.get("event"),
                        decision,
                        time("from", given.get("from"), false),
                        time("until", given.get("until"), true),
                        anyKind != null ? anyKind : text,
                        given.get("correlation")),
                given);
    }

    /** The address of the same with one part more or other. */
    String path(String path, String name, @Nullable Object value) {
        var address = UriComponentsBuilder.fromPath(path);
        given.forEach((key, part) -> address.queryParam(key, "{" + key + "}"));
        if (value != null) {
            address.replaceQueryParam(name, value);
        }
        return address.encode().buildAndExpand(given).toUriString();
    }

    private static @Nullable SubjectRef subject(Map<String, String> given) {
        var id = given.get("subject");
        var kind = given.get("kind");
        if (kind != null && id == null) {
            throw CommandRefused.invalid(
                    "subject", "", "give the subject's id, or choose an event instead of a kind");
        }
        if (id == null) {
            return null;
        }
        if (kind != null) {
            return new SubjectRef(SubjectKind.ofKey(kind), id);
        }
        return id.indexOf(':') > 0 ? SubjectRef.parse(id) : null;
    }

    private static @Nullable Instant time(String field, @Nullable String text, boolean end) {
        if (text == null) {
            return null;
        }
        try {
            if (text.length() > 10) {
                return OffsetDateTime.parse(text).toInstant();
            }
            var day = LocalDate.parse(text);
            return end
                    ? day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusMillis(1)
                    : day.atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException _) {
            throw CommandRefused.invalid(
                    field,
                    text,
                    "give a day such as 2026-11-22, or a time such as" + " 2026-11-22T09:00:00Z");
        }
    }
}
