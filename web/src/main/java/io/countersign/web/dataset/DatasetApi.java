package io.countersign.web.dataset;

import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasets;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.api.Api;
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
@RequestMapping("/api/v1/datasets")
@Tag(name = "Datasets")
class DatasetApi {
    private static final String VERSION = "/{dataset}/versions/{version}";

    private final Datasets datasets;
    private final SeenDatasets seen;
    private final Commands commands;

    DatasetApi(Datasets datasets, SeenDatasets seen, Commands commands) {
        this.datasets = datasets;
        this.seen = seen;
        this.commands = commands;
    }

    /**
     * @param id project and key, such as {@code credit.applications}
     */
    record NewDataset(@NotNull DatasetId id, @NotNull String name, @Nullable String description) {}

    /** Parts left out are not written yet. */
    record Sheet(
            @Nullable String motivation,
            @Nullable String composition,
            @Nullable String collection,
            @Nullable String preprocessing,
            @Nullable String uses,
            @Nullable String distribution,
            @Nullable String maintenance) {
        static final Sheet NONE = new Sheet(null, null, null, null, null, null, null);

        Datasheet datasheet() {
            return new Datasheet(
                    text(motivation),
                    text(composition),
                    text(collection),
                    text(preprocessing),
                    text(uses),
                    text(distribution),
                    text(maintenance));
        }
    }

    /**
     * @param sha256 of the content, as 64 lowercase hex digits
     * @param sources the dataset versions it was made from, such as {@code credit.raw@1.0}
     */
    record NewVersion(
            @NotNull String version,
            @NotNull String location,
            @NotNull Sha256 sha256,
            @NotNull String schemaSummary,
            @Nullable Sheet datasheet,
            @Nullable String licence,
            @Nullable String legalBasis,
            @Nullable List<String> sensitiveAttributes,
            @Nullable List<DatasetVersionId> sources) {}

    record Source(@NotNull DatasetVersionId source) {}

    record Retirement(@NotNull String reason) {}

    /**
     * @param next the value of {@code from} for the next page; null on the last
     */
    record Page(List<Datasets.DatasetRow> datasets, @Nullable String next) {}

    @GetMapping
    Page list(
            @RequestParam @Nullable ProjectId project,
            @RequestParam @Nullable String from,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            Actor actor,
            At at) {
        var found = datasets.list(project, from, limit + 1, at, actor.visibility());
        return found.size() > limit
                ? new Page(found.subList(0, limit), found.get(limit - 1).id().value())
                : new Page(found, null);
    }

    @GetMapping("/{dataset}")
    Datasets.DatasetRow show(@PathVariable DatasetId dataset, Actor actor, At at) {
        return seen.find(dataset, actor, at);
    }

    @GetMapping("/{dataset}/versions")
    List<SeenDatasets.Listed> versions(@PathVariable DatasetId dataset, Actor actor, At at) {
        var found = seen.find(dataset, actor, at);
        return seen.versionsOf(found.id(), actor, at);
    }

    @GetMapping(VERSION)
    SeenDatasets.Version version(
            @PathVariable DatasetId dataset, @PathVariable String version, Actor actor, At at) {
        return seen.find(DatasetVersionId.of(dataset, version), actor, at);
    }

    @PostMapping
    ResponseEntity<Api.Accepted> register(
            @Valid @RequestBody NewDataset body, Actor actor, Context context) {
        return Api.accepted(
                commands.send(
                        new DatasetCommand.Register(
                                body.id(), body.name(), text(body.description())),
                        actor,
                        context),
                "/api/v1/datasets/" + body.id());
    }

    @PostMapping("/{dataset}/versions")
    ResponseEntity<Api.Accepted> register(
            @PathVariable DatasetId dataset,
            @Valid @RequestBody NewVersion body,
            Actor actor,
            Context context) {
        var id = DatasetVersionId.of(dataset, body.version());
        return send(
                id,
                new DatasetCommand.RegisterVersion(
                        id,
                        body.location(),
                        body.sha256(),
                        body.schemaSummary(),
                        Objects.requireNonNullElse(body.datasheet(), Sheet.NONE).datasheet(),
                        text(body.licence()),
                        text(body.legalBasis()),
                        Objects.requireNonNullElse(body.sensitiveAttributes(), List.of()),
                        Objects.requireNonNullElse(body.sources(), List.of())),
                actor,
                context);
    }

    @PutMapping(VERSION + "/datasheet")
    ResponseEntity<Api.Accepted> write(
            @PathVariable DatasetId dataset,
            @PathVariable String version,
            @Valid @RequestBody Sheet body,
            Actor actor,
            Context context) {
        var id = DatasetVersionId.of(dataset, version);
        return send(id, new DatasetCommand.WriteDatasheet(id, body.datasheet()), actor, context);
    }

    @PostMapping(VERSION + "/sources")
    ResponseEntity<Api.Accepted> source(
            @PathVariable DatasetId dataset,
            @PathVariable String version,
            @Valid @RequestBody Source body,
            Actor actor,
            Context context) {
        var id = DatasetVersionId.of(dataset, version);
        return send(id, new DatasetCommand.RecordSource(id, body.source()), actor, context);
    }

    @PostMapping(VERSION + "/retirement")
    ResponseEntity<Api.Accepted> retire(
            @PathVariable DatasetId dataset,
            @PathVariable String version,
            @Valid @RequestBody Retirement body,
            Actor actor,
            Context context) {
        var id = DatasetVersionId.of(dataset, version);
        return send(id, new DatasetCommand.RetireVersion(id, body.reason()), actor, context);
    }

    private ResponseEntity<Api.Accepted> send(
            DatasetVersionId id, DatasetCommand command, Actor actor, Context context) {
        return Api.accepted(
                commands.send(command, actor, context),
                "/api/v1/datasets/" + id.dataset() + "/versions/" + id.version());
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given;
    }
}
