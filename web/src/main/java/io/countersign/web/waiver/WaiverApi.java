package io.countersign.web.waiver;

import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.waiver.WaiverId;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/waivers")
@Tag(name = "Waivers", description = "Letting a closed gate pass, for one subject and a time")
class WaiverApi {
    private final WaiverDesk desk;

    WaiverApi(WaiverDesk desk) {
        this.desk = desk;
    }

    /**
     * @param next the value of {@code from} for the next page; null on the last
     */
    record Page(List<WaiverView> waivers, @Nullable String next) {}

    /**
     * @param gate id of a gate that policy lets be waived
     * @param subject what the gate is asked about, as kind:id
     * @param environment that of the subject, or null
     * @param reason why it cannot be met now; printed wherever the gate is, so name nobody
     * @param control what is done instead to keep the risk down
     * @param until when it ends
     * @param comment for whoever signs it
     */
    record Asking(
            @NotNull String gate,
            @NotNull String subject,
            @Nullable String environment,
            @NotNull String reason,
            @NotNull String control,
            @NotNull Instant until,
            @Nullable String comment) {}

    @GetMapping
    @Operation(summary = "Waivers, by id")
    Page list(
            @Parameter(description = "open, in-force, ends-soon (within 14 days), ended or all")
                    @RequestParam
                    @Nullable String state,
            @RequestParam @Nullable String project,
            @Parameter(description = "What is waived, as kind:id") @RequestParam
                    @Nullable String subject,
            @RequestParam @Nullable String from,
            @RequestParam(defaultValue = "50") @Min(1) @Max(500) int limit,
            Actor actor,
            At at) {
        var found =
                desk.list(
                        new WaiverQuery(state, project, subject).filter(at.time()),
                        from,
                        limit + 1,
                        actor,
                        at);
        return found.size() > limit
                ? new Page(found.subList(0, limit), found.get(limit - 1).id().value())
                : new Page(found, null);
    }

    @GetMapping("/{waiver}")
    @Operation(
            summary = "One waiver; its signatures are in its review, /api/v1/reviews/waiver:{id}")
    WaiverView show(@PathVariable WaiverId waiver, Actor actor, At at) {
        return desk.find(waiver, actor, at);
    }

    @PostMapping
    @Operation(
            summary = "Ask for a waiver and for its review",
            description =
                    "It counts once one of the roles that policy names has signed it:"
                            + " /api/v1/reviews/waiver:{id}/signatures. To end it early, revoke"
                            + " that review.")
    ResponseEntity<Api.Accepted> ask(
            @Valid @RequestBody Asking body, Actor actor, Context context) {
        var made =
                desk.ask(
                        body.subject(),
                        body.gate(),
                        body.environment(),
                        body.reason(),
                        body.control(),
                        body.until(),
                        body.comment(),
                        actor,
                        context);
        return Api.accepted(made.sent(), "/api/v1/waivers/" + made.id());
    }
}
