package io.countersign.web.dataset;

import io.countersign.governance.dataset.DatasetCommand;
import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasets;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.people.Names;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.staleness.Consequences;
import io.countersign.web.consequence.Confirming;
import io.countersign.web.page.ApprovedOn;
import io.countersign.web.page.Forms;
import io.countersign.web.page.OwnProjects;
import io.countersign.web.page.SubjectPanels;
import io.countersign.web.page.Typed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
@RequestMapping("/datasets")
class DatasetPages {
    private static final int PAGE = 50;
    private static final String VERSION = "/{dataset}/versions/{version}";

    /** What each part of a datasheet asks, by the part's name. */
    private static final Map<String, String> PARTS = parts();

    private final ApprovedOn approvedOn;
    private final Datasets datasets;
    private final SeenDatasets seen;
    private final OwnProjects projects;
    private final SubjectPanels panels;
    private final Names names;
    private final Commands commands;
    private final ReadPosition positions;
    private final Forms forms;
    private final Confirming confirming;

    DatasetPages(
            Datasets datasets,
            SeenDatasets seen,
            OwnProjects projects,
            SubjectPanels panels,
            Names names,
            Commands commands,
            ReadPosition positions,
            Forms forms,
            Confirming confirming,
            ApprovedOn approvedOn) {
        this.approvedOn = approvedOn;
        this.datasets = datasets;
        this.seen = seen;
        this.projects = projects;
        this.panels = panels;
        this.names = names;
        this.commands = commands;
        this.positions = positions;
        this.forms = forms;
        this.confirming = confirming;
    }

    @GetMapping
    String list(
            @RequestParam @Nullable String project,
            @RequestParam @Nullable String from,
            Actor actor,
            At at,
            Model model) {
        return listed(project, from, actor, at, model);
    }

    @PostMapping
    String register(@RequestParam Map<String, String> fields, Actor actor, Model model) {
        var typed = new Typed(fields);
        try {
            var project = typed.value("project", ProjectId::new);
            var command =
                    new DatasetCommand.Register(
                            typed.value("key", key -> DatasetId.of(project, key)),
                            typed.text("name"),
                            typed.text("description"));
            return Forms.then(commands.send(command, actor), "/datasets/" + command.id());
        } catch (CommandRefused refused) {
            listed(null, null, actor, positions.now(), model);
            return forms.again(refused, fields, model, "datasets/list");
        }
    }

    @GetMapping("/{dataset}")
    String show(@PathVariable DatasetId dataset, Actor actor, At at, Model model) {
        var row = seen.find(dataset, actor, at);
        var versions = seen.versionsOf(dataset, actor, at);
        var people = new ArrayList<>(List.of(row.owner()));
        versions.forEach(version -> people.add(version.registeredBy()));
        model.addAttribute("dataset", row);
        model.addAttribute("versions", versions);
        model.addAttribute("registers", registers(dataset, actor, at));
        panels.fill(dataset.ref(), at, actor, model, people);
        return "datasets/show";
    }

    @GetMapping("/{dataset}/register")
    String form(@PathVariable DatasetId dataset, Actor actor, At at, Model model) {
        return offered(dataset, actor, at, model);
    }

    @PostMapping("/{dataset}/versions")
    String register(
            @PathVariable DatasetId dataset,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Model model) {
        var typed = new Typed(fields);
        try {
            var command =
                    new DatasetCommand.RegisterVersion(
                            typed.value("version", label -> DatasetVersionId.of(dataset, label)),
                            typed.text("location"),
                            typed.value("sha256", Sha256::new),
                            typed.text("schemaSummary"),
                            datasheet(typed),
                            typed.text("licence"),
                            typed.text("legalBasis"),
                            typed.lines("sensitiveAttributes"),
                            typed.values("sources", DatasetVersionId::new));
            return Forms.then(commands.send(command, actor), path(command.id()));
        } catch (CommandRefused refused) {
            offered(dataset, actor, positions.now(), model);
            return forms.again(refused, fields, model, "datasets/register");
        }
    }

    @GetMapping(VERSION)
    String version(
            @PathVariable DatasetId dataset,
            @PathVariable String version,
            Actor actor,
            At at,
            Model model) {
        return shown(DatasetVersionId.of(dataset, version), actor, at, model);
    }

    @PostMapping(VERSION + "/datasheet")
    String write(
            @PathVariable DatasetId dataset,
            @PathVariable String version,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Model model) {
        var id = DatasetVersionId.of(dataset, version);
        return send(
                id,
                fields,
                typed -> new DatasetCommand.WriteDatasheet(id, datasheet(typed)),
                actor,
                model);
    }

    @PostMapping(VERSION + "/sources")
    String source(
            @PathVariable DatasetId dataset,
            @PathVariable String version,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Model model) {
        var id = DatasetVersionId.of(dataset, version);
        return send(
                id,
                fields,
                typed ->
                        new DatasetCommand.RecordSource(
                                id, typed.value("sources", DatasetVersionId::new)),
                actor,
                model);
    }

    @GetMapping(VERSION + "/retirement")
    String retirement(
            @PathVariable DatasetId dataset,
            @PathVariable String version,
            Actor actor,
            Model model) {
        return confirming.page(
                Consequences.Act.RETIREMENT,
                DatasetVersionId.of(dataset, version).ref(),
                actor,
                model);
    }

    @PostMapping(VERSION + "/retirement")
    String retire(
            @PathVariable DatasetId dataset,
            @PathVariable String version,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Model model) {
        var id = DatasetVersionId.of(dataset, version);
        try {
            var command = new DatasetCommand.RetireVersion(id, new Typed(fields).text("reason"));
            return Forms.then(commands.send(command, actor), path(id));
        } catch (CommandRefused refused) {
            return forms.again(
                    refused,
                    fields,
                    model,
                    confirming.page(Consequences.Act.RETIREMENT, id.ref(), actor, model));
        }
    }

    private String send(
            DatasetVersionId id,
            Map<String, String> fields,
            java.util.function.Function<Typed, DatasetCommand> command,
            Actor actor,
            Model model) {
        try {
            return Forms.then(commands.send(command.apply(new Typed(fields)), actor), path(id));
        } catch (CommandRefused refused) {
            shown(id, actor, positions.now(), model);
            return forms.again(refused, fields, model, "datasets/version");
        }
    }

    private String listed(
            @Nullable String project, @Nullable String from, Actor actor, At at, Model model) {
        var only = project == null || project.isBlank() ? null : new ProjectId(project);
        var found = datasets.list(only, from, PAGE + 1, at, actor.visibility());
        model.addAttribute("datasets", found.subList(0, Math.min(PAGE, found.size())));
        model.addAttribute(
                "older",
                found.size() > PAGE
                        ? "/datasets?from="
                                + found.get(PAGE - 1).id()
                                + (only == null ? "" : "&project=" + only)
                        : null);
        model.addAttribute(
                "names", names.of(found.stream().map(Datasets.DatasetRow::owner).toList()));
        model.addAttribute("project", only == null ? "" : only.value());
        model.addAttribute("projects", projects.seen(actor, at));
        model.addAttribute("own", at.past() ? Map.of() : projects.with(actor, at, Role.REQUESTER));
        return "datasets/list";
    }

    private String offered(DatasetId dataset, Actor actor, At at, Model model) {
        model.addAttribute("dataset", seen.find(dataset, actor, at));
        model.addAttribute("registers", registers(dataset, actor, at));
        model.addAttribute("parts", PARTS);
        return "datasets/register";
    }

    private String shown(DatasetVersionId id, Actor actor, At at, Model model) {
        var version = seen.find(id, actor, at);
        var roles = actor.rolesIn(id.project());
        var open = !at.past() && !version.retired();
        model.addAttribute("version", version);
        model.addAttribute("parts", PARTS);
        model.addAttribute("written", version.datasheet().parts());
        model.addAttribute(
                "badge",
                version.retired()
                        ? "retired"
                        : version.review() == Status.NONE ? "registered" : version.review().name());
        model.addAttribute("writes", open && roles.contains(Role.REQUESTER));
        model.addAttribute(
                "asks",
                open
                        && roles.contains(Role.REQUESTER)
                        && version.review() != Status.OPEN
                        && version.review() != Status.APPROVED);
        model.addAttribute(
                "retires",
                open && (roles.contains(Role.REQUESTER) || roles.contains(Role.DATA_STEWARD)));
        panels.fill(id.ref(), at, actor, model, List.of(version.registeredBy()));
        model.addAttribute("approvedOn", approvedOn.of(id.ref(), actor, at));
        return "datasets/version";
    }

    private static boolean registers(DatasetId dataset, Actor actor, At at) {
        return !at.past() && actor.rolesIn(dataset.project()).contains(Role.REQUESTER);
    }

    private static String path(DatasetVersionId id) {
        return "/datasets/" + id.dataset() + "/versions/" + id.version();
    }

    private static Datasheet datasheet(Typed typed) {
        return new Datasheet(
                typed.text("motivation"),
                typed.text("composition"),
                typed.text("collection"),
                typed.text("preprocessing"),
                typed.text("uses"),
                typed.text("distribution"),
                typed.text("maintenance"));
    }

    private static Map<String, String> parts() {
        var parts = new LinkedHashMap<String, String>();
        parts.put("motivation", "Why was it made, by whom, paid by whom?");
        parts.put("composition", "What are its instances, how many, about whom? What is missing?");
        parts.put("collection", "How, when and from where was it taken? Did people consent?");
        parts.put("preprocessing", "What was cleaned, labelled or left out? Is the raw data kept?");
        parts.put("uses", "What was it used for, what else may it serve, what must it not?");
        parts.put("distribution", "Who gets it, how, under which terms?");
        parts.put("maintenance", "Who keeps it, how are errors corrected, when does it end?");
        return parts;
    }
}
