package io.countersign.web.bias;

import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.bias.AssessmentStatus;
import io.countersign.governance.bias.engine.ColumnMapping;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.people.Names;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.web.page.Forms;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/** From the prediction log over the mapping of its columns to what was found. */
@Controller
@RequestMapping("/models/{model}/versions/{version}/assessments")
class AssessmentPages {
    private static final String REFRESH_SECONDS = "2";

    private final Starting starting;
    private final PredictionLogs logs;
    private final ImportFolder imports;
    private final Names names;
    private final ReadPosition positions;
    private final Forms forms;

    AssessmentPages(
            Starting starting,
            PredictionLogs logs,
            ImportFolder imports,
            Names names,
            ReadPosition positions,
            Forms forms) {
        this.starting = starting;
        this.logs = logs;
        this.imports = imports;
        this.names = names;
        this.positions = positions;
        this.forms = forms;
    }

    /** The upload, or, once there is one, the mapping. */
    @GetMapping("/new")
    String blank(
            @PathVariable("model") ModelId id,
            @PathVariable("version") String label,
            Actor actor,
            HttpSession session,
            Model model) {
        var version = ModelVersionId.of(id, label);
        var log = log(session, version);
        return log == null ? uploading(version, actor, model) : mapping(version, log, actor, model);
    }

    @PostMapping("/log")
    String upload(
            @PathVariable("model") ModelId id,
            @PathVariable("version") String label,
            @RequestParam(required = false) @Nullable MultipartFile file,
            @RequestParam(required = false) @Nullable String importFile,
            Actor actor,
            HttpSession session,
            Model model) {
        var version = ModelVersionId.of(id, label);
        try {
            starting.version(version, actor, positions.now());
            var log = logs.take(version.project(), file, importFile);
            logs.inspect(log.digest());
            // who knows a digest may not look into the file: only what this session itself took
            // in is shown
            session.setAttribute(key(version), log.toString());
            return "redirect:" + Addresses.page(version) + "/assessments/new";
        } catch (CommandRefused refused) {
            var typed = Map.of("importFile", Objects.requireNonNullElse(importFile, ""));
            return forms.again(refused, typed, model, uploading(version, actor, model));
        }
    }

    @PostMapping("/log/removal")
    String another(
            @PathVariable("model") ModelId id,
            @PathVariable("version") String label,
            HttpSession session) {
        var version = ModelVersionId.of(id, label);
        session.removeAttribute(key(version));
        return "redirect:" + Addresses.page(version) + "/assessments/new";
    }

    @PostMapping
    String start(
            @PathVariable("model") ModelId id,
            @PathVariable("version") String label,
            @RequestParam MultiValueMap<String, String> typed,
            Actor actor,
            HttpSession session,
            Context context,
            Model model) {
        var version = ModelVersionId.of(id, label);
        var log = log(session, version);
        if (log == null) {
            return "redirect:" + Addresses.page(version) + "/assessments/new";
        }
        try {
            var dataset = text(typed, "datasetVersion");
            var started =
                    starting.start(
                            version,
                            dataset.isEmpty() ? null : new DatasetVersionId(dataset),
                            log,
                            mapping(typed),
                            text(typed, "rules"),
                            actor,
                            context);
            session.removeAttribute(key(version));
            return Forms.then(started.sent(), Addresses.page(started.id()));
        } catch (CommandRefused refused) {
            var again = new HashMap<String, Object>(typed.toSingleValueMap());
            again.put("attributes", typed.getOrDefault("attributes", List.of()));
            return forms.again(refused, again, model, mapping(version, log, actor, model));
        }
    }

    @GetMapping("/{assessment}")
    String show(
            @PathVariable("model") ModelId id,
            @PathVariable("version") String label,
            @PathVariable("assessment") String key,
            Actor actor,
            At at,
            HttpServletResponse response,
            Model model) {
        var row = starting.find(id(id, label, key), actor, at);
        var job = starting.running(row);
        var running = row.status() == AssessmentStatus.RUNNING && !at.past();
        if (running && job.filter(j -> !j.state().isFinal()).isPresent()) {
            response.setHeader("Refresh", REFRESH_SECONDS);
        }
        var roles = actor.rolesIn(id.project());
        model.addAttribute("assessment", row);
        model.addAttribute("address", Addresses.page(row.id()));
        model.addAttribute("versionAddress", Addresses.page(row.modelVersion()));
        model.addAttribute("startedBy", names.of(row.startedBy()));
        model.addAttribute("job", job.orElse(null));
        model.addAttribute("running", running);
        model.addAttribute(
                "cancels",
                running && (roles.contains(Role.REQUESTER) || roles.contains(Role.VALIDATOR)));
        model.addAttribute(
                "findings",
                row.result() == null ? null : Findings.of(row.result(), row.failures()));
        return "assessments/show";
    }

    @PostMapping("/{assessment}/cancellation")
    String cancel(
            @PathVariable("model") ModelId id,
            @PathVariable("version") String label,
            @PathVariable("assessment") String key,
            Actor actor,
            Context context) {
        var assessment = id(id, label, key);
        return Forms.then(starting.cancel(assessment, actor, context), Addresses.page(assessment));
    }

    private String uploading(ModelVersionId version, Actor actor, Model model) {
        model.addAttribute("version", starting.version(version, actor, positions.now()));
        model.addAttribute("versionAddress", Addresses.page(version));
        var offered = new LinkedHashMap<String, String>();
        var listing = imports.list(version.project());
        for (var file : listing.files()) {
            offered.put(
                    file.name(),
                    "%s, %,d bytes, %s"
                            .formatted(
                                    file.name(),
                                    file.size(),
                                    file.modified().truncatedTo(ChronoUnit.SECONDS)));
        }
        model.addAttribute("project", version.project());
        model.addAttribute("imports", offered);
        model.addAttribute("moreImports", listing.more());
        return "assessments/log";
    }

    private String mapping(ModelVersionId id, PredictionLogs.Log log, Actor actor, Model model) {
        var version = starting.version(id, actor, positions.now());
        var inspection = logs.inspect(log.digest());
        var columns = options(inspection.columns().stream().map(column -> column.name()));
        model.addAttribute("version", version);
        model.addAttribute("versionAddress", Addresses.page(id));
        model.addAttribute("log", log);
        model.addAttribute("inspection", inspection);
        model.addAttribute("columns", columns);
        model.addAttribute("ruleSets", options(starting.ruleSets().stream()));
        model.addAttribute(
                "datasets",
                options(
                        Stream.concat(
                                        version.testDatasets().stream(),
                                        version.trainingDatasets().stream())
                                .map(DatasetVersionId::value)));
        return "assessments/mapping";
    }

    private static ColumnMapping mapping(MultiValueMap<String, String> typed) {
        var favourable = text(typed, "favourable");
        if (favourable.isEmpty()) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "bias.favourable-missing",
                                    "Say whether the positive prediction is good for the person it"
                                            + " is about; it is never guessed.")
                            .with("field", "favourable"));
        }
        var threshold = text(typed, "threshold");
        var label = text(typed, "label");
        return new ColumnMapping(
                new ColumnMapping.Prediction(
                        text(typed, "prediction"),
                        threshold.isEmpty()
                                ? new ColumnMapping.Classes(
                                        lines(typed, "positive"), lines(typed, "negative"))
                                : new ColumnMapping.Score(number(threshold)),
                        favourable.equals("yes")),
                label.isEmpty()
                        ? null
                        : new ColumnMapping.Label(
                                label,
                                lines(typed, "labelPositive"),
                                lines(typed, "labelNegative")),
                typed.getOrDefault("attributes", List.of()),
                lines(typed, "missing"),
                text(typed, "unlisted").equals("count")
                        ? ColumnMapping.Unlisted.COUNT
                        : ColumnMapping.Unlisted.REFUSE);
    }

    private static BigDecimal number(String threshold) {
        if (!threshold.strip().matches("-?[0-9]{1,30}(\\.[0-9]{1,30})?")) {
            throw CommandRefused.invalid("threshold", threshold, "give a number, such as 0.5");
        }
        return new BigDecimal(threshold.strip());
    }

    /** Not trimmed: values of a file are compared as they are. */
    private static List<String> lines(MultiValueMap<String, String> typed, String field) {
        return text(typed, field).lines().filter(line -> !line.isEmpty()).distinct().toList();
    }

    private static String text(MultiValueMap<String, String> typed, String field) {
        return Objects.requireNonNullElse(typed.getFirst(field), "");
    }

    private static Map<String, String> options(Stream<String> values) {
        var options = new LinkedHashMap<String, String>();
        values.forEach(value -> options.put(value, value));
        return options;
    }

    private static PredictionLogs.@Nullable Log log(HttpSession session, ModelVersionId version) {
        return session.getAttribute(key(version)) instanceof String text
                ? PredictionLogs.Log.parse(text)
                : null;
    }

    private static String key(ModelVersionId version) {
        return "prediction log of " + version;
    }

    private static AssessmentId id(ModelId model, String version, String key) {
        return new AssessmentId(ModelVersionId.of(model, version) + "/" + key);
    }
}
