package io.countersign.web.risk;

import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.people.Names;
import io.countersign.governance.people.PeopleRegister;
import io.countersign.governance.people.Standing;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.project.Projects;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.RiskScale;
import io.countersign.governance.risk.Treatment;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.reporting.picture.HeatMap;
import io.countersign.web.page.Drawing;
import io.countersign.web.page.Forms;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The risk register with its heat map, and each risk. */
@Controller
class RiskPages {
    private static final int PAGE = 50;
    private static final int CHOICES = 500;
    private static final int MOMENTS = 100;

    /** More levels than the picture can tell apart are shown in the table alone. */
    private static final int DRAWN_LEVELS = 5;

    private static final Set<Role> RAISING =
            Set.of(
                    Role.REQUESTER,
                    Role.DATA_STEWARD,
                    Role.VALIDATOR,
                    Role.COMPLIANCE_OFFICER,
                    Role.RISK_OWNER,
                    Role.RELEASE_MANAGER);

    private final Register register;
    private final Commands commands;
    private final AuditTrail trail;
    private final Names names;
    private final PeopleRegister people;
    private final Projects projects;
    private final ReadPosition positions;
    private final Forms forms;
    private final Sight sight;

    RiskPages(
            Register register,
            Commands commands,
            AuditTrail trail,
            Names names,
            PeopleRegister people,
            Projects projects,
            ReadPosition positions,
            Forms forms,
            Sight sight) {
        this.sight = sight;
        this.register = register;
        this.commands = commands;
        this.trail = trail;
        this.names = names;
        this.people = people;
        this.projects = projects;
        this.positions = positions;
        this.forms = forms;
    }

    /** A row of the heat map's table: one impact, and both counts for each likelihood. */
    record MapRow(String impact, List<MapCell> cells) {}

    record MapCell(
            String level, int inherent, String inherentHref, int current, String currentHref) {}

    @GetMapping("/risks")
    String list(
            @RequestParam Map<String, String> typed,
            @RequestParam @Nullable String from,
            HttpServletRequest request,
            Actor actor,
            At at,
            Model model) {
        var query = RiskQuery.of(typed, "open");
        var found = register.list(query, from, PAGE + 1, actor, at);
        var page = found.subList(0, Math.min(PAGE, found.size()));
        var past = at.past() ? Long.toString(at.position()) : null;
        var form = new LinkedHashMap<String, String>(typed);
        form.putIfAbsent("status", "open");
        model.addAttribute("form", form);
        model.addAttribute("risks", page);
        model.addAttribute(
                "older",
                found.size() > PAGE
                        ? query.path("/risks", "from", page.getLast().id(), "at", past)
                        : null);
        model.addAttribute("csv", query.path("/risks.csv", "at", past));
        model.addAttribute("names", names(page.stream().flatMap(RiskView::persons).toList()));
        model.addAttribute(
                "cell",
                query.given().containsKey("likelihood")
                        ? query.everyCell().path("/risks", "at", past)
                        : null);
        heatMap(query, past, request.getContextPath(), actor, at, model);
        offering(register.scale(at).scale(), actor, at, model);
        var owners = new LinkedHashMap<String, String>();
        holders(null, Role.RISK_OWNER, actor, at).forEach((id, name) -> owners.put(id, name));
        model.addAttribute("owners", owners);
        model.addAttribute("raises", !at.past() && !raisesIn(actor, at).isEmpty());
        return "risks/list";
    }

    @GetMapping("/risks.csv")
    void csv(
            @RequestParam Map<String, String> typed,
            Actor actor,
            At at,
            HttpServletResponse response)
            throws IOException {
        register.csv(RiskQuery.of(typed, "open"), actor, at, response);
    }

    @GetMapping("/risks/new")
    String draft(@RequestParam Map<String, String> typed, Actor actor, Model model) {
        model.addAttribute("form", typed);
        return raising(actor, model);
    }

    @PostMapping("/risks")
    String raise(@RequestParam Map<String, String> typed, Actor actor, Model model) {
        try {
            var id = RiskId.random(new ProjectId(RiskAct.text("project", typed)));
            return Forms.then(
                    commands.send(
                            new RiskCommand.Raise(
                                    id,
                                    RiskAct.text("title", typed),
                                    RiskAct.text("description", typed),
                                    RiskAct.text("category", typed),
                                    subjects(RiskAct.text("subjects", typed)),
                                    RiskAct.text("harmed", typed),
                                    RiskAct.rating(typed)),
                            actor),
                    "/risks/" + id);
        } catch (CommandRefused refused) {
            raising(actor, model);
            return forms.again(refused, typed, model, "risks/new");
        }
    }

    @GetMapping("/risks/{risk}")
    String show(@PathVariable RiskId risk, Actor actor, At at, Model model) {
        var shown = register.find(risk, actor, at);
        var ratings = register.ratings(risk, actor, at);
        var moments =
                trail.newest(
                        AuditTrail.Filter.about(risk.ref()),
                        Long.MAX_VALUE,
                        MOMENTS,
                        at,
                        sight.of(actor, Area.AUDIT_TRAIL));
        var known = new TreeSet<UserId>(shown.persons().toList());
        ratings.forEach(rating -> known.add(rating.by()));
        moments.forEach(moment -> known.add(new UserId(moment.actor())));
        model.addAttribute("risk", shown);
        model.addAttribute("ratings", ratings);
        model.addAttribute("moments", moments);
        model.addAttribute("names", names(known));
        model.addAttribute(
                "cause",
                shown.cause() == null
                        ? null
                        : trail.find(shown.cause(), at, sight.of(actor, Area.AUDIT_TRAIL))
                                .orElse(null));
        model.addAttribute(
                "acts",
                !at.past() && decides(actor, risk)
                        ? Arrays.stream(RiskAct.values())
                                .filter(act -> act.fits(shown.open()))
                                .toList()
                        : List.of());
        return "risks/show";
    }

    @GetMapping("/risks/{risk}/{act}")
    String ask(@PathVariable RiskId risk, @PathVariable String act, Actor actor, Model model) {
        return asking(risk, act(act), actor, model);
    }

    @PostMapping("/risks/{risk}/{act}")
    String act(
            @PathVariable RiskId risk,
            @PathVariable String act,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Model model) {
        var chosen = act(act);
        try {
            return Forms.then(commands.send(chosen.command(risk, typed), actor), "/risks/" + risk);
        } catch (CommandRefused refused) {
            asking(risk, chosen, actor, model);
            return forms.again(refused, typed, model, "risks/act");
        }
    }

    private String asking(RiskId risk, RiskAct act, Actor actor, Model model) {
        var at = positions.now();
        var shown = register.find(risk, actor, at);
        var scale = register.scale(at).scale();
        model.addAttribute("risk", shown);
        model.addAttribute("act", act);
        var steps = new LinkedHashMap<String, String>();
        steps.put("Risks", "/risks");
        steps.put(risk.value(), "/risks/" + risk);
        model.addAttribute("trail", steps);
        offering(scale, actor, at, model);
        if (act == RiskAct.OWNER) {
            model.addAttribute("people", holders(shown.project(), Role.RISK_OWNER, actor, at));
        }
        if (act == RiskAct.TREATMENT) {
            model.addAttribute("people", holders(shown.project(), null, actor, at));
            var treatments = new LinkedHashMap<String, String>();
            for (var treatment : Treatment.values()) {
                treatments.put(treatment.key(), capital(treatment.key()));
            }
            model.addAttribute("treatments", treatments);
        }
        if (act == RiskAct.CLOSURE
                && (actor.id().equals(shown.owner()) || actor.id().equals(shown.responsible()))) {
            model.addAttribute("own", true);
        }
        return "risks/act";
    }

    private String raising(Actor actor, Model model) {
        var at = positions.now();
        offering(register.scale(at).scale(), actor, at, model);
        model.addAttribute("projects", raisesIn(actor, at));
        return "risks/new";
    }

    /** The choices of the forms. */
    private void offering(RiskScale scale, Actor actor, At at, Model model) {
        var categories = new LinkedHashMap<String, String>();
        scale.categories().forEach(category -> categories.put(category.key(), category.name()));
        var visible = new LinkedHashMap<String, String>();
        projects.list(null, CHOICES, at, actor.visibility())
                .forEach(project -> visible.put(project.id().value(), project.id().value()));
        model.addAttribute("categories", categories);
        model.addAttribute("projects", visible);
        model.addAttribute("likelihoods", numbered(scale.likelihood()));
        model.addAttribute("impacts", numbered(scale.impact()));
    }

    private Map<String, String> raisesIn(Actor actor, At at) {
        var found = new LinkedHashMap<String, String>();
        projects.list(null, CHOICES, at, actor.visibility()).stream()
                .filter(project ->
                        !project.retired()
                                && actor.rolesIn(project.id()).stream().anyMatch(RAISING::contains))
                .forEach(project -> found.put(project.id().value(), project.id().value()));
        return found;
    }

    /** Who is active and holds the role, or any, in the project, or in any. */
    private Map<String, String> holders(
            @Nullable ProjectId project, @Nullable Role role, Actor actor, At at) {
        var ids =
                people.list(at, actor.visibility(), null, CHOICES).stream()
                        .filter(entry -> entry.standing() == Standing.ACTIVE)
                        .filter(entry ->
                                entry.roles().stream()
                                        .anyMatch(held ->
                                                (role == null || held.role().equals(role))
                                                        && (project == null
                                                                || held.project() == null
                                                                || held.project().equals(project))))
                        .map(PeopleRegister.Entry::person)
                        .toList();
        var sorted = new LinkedHashMap<String, String>();
        names(ids).entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    private void heatMap(
            RiskQuery query,
            @Nullable String past,
            String context,
            Actor actor,
            At at,
            Model model) {
        var scale = register.scale(at).scale();
        var inherent = register.cells(query, true, actor, at);
        var current = register.cells(query, false, actor, at);
        var every = query.everyCell();
        model.addAttribute("total", current.total());
        model.addAttribute("outside", Math.max(inherent.outside(), current.outside()));
        if (scale.levels().size() <= DRAWN_LEVELS) {
            model.addAttribute(
                    "inherentMap",
                    picture(
                            "inherent",
                            "Before treatment",
                            scale,
                            inherent,
                            context + every.path("/risks", "at", past, "by", "inherent") + "&"));
            model.addAttribute(
                    "currentMap",
                    picture(
                            "current",
                            "Now",
                            scale,
                            current,
                            context + every.path("/risks", "at", past, "by", "current") + "&"));
        }
        var rows = new java.util.ArrayList<MapRow>();
        for (var impact = scale.impact().size(); impact >= 1; impact--) {
            var cells = new java.util.ArrayList<MapCell>();
            for (var likelihood = 1; likelihood <= scale.likelihood().size(); likelihood++) {
                var index = (likelihood - 1) * scale.impact().size() + impact - 1;
                var level = inherent.cells().get(index).level();
                cells.add(
                        new MapCell(
                                scale.levels().stream()
                                        .filter(l -> l.key().equals(level))
                                        .findFirst()
                                        .orElseThrow()
                                        .name(),
                                inherent.cells().get(index).count(),
                                every.path(
                                        "/risks",
                                        "at",
                                        past,
                                        "by",
                                        "inherent",
                                        "likelihood",
                                        likelihood,
                                        "impact",
                                        impact),
                                current.cells().get(index).count(),
                                every.path(
                                        "/risks",
                                        "at",
                                        past,
                                        "by",
                                        "current",
                                        "likelihood",
                                        likelihood,
                                        "impact",
                                        impact)));
            }
            rows.add(new MapRow(scale.impact().get(impact - 1), cells));
        }
        model.addAttribute("mapRows", rows);
        model.addAttribute("mapColumns", scale.likelihood());
    }

    private static Drawing picture(
            String id, String title, RiskScale scale, Register.Cells cells, String href) {
        var ranks =
                scale.levels().stream()
                        .collect(Collectors.toMap(RiskScale.Level::key, RiskScale.Level::rank));
        var map =
                new HeatMap(
                        title,
                        scale.likelihood(),
                        scale.impact(),
                        scale.levels().stream().map(RiskScale.Level::name).toList(),
                        cells.cells().stream()
                                .map(cell ->
                                        new HeatMap.Cell(
                                                cell.likelihood(),
                                                cell.impact(),
                                                ranks.getOrDefault(cell.level(), 1),
                                                cell.count()))
                                .toList());
        return Drawing.of("risks-" + id, (name, palette) -> map.svg(name, palette, href));
    }

    private Map<String, String> names(Collection<UserId> ids) {
        return names.of(ids).entrySet().stream()
                .collect(Collectors.toMap(e -> e.getKey().value(), Map.Entry::getValue));
    }

    private static boolean decides(Actor actor, RiskId risk) {
        var held = actor.rolesIn(risk.project());
        return held.contains(Role.RISK_OWNER) || held.contains(Role.COMPLIANCE_OFFICER);
    }

    private static RiskAct act(String key) {
        return Arrays.stream(RiskAct.values())
                .filter(act -> act.key().equals(key))
                .findFirst()
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                        "path.unknown", "There is nothing at this address.")));
    }

    private static List<SubjectRef> subjects(String typed) {
        try {
            return typed.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(SubjectRef::parse)
                    .toList();
        } catch (CommandRefused refused) {
            throw new CommandRefused(refused.refusal().with("field", "subjects"));
        }
    }

    private static Map<String, String> numbered(List<String> names) {
        var numbered = new LinkedHashMap<String, String>();
        for (var i = 1; i <= names.size(); i++) {
            numbered.put(Integer.toString(i), i + " " + names.get(i - 1));
        }
        return numbered;
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
