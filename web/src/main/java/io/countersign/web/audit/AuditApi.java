package io.countersign.web.audit;

import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "Audit trail", description = "Everything that happened, refusals included")
class AuditApi {
    static final String FILTER =
            "Filter with project, actor, kind and subject, event (a name or a capability),"
                    + " decision, from, until, text, correlation; all optional.";

    private final AuditTrail trail;
    private final AuditFiles files;
    private final Events events;
    private final Sight sight;

    AuditApi(AuditTrail trail, AuditFiles files, Events events, Sight sight) {
        this.sight = sight;
        this.trail = trail;
        this.files = files;
        this.events = events;
    }

    /**
     * @param next the value of {@code before} for the next page; null on the last
     */
    record Page(List<AuditView> events, @Nullable Long next) {}

    /**
     * @param event with its payload as stored
     * @param metadata as stored
     * @param cause the event that led to it, where one did
     * @param effects what it led to, oldest first, at most 200
     */
    record One(
            AuditView event,
            JsonNode metadata,
            @Nullable AuditView cause,
            List<AuditView> effects) {}

    @GetMapping("/events")
    @Operation(summary = "Events, newest first", description = FILTER)
    Page list(
            @Parameter(hidden = true) @RequestParam Map<String, String> filter,
            @RequestParam @Nullable Long before,
            @RequestParam(defaultValue = "50") @Min(1) @Max(500) int limit,
            Actor actor,
            At at) {
        var found =
                trail.newest(
                        AuditQuery.of(filter).filter(),
                        before == null ? Long.MAX_VALUE : before,
                        limit + 1,
                        at,
                        sight.require(actor, Area.AUDIT_TRAIL));
        var page = found.stream().limit(limit).map(AuditView::listed).toList();
        return new Page(page, found.size() > limit ? page.getLast().position() : null);
    }

    @GetMapping("/events/{event}")
    @Operation(summary = "One event as stored, with its cause and its effects")
    One show(@PathVariable String event, Actor actor, At at) {
        var entry = events.find(event, actor, at);
        var stored = events.stored(entry);
        var visible = sight.require(actor, Area.AUDIT_TRAIL);
        return new One(
                AuditView.stored(entry, stored.payload()),
                stored.metadata(),
                trail.find(entry.causation(), at, visible).map(AuditView::listed).orElse(null),
                trail.effects(entry, at, visible).stream().map(AuditView::listed).toList());
    }

    @GetMapping("/events.csv")
    @Operation(
            summary = "All events a filter finds, oldest first, as CSV",
            description = FILTER + " The export is recorded.")
    void csv(
            @Parameter(hidden = true) @RequestParam Map<String, String> filter,
            Actor actor,
            At at,
            HttpServletResponse response)
            throws IOException {
        files.csv(AuditQuery.of(filter), actor, at, response);
    }

    @GetMapping("/events.json")
    @Operation(
            summary = "All events a filter finds, oldest first, with their payloads",
            description = FILTER + " The export is recorded.")
    void json(
            @Parameter(hidden = true) @RequestParam Map<String, String> filter,
            Actor actor,
            At at,
            HttpServletResponse response)
            throws IOException {
        files.json(AuditQuery.of(filter), actor, at, response);
    }
}
