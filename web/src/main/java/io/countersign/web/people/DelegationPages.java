package io.countersign.web.people;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.policy.AdoptedRoles;
import io.countersign.governance.project.Projects;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.web.page.Forms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Who stands in for oneself and for whom one stands in; for administrators, everybody's. */
@Controller
@RequestMapping("/delegations")
class DelegationPages {
    private static final String VIEW = "people/delegations";
    private static final int MOST_PROJECTS = 100;

    private final Delegations delegations;
    private final AdoptedRoles roles;
    private final Projects projects;
    private final Commands commands;
    private final ReadPosition positions;
    private final Forms forms;

    DelegationPages(
            Delegations delegations,
            AdoptedRoles roles,
            Projects projects,
            Commands commands,
            ReadPosition positions,
            Forms forms) {
        this.delegations = delegations;
        this.roles = roles;
        this.projects = projects;
        this.commands = commands;
        this.positions = positions;
        this.forms = forms;
    }

    @GetMapping
    String show(Actor actor, At at, Model model) {
        return filled(actor, at, model);
    }

    @PostMapping
    String delegate(
            @RequestParam MultiValueMap<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        try {
            var made =
                    delegations.delegate(
                            new Delegations.Given(
                                    typed.getFirst("to"),
                                    typed.getOrDefault("roles", List.of()),
                                    typed.getOrDefault("projects", List.of()),
                                    typed.getFirst("begins"),
                                    typed.getFirst("until"),
                                    "true".equals(typed.getFirst("away")),
                                    typed.getFirst("note"),
                                    typed.getFirst("password")),
                            actor,
                            context);
            next.addFlashAttribute("notice", "Delegated. It ends by itself.");
            return Forms.then(made.sent(), "/delegations");
        } catch (CommandRefused refused) {
            filled(actor, positions.now(), model);
            return forms.again(refused, typed.toSingleValueMap(), model, VIEW);
        }
    }

    @PostMapping("/{person}/{delegation}/end")
    String end(
            @PathVariable UserId person,
            @PathVariable String delegation,
            Actor actor,
            Context context,
            RedirectAttributes next) {
        var sent =
                commands.send(new PersonCommand.EndDelegation(person, delegation), actor, context);
        next.addFlashAttribute("notice", "The delegation has ended.");
        return Forms.then(sent, "/delegations");
    }

    private String filled(Actor actor, At at, Model model) {
        var titles = new LinkedHashMap<String, String>();
        roles.inForce().roles().forEach(entry -> titles.put(entry.role().key(), entry.title()));
        var held = new LinkedHashMap<String, String>();
        var projects = new LinkedHashMap<String, String>();
        actor.grants().stream()
                .sorted()
                .filter(grant -> !grant.role().equals(Role.ADMINISTRATOR))
                .forEach(grant -> {
                    var key = grant.role().key();
                    held.put(key, titles.getOrDefault(key, key));
                    if (grant.project() != null) {
                        projects.put(grant.project().value(), grant.project().value());
                    }
                });
        if (!actor.rolesForAll().isEmpty()) {
            this.projects
                    .list(null, MOST_PROJECTS, at, actor.visibility())
                    .forEach(project -> projects.put(project.id().value(), project.id().value()));
        }
        model.addAttribute("titles", titles);
        model.addAttribute("held", held);
        model.addAttribute("projects", projects);
        model.addAttribute(
                "candidates", held.isEmpty() ? Map.of() : delegations.candidates(actor, at));
        model.addAttribute("own", actor.id().value());
        model.addAttribute("administers", Directory.administers(actor));
        model.addAttribute(
                "delegations",
                Directory.administers(actor)
                        ? delegations.all(actor, at)
                        : delegations.mine(actor, at));
        return VIEW;
    }
}
