package io.countersign.web.audit;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.audit.AuditTrail.Filter;
import io.countersign.governance.people.Names;
import io.countersign.governance.people.PeopleRegister;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.project.Projects;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.web.ledger.Included;
import io.countersign.web.page.EventWords;
import io.countersign.web.page.Forms;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.json.JsonMapper;

/** Everything that happened, and one event with its causes and effects. */
@Controller
class AuditPages {
    private static final int PAGE = 50;
    private static final int COUNTED = 1_000;
    private static final int CHOICES = 200;

    private final AuditTrail trail;
    private final AuditFiles files;
    private final Bundles bundles;
    private final Events events;
    private final Names names;
    private final PeopleRegister people;
    private final Projects projects;
    private final Forms forms;
    private final Included.Finder ledger;
    private final Sight sight;
    private final JsonMapper json = JsonMapper.shared();

    AuditPages(
            AuditTrail trail,
            AuditFiles files,
            Bundles bundles,
            Events events,
            Names names,
            PeopleRegister people,
            Projects projects,
            Forms forms,
            Included.Finder ledger,
            Sight sight) {
        this.sight = sight;
        this.trail = trail;
        this.files = files;
        this.bundles = bundles;
        this.events = events;
        this.names = names;
        this.people = people;
        this.projects = projects;
        this.forms = forms;
        this.ledger = ledger;
    }

    @GetMapping("/audit")
    String list(
            @RequestParam Map<String, String> typed,
            @RequestParam @Nullable Long before,
            @RequestParam @Nullable Long newer,
            Actor actor,
            At at,
            Model model) {
        model.addAttribute("form", typed);
        try {
            return listed(AuditQuery.of(typed), before, newer, actor, at, model);
        } catch (CommandRefused refused) {
            listed(AuditQuery.of(Map.of()), null, null, actor, at, model);
            return forms.again(refused, typed, model, "audit/list");
        }
    }

    @GetMapping("/audit.csv")
    void csv(
            @RequestParam Map<String, String> typed,
            Actor actor,
            At at,
            HttpServletResponse response)
            throws IOException {
        files.csv(AuditQuery.of(typed), actor, at, response);
    }

    @GetMapping("/audit.json")
    void json(
            @RequestParam Map<String, String> typed,
            Actor actor,
            At at,
            HttpServletResponse response)
            throws IOException {
        files.json(AuditQuery.of(typed), actor, at, response);
    }

    @GetMapping("/audit.zip")
    void bundle(
            @RequestParam Map<String, String> typed,
            Actor actor,
            At at,
            HttpServletResponse response)
            throws IOException {
        bundles.filter(AuditQuery.of(typed), actor, at, response);
    }

    /** Of a subject's whole history. */
    @GetMapping("/audit/bundle")
    void bundle(@RequestParam String subject, Actor actor, HttpServletResponse response)
            throws IOException {
        bundles.subject(SubjectRef.parse(subject), actor, response);
    }

    @GetMapping("/audit/{event}")
    String show(@PathVariable String event, Actor actor, At at, Model model) {
        var visible = sight.require(actor, Area.AUDIT_TRAIL);
        var entry = events.find(event, actor, at);
        var stored = events.stored(entry);
        var opened = trail.opened(stored).orElse(null);
        var effects = trail.effects(entry, at, visible);
        var related =
                trail.newest(
                        new Filter(
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                entry.correlation()),
                        Long.MAX_VALUE,
                        PAGE + 1,
                        at,
                        visible);
        var known = new TreeSet<UserId>(Detail.persons(opened));
        for (var list : List.of(List.of(entry), effects, related)) {
            list.forEach(e -> known.addAll(actors(e)));
        }
        var called = names.of(known);
        model.addAttribute("entry", entry);
        model.addAttribute("stored", stored);
        model.addAttribute("included", ledger.of(entry.eventId(), entry.position()));
        model.addAttribute(
                "details",
                opened == null
                        ? null
                        : Detail.of(opened, id -> called.getOrDefault(id, id.value())));
        model.addAttribute(
                "payload",
                json.writerWithDefaultPrettyPrinter().writeValueAsString(stored.payload()));
        model.addAttribute(
                "metadata",
                json.writerWithDefaultPrettyPrinter().writeValueAsString(stored.metadata()));
        model.addAttribute("names", byId(called));
        model.addAttribute("cause", trail.find(entry.causation(), at, visible).orElse(null));
        model.addAttribute("effects", effects);
        model.addAttribute("related", related.subList(0, Math.min(PAGE, related.size())));
        model.addAttribute("moreRelated", related.size() > PAGE);
        return "audit/show";
    }

    private String listed(
            AuditQuery query,
            @Nullable Long before,
            @Nullable Long newer,
            Actor actor,
            At at,
            Model model) {
        var visible = sight.require(actor, Area.AUDIT_TRAIL);
        var found =
                new ArrayList<AuditEntry>(
                        newer == null
                                ? trail.newest(
                                        query.filter(),
                                        before == null ? Long.MAX_VALUE : before,
                                        PAGE + 1,
                                        at,
                                        visible)
                                : trail.oldest(query.filter(), newer, PAGE + 1, at, visible));
        var more = found.size() > PAGE;
        if (more) {
            found.removeLast();
        }
        var page = newer == null ? found : found.reversed();
        var hasNewer = newer == null ? before != null : more;
        var hasOlder = newer == null ? more : true;
        var count = trail.count(query.filter(), at, visible, COUNTED + 1);
        model.addAttribute("entries", page);
        model.addAttribute(
                "newer",
                hasNewer && !page.isEmpty()
                        ? path(query, "/audit", "newer", page.getFirst().position(), at)
                        : null);
        model.addAttribute(
                "older",
                hasOlder && !page.isEmpty()
                        ? path(query, "/audit", "before", page.getLast().position(), at)
                        : null);
        model.addAttribute(
                "shown",
                page.size()
                        + " of "
                        + (count > COUNTED ? "more than 1,000" : Integer.toString(count)));
        model.addAttribute("csv", path(query, "/audit.csv", "at", null, at));
        model.addAttribute("json", path(query, "/audit.json", "at", null, at));
        model.addAttribute(
                "bundle",
                actor.holding(Role.AUDITOR).none()
                        ? null
                        : path(query, "/audit.zip", "at", null, at));
        model.addAttribute("filtered", !query.given().isEmpty());
        offering(query, page, actor, at, model);
        return "audit/list";
    }

    /** The choices of the filter. */
    private void offering(
            AuditQuery query, Collection<AuditEntry> page, Actor actor, At at, Model model) {
        var visible = sight.require(actor, Area.AUDIT_TRAIL);
        var ids = new TreeSet<UserId>();
        people.list(at, visible, null, CHOICES).forEach(entry -> ids.add(entry.person()));
        page.forEach(entry -> ids.addAll(actors(entry)));
        var asked = query.given().get("actor");
        if (asked != null && asked.matches("[a-z0-9][a-z0-9-]{0,39}")) {
            ids.add(new UserId(asked));
        }
        var called = byId(names.of(ids));
        var kinds = new LinkedHashMap<String, String>();
        Arrays.stream(SubjectKind.values())
                .filter(kind -> kind != SubjectKind.REVIEW && kind != SubjectKind.REFUSAL)
                .forEach(kind -> kinds.put(kind.key(), kind.title()));
        var choices = new LinkedHashMap<String, String>();
        var family = "";
        for (var name : trail.names()) {
            var capability = name.substring(0, name.indexOf('.'));
            if (!capability.equals(family)) {
                family = capability;
                choices.put(capability, Detail.words(capability.replace('-', ' ')) + ": all");
            }
            choices.put(name, EventWords.wordsOf(name) + " (" + name + ")");
        }
        model.addAttribute("names", called);
        model.addAttribute("people", sorted(called));
        model.addAttribute("kinds", kinds);
        model.addAttribute("events", choices);
        model.addAttribute("decisions", same(AuditQuery.DECISIONS));
        model.addAttribute(
                "projects",
                same(
                        projects.list(null, CHOICES, at, visible).stream()
                                .map(project -> project.id().value())
                                .toList()));
    }

    private static String path(
            AuditQuery query, String path, String name, @Nullable Object value, At at) {
        var address = query.path(path, name, value);
        return at.past()
                ? address + (address.indexOf('?') < 0 ? "?" : "&") + "at=" + at.position()
                : address;
    }

    private static List<UserId> actors(AuditEntry entry) {
        return entry.onBehalfOf() == null
                ? List.of(new UserId(entry.actor()))
                : List.of(new UserId(entry.actor()), new UserId(entry.onBehalfOf()));
    }

    private static Map<String, String> byId(Map<UserId, String> names) {
        return names.entrySet().stream()
                .collect(Collectors.toMap(e -> e.getKey().value(), Map.Entry::getValue));
    }

    private static Map<String, String> sorted(Map<String, String> names) {
        var sorted = new LinkedHashMap<String, String>();
        names.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(e -> sorted.put(e.getKey(), e.getValue()));
        return sorted;
    }

    private static Map<String, String> same(List<String> keys) {
        var same = new LinkedHashMap<String, String>();
        keys.forEach(key -> same.put(key, key));
        return same;
    }
}
