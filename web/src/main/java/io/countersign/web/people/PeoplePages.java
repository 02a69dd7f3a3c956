package io.countersign.web.people;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.people.People;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.policy.AdoptedRoles;
import io.countersign.governance.project.Projects;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.web.page.Forms;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who is here, and, for administrators, what they may do. */
@Controller
@RequestMapping("/people")
class PeoplePages {
    private static final int PAGE = 50;
    private static final int MOST_PROJECTS = 500;

    private final Directory directory;
    private final People people;
    private final Commands commands;
    private final AdoptedRoles roles;
    private final Projects projects;
    private final ReadPosition positions;
    private final Links links;
    private final Forms forms;
    private final Delegations delegations;

    PeoplePages(
            Directory directory,
            People people,
            Commands commands,
            AdoptedRoles roles,
            Projects projects,
            ReadPosition positions,
            Links links,
            Forms forms,
            Delegations delegations) {
        this.delegations = delegations;
        this.directory = directory;
        this.people = people;
        this.commands = commands;
        this.roles = roles;
        this.projects = projects;
        this.positions = positions;
        this.links = links;
        this.forms = forms;
    }

    @GetMapping
    String list(@RequestParam @Nullable String from, Actor actor, At at, Model model) {
        return listed(from, actor, at, model);
    }

    /** The link is shown in this answer and never again. */
    @PostMapping
    String invite(@RequestParam Map<String, String> typed, Actor actor, Model model) {
        try {
            var role = typed.getOrDefault("role", "");
            var grants =
                    role.isEmpty()
                            ? Set.<Actor.Grant>of()
                            : Set.of(new Actor.Grant(new Role(role), project(typed)));
            return invited(
                    people.invite(
                            typed.getOrDefault("username", ""),
                            typed.getOrDefault("displayName", ""),
                            typed.get("email"),
                            grants,
                            actor),
                    actor,
                    model);
        } catch (CommandRefused refused) {
            listed(null, actor, positions.now(), model);
            return forms.again(refused, typed, model, "people/list");
        }
    }

    @GetMapping("/{person}")
    String show(@PathVariable UserId person, Actor actor, At at, Model model) {
        return shown(person, actor, at, model);
    }

    @PostMapping("/{person}/link")
    String link(@PathVariable UserId person, Actor actor, Model model) {
        return invited(people.link(person, actor), actor, model);
    }

    @PostMapping("/{person}/deactivation")
    String deactivate(@PathVariable UserId person, Actor actor, Model model) {
        return send(new PersonCommand.Deactivate(person), Map.of(), actor, model);
    }

    @PostMapping("/{person}/reactivation")
    String reactivate(@PathVariable UserId person, Actor actor, Model model) {
        return send(new PersonCommand.Reactivate(person), Map.of(), actor, model);
    }

    @PostMapping("/{person}/roles")
    String grant(
            @PathVariable UserId person,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Model model) {
        try {
            return send(
                    new PersonCommand.GrantRole(
                            person, new Role(typed.getOrDefault("role", "")), project(typed)),
                    typed,
                    actor,
                    model);
        } catch (CommandRefused refused) {
            return again(person, refused, typed, actor, model);
        }
    }

    @PostMapping("/{person}/roles/revocation")
    String revoke(
            @PathVariable UserId person, @RequestParam String grant, Actor actor, Model model) {
        var held = Actor.Grant.parse(grant);
        return send(
                new PersonCommand.RevokeRole(person, held.role(), held.project()),
                Map.of(),
                actor,
                model);
    }

    @PostMapping("/{person}/erasure")
    String erase(
            @PathVariable UserId person,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Model model) {
        try {
            Directory.requireConfirmed(person, typed.getOrDefault("confirm", ""));
        } catch (CommandRefused refused) {
            return again(person, refused, typed, actor, model);
        }
        return send(new PersonCommand.Erase(person), typed, actor, model);
    }

    private String send(
            PersonCommand command, Map<String, String> typed, Actor actor, Model model) {
        try {
            return Forms.then(commands.send(command, actor), "/people/" + command.person());
        } catch (CommandRefused refused) {
            return again(command.person(), refused, typed, actor, model);
        }
    }

    private String again(
            UserId person,
            CommandRefused refused,
            Map<String, String> typed,
            Actor actor,
            Model model) {
        shown(person, actor, positions.now(), model);
        return forms.again(refused, typed, model, "people/show");
    }

    private String listed(@Nullable String from, Actor actor, At at, Model model) {
        var found = directory.list(actor, at, from, PAGE + 1);
        model.addAttribute("people", found.subList(0, Math.min(PAGE, found.size())));
        model.addAttribute(
                "older", found.size() > PAGE ? "/people?from=" + found.get(PAGE - 1).id() : null);
        return offering(actor, at, model, "people/list");
    }

    private String shown(UserId person, Actor actor, At at, Model model) {
        model.addAttribute("person", directory.find(actor, at, person));
        model.addAttribute("delegations", delegations.of(person, actor, at));
        return offering(actor, at, model, "people/show");
    }

    private String invited(People.Link link, Actor actor, Model model) {
        if (link.eventId() != null) {
            positions.await(link.eventId(), java.time.Duration.ofSeconds(2));
        }
        model.addAttribute("link", links.address(link.shown()));
        model.addAttribute("linkExpiresAt", link.expiresAt());
        return shown(link.person(), actor, positions.now(), model);
    }

    /** The choices of the forms. */
    private String offering(Actor actor, At at, Model model, String view) {
        var titles = new LinkedHashMap<String, String>();
        roles.inForce().roles().forEach(entry -> titles.put(entry.role().key(), entry.title()));
        var scopes = new LinkedHashMap<String, String>();
        projects.list(null, MOST_PROJECTS, at, actor.visibility())
                .forEach(project -> scopes.put(project.id().value(), project.id().value()));
        model.addAttribute("roles", titles);
        model.addAttribute("projects", scopes);
        model.addAttribute("administers", Directory.administers(actor) && !at.past());
        model.addAttribute(
                "grants",
                !at.past()
                        && actor.grants().stream()
                                .anyMatch(held -> held.role().equals(Role.ADMINISTRATOR)));
        return view;
    }

    private static @Nullable ProjectId project(Map<String, String> typed) {
        var project = typed.getOrDefault("project", "");
        return project.isEmpty() ? null : new ProjectId(project);
    }
}
