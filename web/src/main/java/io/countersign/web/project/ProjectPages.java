package io.countersign.web.project;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.people.FirstRequesters;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.Projects;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.project.TierOrigin;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.web.page.Forms;
import io.countersign.web.page.SubjectPanels;
import io.countersign.web.page.Typed;
import java.util.Arrays;
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
@RequestMapping("/projects")
class ProjectPages {
    private static final int PAGE = 50;

    /** Those that can be named by hand. */
    private static final Map<String, String> TIERS = tiers();

    private final Projects projects;
    private final SeenProjects seen;
    private final SubjectPanels panels;
    private final Commands commands;
    private final FirstRequesters requesters;
    private final ReadPosition positions;
    private final Forms forms;

    ProjectPages(
            Projects projects,
            SeenProjects seen,
            SubjectPanels panels,
            Commands commands,
            FirstRequesters requesters,
            ReadPosition positions,
            Forms forms) {
        this.projects = projects;
        this.seen = seen;
        this.panels = panels;
        this.commands = commands;
        this.requesters = requesters;
        this.positions = positions;
        this.forms = forms;
    }

    @GetMapping
    String list(@RequestParam @Nullable String from, Actor actor, At at, Model model) {
        return listed(from, actor, at, model);
    }

    @PostMapping
    String register(@RequestParam Map<String, String> fields, Actor actor, Model model) {
        var typed = new Typed(fields);
        try {
            var command =
                    new ProjectCommand.Register(
                            typed.value("project", ProjectId::new),
                            typed.text("name"),
                            typed.text("businessProblem"),
                            typed.text("intendedPurpose"),
                            typed.text("ownerTeam"),
                            typed.lines("jurisdictions"),
                            typed.value("riskTier", RiskTier::ofKey));
            return Forms.then(
                    requesters.register(command, actor, Context.NONE), "/projects/" + command.id());
        } catch (CommandRefused refused) {
            listed(null, actor, positions.now(), model);
            return forms.again(refused, fields, model, "projects/list");
        }
    }

    @GetMapping("/{project}")
    String show(@PathVariable ProjectId project, Actor actor, At at, Model model) {
        return shown(project, actor, at, model);
    }

    @PostMapping("/{project}")
    String amend(
            @PathVariable ProjectId project,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Model model) {
        var typed = new Typed(fields);
        try {
            var before = seen.find(project, actor, positions.now());
            var command =
                    new ProjectCommand.Amend(
                            project,
                            typed.text("name"),
                            typed.text("businessProblem"),
                            typed.text("intendedPurpose"),
                            typed.text("ownerTeam"),
                            typed.lines("jurisdictions"),
                            before.tierOrigin() == TierOrigin.DECLARED
                                    ? typed.value("riskTier", RiskTier::ofKey)
                                    : before.riskTier());
            return Forms.then(commands.send(command, actor), "/projects/" + project);
        } catch (CommandRefused refused) {
            shown(project, actor, positions.now(), model);
            return forms.again(refused, fields, model, "projects/show");
        }
    }

    @PostMapping("/{project}/retirement")
    String retire(
            @PathVariable ProjectId project,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Model model) {
        try {
            var command = new ProjectCommand.Retire(project, new Typed(fields).text("reason"));
            return Forms.then(commands.send(command, actor), "/projects/" + project);
        } catch (CommandRefused refused) {
            shown(project, actor, positions.now(), model);
            return forms.again(refused, fields, model, "projects/show");
        }
    }

    private String listed(@Nullable String from, Actor actor, At at, Model model) {
        var found = projects.list(from, PAGE + 1, at, actor.visibility());
        model.addAttribute("projects", found.subList(0, Math.min(PAGE, found.size())));
        model.addAttribute(
                "older", found.size() > PAGE ? "/projects?from=" + found.get(PAGE - 1).id() : null);
        model.addAttribute("tiers", TIERS);
        model.addAttribute(
                "registers",
                !at.past()
                        && actor.grants().stream().anyMatch(g -> g.role().equals(Role.REQUESTER)));
        return "projects/list";
    }

    private String shown(ProjectId id, Actor actor, At at, Model model) {
        var project = seen.find(id, actor, at);
        var roles = actor.rolesIn(id);
        var open = !at.past() && !project.retired();
        model.addAttribute("project", project);
        model.addAttribute("counts", projects.counts(id, at));
        model.addAttribute("tiers", TIERS);
        model.addAttribute("amends", open && roles.contains(Role.REQUESTER));
        model.addAttribute(
                "retires",
                open
                        && (roles.contains(Role.REQUESTER)
                                || roles.contains(Role.COMPLIANCE_OFFICER)));
        panels.fill(
                ProjectCommand.ref(id),
                at,
                actor,
                model,
                List.of(new UserId(project.registeredBy())));
        model.addAttribute(
                "registeredBy",
                ((Map<?, ?>) java.util.Objects.requireNonNull(model.getAttribute("names")))
                        .get(new UserId(project.registeredBy())));
        return "projects/show";
    }

    private static Map<String, String> tiers() {
        var tiers = new LinkedHashMap<String, String>();
        Arrays.stream(RiskTier.values())
                .filter(tier -> tier != RiskTier.PROHIBITED)
                .forEach(tier -> tiers.put(tier.key(), tier.title()));
        return tiers;
    }
}
