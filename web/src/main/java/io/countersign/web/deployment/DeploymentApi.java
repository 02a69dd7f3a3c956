package io.countersign.web.deployment;

import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
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
@RequestMapping("/api/v1/deployments")
@Tag(name = "Deployments", description = "Which model version runs where, and whether it may")
class DeploymentApi {
    private static final String PATH = "/api/v1/deployments";
    private static final int MOST = 200;

    private final DeploymentFile file;
    private final Asks asks;

    DeploymentApi(DeploymentFile file, Asks asks) {
        this.file = file;
        this.asks = asks;
    }

    /**
     * @param next give it as {@code from} for the next page; null on the last
     */
    record Page(List<DeploymentFile.Shown> items, @Nullable String next) {}

    /**
     * @param artifactDigest SHA-256 of what is to run, 64 hex digits
     */
    record Asking(
            @NotNull String modelVersion,
            @NotNull String environment,
            @NotNull String place,
            @NotNull String artifactDigest,
            @Nullable String comment) {}

    record Made(String id, @Nullable String after, String location) {}

    record Reason(@Nullable String reason) {}

    @GetMapping
    @Operation(summary = "Newest first")
    Page list(
            @RequestParam @Nullable String project,
            @RequestParam @Nullable String modelVersion,
            @RequestParam @Nullable String environment,
            @RequestParam @Nullable String status,
            @RequestParam @Nullable String from,
            @RequestParam(defaultValue = "50") int limit,
            Actor actor,
            At at) {
        var size = Math.clamp(limit, 1, MOST);
        var found =
                file.list(
                        new Narrowing(project, modelVersion, environment, status, from).filter(),
                        size + 1,
                        actor,
                        at);
        return found.size() <= size
                ? new Page(found, null)
                : new Page(found.subList(0, size), found.get(size - 1).id().value());
    }

    @PostMapping
    ResponseEntity<Made> request(@Valid @RequestBody Asking body, Actor actor, Context context) {
        var made =
                asks.request(
                        body.modelVersion(),
                        body.environment(),
                        body.place(),
                        body.artifactDigest(),
                        body.comment(),
                        actor,
                        context);
        var location = PATH + "/" + made.id();
        var after = made.sent().lastEventId();
        return Api.answer(after, location, new Made(made.id().value(), after, location));
    }

    @GetMapping("/{id}")
    DeploymentFile.Shown show(@PathVariable DeploymentId id, Actor actor, At at) {
        return file.find(id, actor, at);
    }

    @GetMapping("/{id}/gate")
    @Operation(
            summary = "Whether it may run at this moment: yes or no, with reasons",
            description =
                    "From live facts; nothing is recorded. Go ahead only on a 200 whose answer is"
                            + " yes: anything else is a no.")
    DeploymentFile.Gate gate(@PathVariable DeploymentId id, Actor actor) {
        return file.gate(id, actor);
    }

    @GetMapping("/{id}/history")
    List<DeploymentFile.Moment> history(@PathVariable DeploymentId id, Actor actor, At at) {
        file.find(id, actor, at);
        return file.history(id, actor, at);
    }

    @PostMapping("/{id}/{act:activation|suspension|resumption|rollback|retirement|gate}")
    @Operation(
            summary = "Change it; gate asks the gate and puts another answer than before on record")
    ResponseEntity<Api.Accepted> change(
            @PathVariable DeploymentId id,
            @PathVariable String act,
            @RequestBody(required = false) @Nullable Reason body,
            Actor actor,
            Context context) {
        var reason = body == null ? null : body.reason();
        return Api.accepted(asks.change(id, act, reason, actor, context), PATH + "/" + id);
    }
}
