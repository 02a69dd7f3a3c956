package io.countersign.web.model;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.model.ModelCard;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.Models;
import io.countersign.governance.people.Names;
import io.countersign.governance.project.Projects;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.page.Forms;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Models, and the forms to register them and their versions. */
@Controller
@RequestMapping("/models")
class ModelPages {
    private static final int PAGE = 50;
    private static final int MOST_PROJECTS = 500;

    private final Models models;
    private final Known known;
    private final Reviews reviews;
    private final Projects projects;
    private final Names names;
    private final ReadPosition positions;
    private final Commands commands;
    private final Forms forms;

    ModelPages(
            Models models,
            Known known,
            Reviews reviews,
            Projects projects,
            Names names,
            ReadPosition positions,
            Commands commands,
            Forms forms) {
        this.models = models;
        this.known = known;
        this.reviews = reviews;
        this.projects = projects;
        this.names = names;
        this.positions = positions;
        this.commands = commands;
        this.forms = forms;
    }

    @GetMapping
    String list(
            @RequestParam @Nullable String project,
            @RequestParam @Nullable String from,
            Actor actor,
            At at,
            Model model) {
        var chosen = project == null || project.isBlank() ? null : new ProjectId(project);
        var page = Typed.Page.of(models.list(chosen, from, PAGE + 1, at, actor.visibility()), PAGE);
        model.addAttribute("models", page.rows());
        model.addAttribute(
                "names", names.of(page.rows().stream().map(Models.ModelRow::owner).toList()));
        model.addAttribute("project", chosen);
        model.addAttribute(
                "older",
                page.more()
                        ? "/models?from="
                                + page.rows().getLast().id()
                                + (chosen == null ? "" : "&project=" + chosen)
                        : null);
        model.addAttribute(
                "registers",
                !at.past()
                        && actor.grants().stream()
                                .anyMatch(held -> held.role().equals(Role.REQUESTER)));
        return "models/list";
    }

    @GetMapping("/new")
    String blank(@RequestParam @Nullable String project, Actor actor, Model model) {
        model.addAttribute("project", project);
        return offering(actor, model);
    }

    @PostMapping
    String register(@RequestParam Map<String, String> typed, Actor actor, Model model) {
        try {
            var id =
                    ModelId.of(
                            Typed.named(
                                    "project",
                                    () -> new ProjectId(typed.getOrDefault("project", ""))),
                            typed.getOrDefault("key", ""));
            return Forms.then(
                    commands.send(
                            new ModelCommand.Register(
                                    id,
                                    typed.getOrDefault("name", ""),
                                    typed.getOrDefault("description", "")),
                            actor),
                    "/models/" + id);
        } catch (CommandRefused refused) {
            return forms.again(refused, typed, model, offering(actor, model));
        }
    }

    @GetMapping("/{id}")
    String show(@PathVariable ModelId id, Actor actor, At at, Model model) {
        var found = known.model(id, actor, at);
        var versions = models.versionsOf(id, at, actor.visibility());
        model.addAttribute("model", found);
        model.addAttribute("versions", versions);
        model.addAttribute(
                "reviews",
                reviews.of(
                        versions.stream().map(version -> version.id().ref()).toList(),
                        at,
                        actor.visibility()));
        model.addAttribute(
                "names",
                names.of(
                        Stream.concat(
                                        Stream.of(found.owner()),
                                        versions.stream().map(Models.VersionRow::developer))
                                .toList()));
        model.addAttribute("registers", !at.past() && requests(actor, id.project()));
        return "models/show";
    }

    @GetMapping("/{id}/versions/new")
    String blankVersion(@PathVariable ModelId id, Actor actor, Model model) {
        return versionForm(id, actor, model);
    }

    @PostMapping("/{id}/versions")
    String registerVersion(
            @PathVariable ModelId id,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Model model) {
        try {
            var version = ModelVersionId.of(id, typed.getOrDefault("version", ""));
            return Forms.then(
                    commands.send(
                            new ModelCommand.RegisterVersion(
                                    version,
                                    Typed.named(
                                            "artifactDigest",
                                            () ->
                                                    new Sha256(
                                                            typed.getOrDefault("artifactDigest", "")
                                                                    .strip())),
                                    typed.getOrDefault("codeCommit", "").strip(),
                                    Typed.datasets(typed, "trainingDatasets"),
                                    Typed.datasets(typed, "testDatasets"),
                                    Typed.metrics(typed),
                                    Typed.card(typed),
                                    typed.getOrDefault("limitations", "")),
                            actor),
                    "/models/" + id + "/versions/" + version.version());
        } catch (CommandRefused refused) {
            return forms.again(refused, typed, model, versionForm(id, actor, model));
        }
    }

    static boolean requests(Actor actor, ProjectId project) {
        return actor.rolesIn(project).contains(Role.REQUESTER);
    }

    private String versionForm(ModelId id, Actor actor, Model model) {
        model.addAttribute("model", known.model(id, actor, positions.now()));
        model.addAttribute("sections", Typed.sections(ModelCard.EMPTY));
        return "models/new-version";
    }

    private String offering(Actor actor, Model model) {
        model.addAttribute(
                "projects",
                Typed.options(
                        projects
                                .list(null, MOST_PROJECTS, positions.now(), actor.visibility())
                                .stream()
                                .filter(row -> !row.retired() && requests(actor, row.id()))
                                .map(row -> row.id().value())
                                .toList()));
        return "models/new";
    }
}
