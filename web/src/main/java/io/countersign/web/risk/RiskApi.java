package io.countersign.web.risk;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.RiskScale;
import io.countersign.governance.risk.Treatment;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
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
@RequestMapping("/api/v1")
@Tag(name = "Risks", description = "The risk register")
class RiskApi {
    private static final String FILTER =
            "Filter with project, category, status (open, closed, all), owner, subject (kind:id),"
                    + " likelihood and impact by inherent or current; all optional.";

    private final Register register;
    private final Commands commands;

    RiskApi(Register register, Commands commands) {
        this.register = register;
        this.commands = commands;
    }

    /**
     * @param next the value of {@code from} for the next page; null on the last
     */
    record Page(List<RiskView> risks, @Nullable String next) {}

    /**
     * Likelihood and impact count from 1, the least, in the order of the names given.
     *
     * @param current by residual rating where there is one
     */
    record HeatMap(
            int scaleVersion,
            List<String> likelihood,
            List<String> impact,
            List<RiskScale.Level> levels,
            Register.Cells inherent,
            Register.Cells current) {}

    record Raising(
            @NotNull ProjectId project,
            @NotNull String title,
            @NotNull String description,
            @NotNull String category,
            @Nullable List<SubjectRef> subjects,
            @Nullable String harmed,
            @NotNull Rating inherent) {}

    record Owning(@NotNull UserId owner) {}

    record Rated(int likelihood, int impact, @NotNull String reason) {}

    record Treating(
            @NotNull Treatment treatment,
            @NotNull String plan,
            @NotNull UserId responsible,
            @NotNull LocalDate due) {}

    record Reviewing(@NotNull LocalDate on) {}

    record Reason(@NotNull String reason) {}

    @GetMapping("/risks")
    @Operation(summary = "Risks, by id", description = FILTER)
    Page list(
            @Parameter(hidden = true) @RequestParam Map<String, String> filter,
            @RequestParam @Nullable String from,
            @RequestParam(defaultValue = "50") @Min(1) @Max(500) int limit,
            Actor actor,
            At at) {
        var found = register.list(RiskQuery.of(filter, "all"), from, limit + 1, actor, at);
        return found.size() > limit
                ? new Page(found.subList(0, limit), found.get(limit - 1).id().value())
                : new Page(found, null);
    }

    @GetMapping("/risks/heat-map")
    @Operation(summary = "How many risks are in each cell of the scale", description = FILTER)
    HeatMap heatMap(
            @Parameter(hidden = true) @RequestParam Map<String, String> filter,
            Actor actor,
            At at) {
        var query = RiskQuery.of(filter, "open");
        var adopted = register.scale(at);
        return new HeatMap(
                adopted.version(),
                adopted.scale().likelihood(),
                adopted.scale().impact(),
                adopted.scale().levels(),
                register.cells(query, true, actor, at),
                register.cells(query, false, actor, at));
    }

    @GetMapping("/risks.csv")
    @Operation(summary = "The risks a filter finds, as CSV", description = FILTER)
    void csv(
            @Parameter(hidden = true) @RequestParam Map<String, String> filter,
            Actor actor,
            At at,
            HttpServletResponse response)
            throws IOException {
        register.csv(RiskQuery.of(filter, "all"), actor, at, response);
    }

    @GetMapping("/risks/{risk}")
    RiskView show(@PathVariable RiskId risk, Actor actor, At at) {
        return register.find(risk, actor, at);
    }

    @GetMapping("/risks/{risk}/ratings")
    @Operation(summary = "Every rating the risk was given, newest first, at most 200")
    List<Register.RatedOnce> ratings(@PathVariable RiskId risk, Actor actor, At at) {
        register.find(risk, actor, at);
        return register.ratings(risk, actor, at);
    }

    @PostMapping("/risks")
    ResponseEntity<Api.Accepted> raise(
            @Valid @RequestBody Raising body, Actor actor, Context context) {
        // The same key raises the same risk, however often it is sent.
        var key = context.idempotencyKey();
        var id =
                key == null
                        ? RiskId.random(body.project())
                        : RiskId.caused(body.project(), actor.id() + " " + key);
        return send(
                new RiskCommand.Raise(
                        id,
                        body.title(),
                        body.description(),
                        body.category(),
                        body.subjects() == null ? List.of() : body.subjects(),
                        body.harmed() == null ? "" : body.harmed(),
                        body.inherent()),
                actor,
                context);
    }

    @PostMapping("/risks/{risk}/owner")
    ResponseEntity<Api.Accepted> assign(
            @PathVariable RiskId risk,
            @Valid @RequestBody Owning body,
            Actor actor,
            Context context) {
        return send(new RiskCommand.AssignOwner(risk, body.owner()), actor, context);
    }

    @PostMapping("/risks/{risk}/inherent")
    ResponseEntity<Api.Accepted> rateInherent(
            @PathVariable RiskId risk,
            @Valid @RequestBody Rated body,
            Actor actor,
            Context context) {
        return send(
                new RiskCommand.RateInherent(
                        risk, new Rating(body.likelihood(), body.impact()), body.reason()),
                actor,
                context);
    }

    @PostMapping("/risks/{risk}/residual")
    ResponseEntity<Api.Accepted> rateResidual(
            @PathVariable RiskId risk,
            @Valid @RequestBody Rated body,
            Actor actor,
            Context context) {
        return send(
                new RiskCommand.RateResidual(
                        risk, new Rating(body.likelihood(), body.impact()), body.reason()),
                actor,
                context);
    }

    @PostMapping("/risks/{risk}/treatment")
    ResponseEntity<Api.Accepted> plan(
            @PathVariable RiskId risk,
            @Valid @RequestBody Treating body,
            Actor actor,
            Context context) {
        return send(
                new RiskCommand.PlanTreatment(
                        risk, body.treatment(), body.plan(), body.responsible(), body.due()),
                actor,
                context);
    }

    @PostMapping("/risks/{risk}/review")
    ResponseEntity<Api.Accepted> schedule(
            @PathVariable RiskId risk,
            @Valid @RequestBody Reviewing body,
            Actor actor,
            Context context) {
        return send(new RiskCommand.ScheduleReview(risk, body.on()), actor, context);
    }

    @PostMapping("/risks/{risk}/closure")
    ResponseEntity<Api.Accepted> close(
            @PathVariable RiskId risk,
            @Valid @RequestBody Reason body,
            Actor actor,
            Context context) {
        return send(new RiskCommand.Close(risk, body.reason()), actor, context);
    }

    @PostMapping("/risks/{risk}/reopening")
    ResponseEntity<Api.Accepted> reopen(
            @PathVariable RiskId risk,
            @Valid @RequestBody Reason body,
            Actor actor,
            Context context) {
        return send(new RiskCommand.Reopen(risk, body.reason(), null), actor, context);
    }

    private ResponseEntity<Api.Accepted> send(RiskCommand command, Actor actor, Context context) {
        return Api.accepted(
                commands.send(command, actor, context), "/api/v1/risks/" + command.id());
    }
}
