package io.countersign.web.waiver;

import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.policy.AdoptedRoles;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.waiver.WaiverId;
import io.countersign.web.page.Forms;
import io.countersign.web.page.SubjectPanels;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

/** The list of waivers, each of them, and the form that asks for one. */
@Controller
@RequestMapping("/waivers")
class WaiverPages {
    private static final int PAGE = 50;
    private static final String FORM = "waivers/new";

    private final WaiverDesk desk;
    private final SubjectPanels panels;
    private final AdoptedRoles roles;
    private final Forms forms;
    private final Clock clock;

    WaiverPages(
            WaiverDesk desk, SubjectPanels panels, AdoptedRoles roles, Forms forms, Clock clock) {
        this.desk = desk;
        this.panels = panels;
        this.roles = roles;
        this.forms = forms;
        this.clock = clock;
    }

    /**
     * One gate in the form.
     *
     * @param by titles of the roles of which one signs
     * @param latest the last day it may end
     */
    record Choice(String gate, String sentence, String by, LocalDate latest) {}

    @GetMapping
    String list(
            @RequestParam @Nullable String state,
            @RequestParam @Nullable String project,
            @RequestParam @Nullable String subject,
            @RequestParam @Nullable String from,
            Actor actor,
            At at,
            Model model) {
        var found =
                desk.list(
                        new WaiverQuery(state, project, subject).filter(at.time()),
                        from,
                        PAGE + 1,
                        actor,
                        at);
        var shown = found.subList(0, Math.min(PAGE, found.size()));
        var states = new LinkedHashMap<String, String>();
        states.put("open", "Open");
        states.put("in-force", "In force");
        states.put(WaiverQuery.SOON, "Ending soon");
        states.put("ended", "Ended");
        model.addAttribute("waivers", shown);
        model.addAttribute("states", states);
        model.addAttribute("state", state);
        model.addAttribute("project", project);
        model.addAttribute("about", subject);
        model.addAttribute(
                "asks",
                !at.past()
                        && actor.grants().stream()
                                .anyMatch(grant -> grant.role().equals(Role.REQUESTER)));
        model.addAttribute(
                "older",
                found.size() > PAGE
                        ? UriComponentsBuilder.fromPath("/waivers")
                                .queryParam("state", state)
                                .queryParam("project", project)
                                .queryParam("subject", subject)
                                .queryParam("from", shown.getLast().id())
                                .queryParam("at", at.past() ? at.position() : null)
                                .build()
                                .toUriString()
                        : null);
        return "waivers/list";
    }

    /** Without a subject the page asks for that first. */
    @GetMapping("/new")
    String form(
            @RequestParam(defaultValue = "") String subject,
            @RequestParam @Nullable String gate,
            Actor actor,
            Model model) {
        model.addAttribute("gate", gate);
        if (subject.isBlank()) {
            return FORM;
        }
        try {
            return formed(subject, actor, model);
        } catch (CommandRefused refused) {
            return forms.again(refused, Map.of("subject", subject), model, FORM);
        }
    }

    @PostMapping
    String ask(
            @RequestParam Map<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        var subject = typed.getOrDefault("subject", "");
        try {
            var made =
                    desk.ask(
                            subject,
                            typed.getOrDefault("gate", ""),
                            typed.get("environment"),
                            typed.getOrDefault("reason", ""),
                            typed.getOrDefault("control", ""),
                            day(typed.getOrDefault("until", "")),
                            typed.get("comment"),
                            actor,
                            context);
            next.addFlashAttribute(
                    "notice", "Asked. It counts once somebody with the authority has signed it.");
            return Forms.then(made.sent(), "/waivers/" + made.id());
        } catch (CommandRefused refused) {
            return forms.again(refused, typed, model, formed(subject, actor, model));
        }
    }

    @GetMapping("/{waiver}")
    String show(@PathVariable WaiverId waiver, Actor actor, At at, Model model) {
        var shown = desk.find(waiver, actor, at);
        model.addAttribute(
                "by", shown.by().stream().map(this::title).collect(Collectors.joining(" or ")));
        panels.fill(waiver.ref(), at, actor, model, List.of(shown.requester()));
        model.addAttribute("waiver", shown);
        model.addAttribute("reviewed", !shown.review().equals("none"));
        return "waivers/show";
    }

    private String formed(String subject, Actor actor, Model model) {
        var offer = desk.offer(subject, actor);
        var today = clock.instant();
        model.addAttribute("subject", subject);
        model.addAttribute("policy", offer.policy());
        model.addAttribute("gates", offer.gates());
        model.addAttribute(
                "choices",
                offer.gates().entrySet().stream()
                        .map(entry -> {
                            var terms =
                                    java.util.Objects.requireNonNull(
                                            offer.terms().get(entry.getKey()));
                            return new Choice(
                                    entry.getKey(),
                                    entry.getValue(),
                                    terms.by().stream()
                                            .map(role -> title(role.key()))
                                            .collect(Collectors.joining(" or ")),
                                    LocalDate.ofInstant(
                                            today.plus(terms.atMost()), ZoneOffset.UTC));
                        })
                        .toList());
        return FORM;
    }

    private String title(String role) {
        return roles.inForce().roles().stream()
                .filter(entry -> entry.role().key().equals(role))
                .findFirst()
                .map(entry -> entry.title())
                .orElse(role);
    }

    /** The beginning of a day, in UTC. */
    private static Instant day(String typed) {
        try {
            return LocalDate.parse(typed.strip()).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw CommandRefused.invalid("until", typed, "give a day such as 2027-03-31");
        }
    }
}
