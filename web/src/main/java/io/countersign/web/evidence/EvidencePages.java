package io.countersign.web.evidence;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.evidence.Evidence;
import io.countersign.governance.evidence.EvidenceCommand;
import io.countersign.governance.evidence.EvidenceId;
import io.countersign.governance.people.Names;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.web.page.Forms;
import io.countersign.web.page.SubjectPanels;
import io.countersign.web.page.SubjectPaths;
import io.countersign.web.page.Typed;
import io.countersign.web.start.Settings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

@Controller
@RequestMapping("/evidence")
class EvidencePages {
    private static final int PAGE = 50;

    private final Evidence evidence;
    private final SeenEvidence seen;
    private final Uploads uploads;
    private final SubjectPanels panels;
    private final Names names;
    private final Commands commands;
    private final ReadPosition positions;
    private final Settings settings;
    private final Forms forms;

    EvidencePages(
            Evidence evidence,
            SeenEvidence seen,
            Uploads uploads,
            SubjectPanels panels,
            Names names,
            Commands commands,
            ReadPosition positions,
            Settings settings,
            Forms forms) {
        this.evidence = evidence;
        this.seen = seen;
        this.uploads = uploads;
        this.panels = panels;
        this.names = names;
        this.commands = commands;
        this.positions = positions;
        this.settings = settings;
        this.forms = forms;
    }

    /** All evidence one may see, or that of one subject with the form to attach more. */
    @GetMapping
    String list(
            @RequestParam @Nullable String subject,
            @RequestParam @Nullable String from,
            Actor actor,
            At at,
            Model model) {
        return listed(subject, from, actor, at, model);
    }

    @PostMapping
    String attach(
            @RequestParam MultipartFile file,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Model model) {
        try {
            var taken = uploads.take(file, fields, actor, Context.NONE);
            return Forms.then(taken.sent(), "/evidence/" + taken.id());
        } catch (CommandRefused refused) {
            listed(fields.get("subject"), null, actor, positions.now(), model);
            return forms.again(refused, fields, model, "evidence/list");
        }
    }

    @GetMapping("/{evidence}")
    String show(@PathVariable("evidence") EvidenceId id, Actor actor, At at, Model model) {
        return shown(id, actor, at, model);
    }

    @GetMapping("/{evidence}/file")
    ResponseEntity<Resource> download(@PathVariable("evidence") EvidenceId id, Actor actor, At at) {
        return seen.download(id, actor, at);
    }

    @PostMapping("/{evidence}/deletion")
    String delete(
            @PathVariable("evidence") EvidenceId id,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Model model) {
        try {
            var command = new EvidenceCommand.Delete(id, new Typed(fields).text("reason"));
            return Forms.then(commands.send(command, actor), "/evidence/" + id);
        } catch (CommandRefused refused) {
            shown(id, actor, positions.now(), model);
            return forms.again(refused, fields, model, "evidence/show");
        }
    }

    private String listed(
            @Nullable String subject, @Nullable String from, Actor actor, At at, Model model) {
        var about = subject == null || subject.isBlank() ? null : SubjectRef.parse(subject);
        var found = evidence.list(about, from, PAGE + 1, at, actor.visibility());
        model.addAttribute("files", found.subList(0, Math.min(PAGE, found.size())));
        model.addAttribute(
                "older",
                found.size() > PAGE
                        ? "/evidence?from="
                                + found.get(PAGE - 1).id()
                                + (about == null ? "" : "&subject=" + about)
                        : null);
        model.addAttribute(
                "names", names.of(found.stream().map(Evidence.Row::attachedBy).toList()));
        model.addAttribute("subject", about == null ? null : about.toString());
        model.addAttribute("subjectHref", about == null ? null : SubjectPaths.pathOf(about));
        model.addAttribute("largest", settings.upload().max().toMegabytes() + " MB");
        return "evidence/list";
    }

    private String shown(EvidenceId id, Actor actor, At at, Model model) {
        var file = seen.find(id, actor, at);
        var people = new java.util.ArrayList<>(List.of(file.attachedBy()));
        if (file.deletedBy() != null) {
            people.add(file.deletedBy());
        }
        model.addAttribute("file", file);
        model.addAttribute("about", file.subject().toString());
        model.addAttribute("subjectHref", SubjectPaths.pathOf(file.subject()));
        model.addAttribute(
                "deletes",
                !at.past()
                        && file.deletedAt() == null
                        && actor.rolesIn(id.project()).contains(Role.COMPLIANCE_OFFICER));
        panels.fill(id.ref(), at, actor, model, people);
        return "evidence/show";
    }
}
