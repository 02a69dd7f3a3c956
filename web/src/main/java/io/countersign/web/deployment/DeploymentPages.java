package io.countersign.web.deployment;

import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.deployment.DeploymentStatus;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.place.Places;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.web.page.ApprovedOn;
import io.countersign.web.page.Forms;
import io.countersign.web.page.SubjectPanels;
import java.util.Arrays;
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
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.util.UriComponentsBuilder;

/** What runs where, what is asked for, and whether it may. */
@Controller
@RequestMapping("/deployments")
class DeploymentPages {
    private static final int PAGE = 50;
    private static final int MOST_PLACES = 500;

    private final ApprovedOn approvedOn;
    private final DeploymentFile file;
    private final Asks asks;
    private final Places places;
    private final Reviews reviews;
    private final SubjectPanels panels;
    private final PoliciesInForce policies;
    private final ReadPosition positions;
    private final Forms forms;

    DeploymentPages(
            DeploymentFile file,
            Asks asks,
            Places places,
            Reviews reviews,
            SubjectPanels panels,
            PoliciesInForce policies,
            ReadPosition positions,
            Forms forms,
            ApprovedOn approvedOn) {
        this.approvedOn = approvedOn;
        this.file = file;
        this.asks = asks;
        this.places = places;
        this.reviews = reviews;
        this.panels = panels;
        this.policies = policies;
        this.positions = positions;
        this.forms = forms;
    }

    @GetMapping
    String list(
            @RequestParam @Nullable String project,
            @RequestParam @Nullable String modelVersion,
            @RequestParam @Nullable String environment,
            @RequestParam @Nullable String status,
            @RequestParam @Nullable String from,
            Actor actor,
            At at,
            Model model) {
        var found =
                file.list(
                        new Narrowing(project, modelVersion, environment, status, from).filter(),
                        PAGE + 1,
                        actor,
                        at);
        var shown = found.subList(0, Math.min(PAGE, found.size()));
        model.addAttribute("deployments", shown);
        model.addAttribute(
                "older",
                found.size() > PAGE
                        ? UriComponentsBuilder.fromPath("/deployments")
                                .queryParam("project", project)
                                .queryParam("modelVersion", modelVersion)
                                .queryParam("environment", environment)
                                .queryParam("status", status)
                                .queryParam("from", shown.getLast().id())
                                .build()
                                .toUriString()
                        : null);
        var statuses = new LinkedHashMap<String, String>();
        Arrays.stream(DeploymentStatus.values()).forEach(s -> statuses.put(s.words(), s.words()));
        model.addAttribute("statuses", statuses);
        model.addAttribute("environments", environments(at));
        model.addAttribute("project", project);
        model.addAttribute("modelVersion", modelVersion);
        model.addAttribute("environment", environment);
        model.addAttribute("status", status);
        model.addAttribute(
                "asks",
                !at.past()
                        && actor.grants().stream()
                                .anyMatch(grant -> grant.role().equals(Role.REQUESTER)));
        return "deployment/list";
    }

    @GetMapping("/new")
    String form(@RequestParam @Nullable String modelVersion, Actor actor, At at, Model model) {
        model.addAttribute("modelVersion", modelVersion);
        return formed(actor, at, model);
    }

    @PostMapping
    String request(
            @RequestParam Map<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        try {
            var made =
                    asks.request(
                            typed.getOrDefault("modelVersion", ""),
                            typed.getOrDefault("environment", ""),
                            typed.getOrDefault("place", ""),
                            typed.getOrDefault("artifactDigest", ""),
                            typed.get("comment"),
                            actor,
                            context);
            next.addFlashAttribute("notice", "Requested. It runs once its gate is open.");
            return Forms.then(made.sent(), "/deployments/" + made.id());
        } catch (CommandRefused refused) {
            formed(actor, positions.now(), model);
            return forms.again(refused, typed, model, "deployment/new");
        }
    }

    @GetMapping("/{id}")
    String show(@PathVariable DeploymentId id, Actor actor, At at, Model model) {
        return shown(id, actor, at, model);
    }

    @PostMapping("/{id}/{act:activation|suspension|resumption|rollback|retirement|gate}")
    String change(
            @PathVariable DeploymentId id,
            @PathVariable String act,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        try {
            var sent = asks.change(id, act, typed.get("reason"), actor, context);
            next.addFlashAttribute(
                    "notice",
                    act.equals("gate") && sent.eventIds().isEmpty()
                            ? "The gate answers as before."
                            : "Done, and on record.");
            return Forms.then(sent, "/deployments/" + id);
        } catch (CommandRefused refused) {
            shown(id, actor, positions.now(), model);
            return forms.again(refused, typed, model, "deployment/show");
        }
    }

    private String formed(Actor actor, At at, Model model) {
        var choices = new LinkedHashMap<String, String>();
        places.list(null, null, MOST_PLACES, at, actor.visibility()).stream()
                .filter(place -> !place.retired())
                .forEach(place ->
                        choices.put(
                                place.id().value(),
                                place.id()
                                        + " ("
                                        + place.kind().word()
                                        + ", "
                                        + place.name()
                                        + ")"));
        model.addAttribute("places", choices);
        model.addAttribute("environments", environments(at));
        return "deployment/new";
    }

    private String shown(DeploymentId id, Actor actor, At at, Model model) {
        var deployment = file.find(id, actor, at);
        model.addAttribute("deployment", deployment);
        panels.waivers(id.ref(), at, actor, model);
        model.addAttribute("path", "/deployments/" + id);
        model.addAttribute("gate", at.past() ? null : file.gate(id, actor));
        model.addAttribute("waivable", at.past() ? Set.of() : waivable(id, actor));
        model.addAttribute("history", file.history(id, actor, at));
        model.addAttribute("approvedOn", approvedOn.of(id.ref(), actor, at));
        model.addAttribute(
                "review",
                reviews.find(id.ref(), at, actor.visibility())
                        .map(row -> row.review().status(at.time()))
                        .orElse(Status.NONE));
        var roles = actor.rolesIn(id.project());
        model.addAttribute("releases", !at.past() && roles.contains(Role.RELEASE_MANAGER));
        model.addAttribute(
                "suspends",
                !at.past()
                        && (roles.contains(Role.RELEASE_MANAGER)
                                || roles.contains(Role.COMPLIANCE_OFFICER)));
        return "deployment/show";
    }

    /** Ids of the gates of which this person may ask for a waiver. */
    private Set<String> waivable(DeploymentId id, Actor actor) {
        try {
            return actor.rolesIn(id.project()).contains(Role.REQUESTER)
                    ? Set.copyOf(policies.forSubject(SubjectKind.DEPLOYMENT).policy().waivable())
                    : Set.of();
        } catch (CommandRefused none) {
            return Set.of();
        }
    }

    private Map<String, String> environments(At at) {
        var choices = new LinkedHashMap<String, String>();
        places.environments(at)
                .forEach(e ->
                        choices.put(
                                e.id().value(),
                                e.name() + (e.production() ? " (production)" : "")));
        return choices;
    }
}
