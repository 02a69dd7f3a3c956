package io.countersign.web.model;

import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelMetric;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.Models;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/models")
@Tag(name = "Models", description = "Models, their versions and model cards")
class ModelApi {
    private final Models models;
    private final Known known;
    private final Commands commands;

    ModelApi(Models models, Known known, Commands commands) {
        this.models = models;
        this.known = known;
        this.commands = commands;
    }

    /**
     * @param key the last part of the id: {@code scorer} of {@code credit.scorer}
     */
    record Registration(
            @NotNull ProjectId project,
            @NotNull String key,
            @NotNull String name,
            @Nullable String description) {}

    /**
     * @param codeCommit 7 to 64 hex digits
     */
    record VersionRegistration(
            @NotNull String version,
            @NotNull Sha256 artifactDigest,
            @NotNull String codeCommit,
            @Nullable List<DatasetVersionId> trainingDatasets,
            @Nullable List<DatasetVersionId> testDatasets,
            @Nullable List<ModelMetric> metrics,
            @Nullable ModelCard modelCard,
            @Nullable String limitations) {}

    record Retirement(@NotNull String reason) {}

    /**
     * @param next the value of {@code from} for the next page; null on the last
     */
    record Page(List<Models.ModelRow> models, @Nullable String next) {}

    /**
     * @param versions newest first
     */
    record WithVersions(Models.ModelRow model, List<Models.VersionRow> versions) {}

    @GetMapping
    Page list(
            @RequestParam @Nullable ProjectId project,
            @RequestParam @Nullable String from,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            Actor actor,
            At at) {
        var page =
                Typed.Page.of(models.list(project, from, limit + 1, at, actor.visibility()), limit);
        return new Page(page.rows(), page.more() ? page.rows().getLast().id().value() : null);
    }

    @PostMapping
    @Operation(summary = "Register a model")
    ResponseEntity<Api.Accepted> register(
            @Valid @RequestBody Registration body, Actor actor, Context context) {
        var id = ModelId.of(body.project(), body.key());
        return Api.accepted(
                commands.send(
                        new ModelCommand.Register(
                                id,
                                body.name(),
                                Objects.requireNonNullElse(body.description(), "")),
                        actor,
                        context),
                "/api/v1/models/" + id);
    }

    @GetMapping("/{model}")
    WithVersions show(@PathVariable ModelId model, Actor actor, At at) {
        return new WithVersions(
                known.model(model, actor, at), models.versionsOf(model, at, actor.visibility()));
    }

    @PostMapping("/{model}/versions")
    @Operation(summary = "Register a version of a model")
    ResponseEntity<Api.Accepted> registerVersion(
            @PathVariable ModelId model,
            @Valid @RequestBody VersionRegistration body,
            Actor actor,
            Context context) {
        return send(
                new ModelCommand.RegisterVersion(
                        ModelVersionId.of(model, body.version()),
                        body.artifactDigest(),
                        body.codeCommit(),
                        Objects.requireNonNullElse(body.trainingDatasets(), List.of()),
                        Objects.requireNonNullElse(body.testDatasets(), List.of()),
                        Objects.requireNonNullElse(body.metrics(), List.of()),
                        Objects.requireNonNullElse(body.modelCard(), ModelCard.EMPTY),
                        Objects.requireNonNullElse(body.limitations(), "")),
                model,
                body.version(),
                actor,
                context);
    }

    @GetMapping("/{model}/versions/{version}")
    Models.VersionRow showVersion(
            @PathVariable ModelId model, @PathVariable String version, Actor actor, At at) {
        return known.version(ModelVersionId.of(model, version), actor, at);
    }

    @PutMapping("/{model}/versions/{version}/card")
    @Operation(summary = "Write the model card of a version")
    ResponseEntity<Api.Accepted> writeCard(
            @PathVariable ModelId model,
            @PathVariable String version,
            @Valid @RequestBody ModelCard card,
            Actor actor,
            Context context) {
        return send(
                new ModelCommand.WriteModelCard(ModelVersionId.of(model, version), card),
                model,
                version,
                actor,
                context);
    }

    @PostMapping("/{model}/versions/{version}/retirement")
    @Operation(summary = "Retire a version")
    ResponseEntity<Api.Accepted> retire(
            @PathVariable ModelId model,
            @PathVariable String version,
            @Valid @RequestBody Retirement body,
            Actor actor,
            Context context) {
        return send(
                new ModelCommand.RetireVersion(ModelVersionId.of(model, version), body.reason()),
                model,
                version,
                actor,
                context);
    }

    private ResponseEntity<Api.Accepted> send(
            ModelCommand command, ModelId model, String version, Actor actor, Context context) {
        return Api.accepted(
                commands.send(command, actor, context),
                "/api/v1/models/" + model + "/versions/" + version);
    }
}
