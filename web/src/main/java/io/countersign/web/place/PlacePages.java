package io.countersign.web.place;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.PlaceCommand;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.place.Places;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.web.page.Forms;
import io.countersign.web.page.OwnProjects;
import io.countersign.web.page.SubjectPanels;
import io.countersign.web.page.Typed;
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

/** Environments, and what models run in. */
@Controller
@RequestMapping("/places")
class PlacePages {
    private static final int PAGE = 50;
    private static final Map<String, String> KINDS = kinds();

    private final Places places;
    private final SeenPlaces seen;
    private final OwnProjects projects;
    private final SubjectPanels panels;
    private final Commands commands;
    private final ReadPosition positions;
    private final Forms forms;

    PlacePages(
            Places places,
            SeenPlaces seen,
            OwnProjects projects,
            SubjectPanels panels,
            Commands commands,
            ReadPosition positions,
            Forms forms) {
        this.places = places;
        this.seen = seen;
        this.projects = projects;
        this.panels = panels;
        this.commands = commands;
        this.positions = positions;
        this.forms = forms;
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
                    new PlaceCommand.RegisterPlace(
                            typed.value("key", key -> PlaceId.of(project, key)),
                            typed.value("kind", SeenPlaces::kind),
                            typed.text("name"),
                            typed.text("ownerTeam"));
            return Forms.then(commands.send(command, actor), "/places/" + command.id());
        } catch (CommandRefused refused) {
            listed(null, null, actor, positions.now(), model);
            return forms.again(refused, fields, model, "places/list");
        }
    }

    @PostMapping("/environments")
    String environment(@RequestParam Map<String, String> fields, Actor actor, Model model) {
        var typed = new Typed(fields);
        try {
            var command =
                    new PlaceCommand.RegisterEnvironment(
                            typed.value("environment", EnvironmentId::new),
                            typed.text("environmentName"),
                            typed.text("production").equals("true"));
            return Forms.then(commands.send(command, actor), "/places");
        } catch (CommandRefused refused) {
            listed(null, null, actor, positions.now(), model);
            return forms.again(
                    "name".equals(refused.refusal().details().get("field"))
                            ? new CommandRefused(refused.refusal().with("field", "environmentName"))
                                    .asRecorded()
                            : refused,
                    fields,
                    model,
                    "places/list");
        }
    }

    @GetMapping("/{place}")
    String show(@PathVariable PlaceId place, Actor actor, At at, Model model) {
        return shown(place, actor, at, model);
    }

    @PostMapping("/{place}/retirement")
    String retire(
            @PathVariable PlaceId place,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Model model) {
        try {
            var command = new PlaceCommand.RetirePlace(place, new Typed(fields).text("reason"));
            return Forms.then(commands.send(command, actor), "/places/" + place);
        } catch (CommandRefused refused) {
            shown(place, actor, positions.now(), model);
            return forms.again(refused, fields, model, "places/show");
        }
    }

    private String listed(
            @Nullable String project, @Nullable String from, Actor actor, At at, Model model) {
        var only = project == null || project.isBlank() ? null : new ProjectId(project);
        var found = places.list(only, from, PAGE + 1, at, actor.visibility());
        model.addAttribute("environments", places.environments(at));
        model.addAttribute("places", found.subList(0, Math.min(PAGE, found.size())));
        model.addAttribute(
                "older",
                found.size() > PAGE
                        ? "/places?from="
                                + found.get(PAGE - 1).id()
                                + (only == null ? "" : "&project=" + only)
                        : null);
        model.addAttribute("project", only == null ? "" : only.value());
        model.addAttribute("projects", projects.seen(actor, at));
        model.addAttribute(
                "own",
                at.past()
                        ? Map.of()
                        : projects.with(actor, at, Role.REQUESTER, Role.RELEASE_MANAGER));
        model.addAttribute("kinds", KINDS);
        model.addAttribute(
                "administers", !at.past() && actor.rolesForAll().contains(Role.ADMINISTRATOR));
        return "places/list";
    }

    private String shown(PlaceId id, Actor actor, At at, Model model) {
        var place = seen.find(id, actor, at);
        var roles = actor.rolesIn(id.project());
        model.addAttribute("place", place);
        model.addAttribute("kind", KINDS.get(place.kind().word()));
        model.addAttribute(
                "retires",
                !at.past()
                        && !place.retired()
                        && (roles.contains(Role.REQUESTER)
                                || roles.contains(Role.RELEASE_MANAGER)));
        panels.fill(id.ref(), at, actor, model, List.of());
        return "places/show";
    }

    private static Map<String, String> kinds() {
        var kinds = new LinkedHashMap<String, String>();
        kinds.put(PlaceKind.APPLICATION.word(), "Application");
        kinds.put(PlaceKind.SERVICE.word(), "Service");
        kinds.put(PlaceKind.PIPELINE.word(), "Pipeline");
        return kinds;
    }
}
