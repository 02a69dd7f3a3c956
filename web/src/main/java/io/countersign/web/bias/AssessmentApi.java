package io.countersign.web.bias;

import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.Assessments;
import io.countersign.governance.bias.Failure;
import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.bias.engine.Inspection;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/api/v1/models/{model}/versions/{version}/assessments")
@Tag(name = "Bias assessments", description = "From a prediction log to rates and verdicts")
class AssessmentApi {
    private final Starting starting;
    private final PredictionLogs logs;
    private final ImportFolder imports;
    private final Assessments assessments;
    private final ReadPosition positions;
    private final JsonMapper json;

    AssessmentApi(
            Starting starting,
            PredictionLogs logs,
            ImportFolder imports,
            Assessments assessments,
            ReadPosition positions,
            JsonMapper json) {
        this.starting = starting;
        this.logs = logs;
        this.imports = imports;
        this.assessments = assessments;
        this.positions = positions;
        this.json = json;
    }

    /**
     * How far a running assessment is.
     *
     * @param percent null while it is not known
     */
    record Progress(@Nullable Long percent, String message) {}

    /**
     * @param status running, completed, failed or cancelled
     * @param verdict pass, fail or not-evaluated once completed
     * @param result once completed; left out of lists
     * @param problem why it failed
     * @param progress while it runs
     */
    record Shown(
            AssessmentId id,
            ModelVersionId modelVersion,
            @Nullable DatasetVersionId datasetVersion,
            Sha256 file,
            String fileName,
            ColumnMapping mapping,
            String ruleSet,
            String ruleSetVersion,
            Sha256 ruleSetSha256,
            String method,
            String status,
            @Nullable String verdict,
            List<Failure> failures,
            @Nullable AssessmentResult result,
            @Nullable String problem,
            @Nullable Progress progress,
            Instant startedAt,
            String startedBy,
            @Nullable Instant endedAt) {}

    /** At most 200, newest first. */
    record Page(List<Shown> assessments) {}

    @GetMapping
    Page list(@PathVariable ModelId model, @PathVariable String version, Actor actor, At at) {
        return new Page(
                assessments.of(ModelVersionId.of(model, version), at, actor.visibility()).stream()
                        .map(row -> shown(row, false))
                        .toList());
    }

    @GetMapping("/{id}")
    Shown show(
            @PathVariable ModelId model,
            @PathVariable String version,
            @PathVariable String id,
            Actor actor,
            At at) {
        return shown(starting.find(id(model, version, id), actor, at), true);
    }

    @GetMapping("/import-files")
    @Operation(summary = "Prediction logs in the server's import folder for this project")
    ImportFolder.Listing importFiles(
            @PathVariable ModelId model, @PathVariable String version, Actor actor) {
        var id = ModelVersionId.of(model, version);
        starting.version(id, actor, positions.now());
        return imports.list(id.project());
    }

    @PostMapping(
            path = "/inspection",
            consumes = {
                MediaType.MULTIPART_FORM_DATA_VALUE,
                MediaType.APPLICATION_FORM_URLENCODED_VALUE
            })
    @Operation(summary = "Look at a prediction log before its columns are mapped")
    Inspection inspect(
            @PathVariable ModelId model,
            @PathVariable String version,
            @RequestParam(required = false) @Nullable MultipartFile file,
            @RequestParam(required = false) @Nullable String importFile,
            Actor actor,
            Context context) { // nothing is recorded, so a repetition is answered anew
        var id = ModelVersionId.of(model, version);
        starting.version(id, actor, positions.now());
        return logs.inspect(logs.take(id.project(), file, importFile).digest());
    }

    /** Answers before it has run; the address in {@code location} says how it goes. */
    @PostMapping(
            consumes = {
                MediaType.MULTIPART_FORM_DATA_VALUE,
                MediaType.APPLICATION_FORM_URLENCODED_VALUE
            })
    @Operation(
            summary = "Have a prediction log assessed",
            description =
                    "Uploaded as `file` (multipart/form-data), or named in the server's import"
                            + " folder as `importFile`, where it may be of any size; one of the"
                            + " two.")
    ResponseEntity<Api.Accepted> start(
            @PathVariable ModelId model,
            @PathVariable String version,
            @RequestParam(required = false) @Nullable MultipartFile file,
            @RequestParam(required = false) @Nullable String importFile,
            @RequestParam String mapping,
            @RequestParam String ruleSet,
            @RequestParam @Nullable DatasetVersionId datasetVersion,
            Actor actor,
            Context context) {
        var id = ModelVersionId.of(model, version);
        starting.version(id, actor, positions.now());
        var read = mapping(mapping);
        var started =
                starting.start(
                        id,
                        datasetVersion,
                        logs.take(id.project(), file, importFile),
                        read,
                        ruleSet,
                        actor,
                        context);
        var location = "/api/v1" + Addresses.page(started.id());
        return ResponseEntity.accepted()
                .location(URI.create(location))
                .body(Api.Accepted.of(started.sent(), location));
    }

    @PostMapping("/{id}/cancellation")
    @Operation(summary = "Call a running assessment off")
    ResponseEntity<Api.Accepted> cancel(
            @PathVariable ModelId model,
            @PathVariable String version,
            @PathVariable String id,
            Actor actor,
            Context context) {
        var assessment = id(model, version, id);
        return Api.accepted(
                starting.cancel(assessment, actor, context),
                "/api/v1" + Addresses.page(assessment));
    }

    private Shown shown(Assessments.Row row, boolean whole) {
        var job =
                whole
                        ? starting.running(row)
                        : java.util.Optional.<io.countersign.governance.job.Job>empty();
        return new Shown(
                row.id(),
                row.modelVersion(),
                row.datasetVersion(),
                row.file(),
                row.fileName(),
                row.mapping(),
                row.rules().name(),
                row.rules().version(),
                row.rulesSha256(),
                row.method(),
                row.status().word(),
                row.verdict() == null ? null : row.verdict().word(),
                row.failures(),
                whole ? row.result() : null,
                row.problem() == null ? null : row.problem().text(),
                job.map(j -> new Progress(j.total() == null ? null : j.done(), j.message()))
                        .orElse(null),
                row.startedAt(),
                row.startedBy().value(),
                row.endedAt());
    }

    private ColumnMapping mapping(String text) {
        try {
            return json.readValue(text, ColumnMapping.class);
        } catch (JacksonException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof CommandRefused refused) {
                    throw refused;
                }
            }
            throw CommandRefused.invalid(
                    "mapping",
                    text,
                    "it is not a mapping as /api/docs describes it ("
                            + e.getOriginalMessage().lines().findFirst().orElse("")
                            + ")");
        }
    }

    private static AssessmentId id(ModelId model, String version, String id) {
        return new AssessmentId(ModelVersionId.of(model, version) + "/" + id);
    }
}
