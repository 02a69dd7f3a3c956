package io.countersign.web.review;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.evidence.Evidence;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.staleness.Consequences;
import io.countersign.web.consequence.Confirming;
import io.countersign.web.ledger.Included;
import io.countersign.web.page.Forms;
import io.countersign.web.page.SubjectPanels;
import io.countersign.web.page.SubjectPaths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.util.UriComponentsBuilder;

/** The inbox, and the page a decision is taken on. */
@Controller
@RequestMapping("/reviews")
class ReviewPages {
    private static final int PAGE = 50;
    private static final String VIEW = "review/show";
    private static final int FILES = 50;
    private static final Map<String, String> GRADES = grades();

    private final Inbox inbox;
    private final Sheets sheets;
    private final Signing signing;
    private final Commands commands;
    private final ReadPosition positions;
    private final Forms forms;
    private final AuditTrail trail;
    private final Included.Finder ledger;
    private final Confirming confirming;
    private final SubjectPanels panels;
    private final Evidence evidence;

    ReviewPages(
            Inbox inbox,
            Sheets sheets,
            Signing signing,
            Commands commands,
            ReadPosition positions,
            Forms forms,
            AuditTrail trail,
            Included.Finder ledger,
            Confirming confirming,
            SubjectPanels panels,
            Evidence evidence) {
        this.panels = panels;
        this.evidence = evidence;
        this.inbox = inbox;
        this.sheets = sheets;
        this.signing = signing;
        this.commands = commands;
        this.positions = positions;
        this.forms = forms;
        this.trail = trail;
        this.ledger = ledger;
        this.confirming = confirming;
    }

    /** A gate as the page shows it: now, or as pinned where that is all there is. */
    record Gate(
            boolean passed,
            boolean waived,
            String sentence,
            @Nullable String why,
            Map<String, String> numbers,
            @Nullable String waive) {
        /**
         * @param waive where a waiver of it can be asked for, or null
         */
        static Gate of(GateResult result, @Nullable String waive) {
            var numbers = new LinkedHashMap<String, String>();
            result.inputs().forEach((path, value) -> numbers.put(path, String.valueOf(value)));
            return new Gate(
                    result.passed(),
                    result.waived(),
                    result.sentence(),
                    result.explanation().isBlank() ? null : result.explanation(),
                    numbers,
                    waive);
        }
    }

    @GetMapping
    String list(
            @RequestParam @Nullable String kind,
            @RequestParam @Nullable String status,
            @RequestParam @Nullable String project,
            @RequestParam @Nullable String from,
            Actor actor,
            At at,
            Model model) {
        model.addAttribute("mine", inbox.awaiting(actor, PAGE, at));
        model.addAttribute("told", inbox.told(actor, PAGE, at));
        model.addAttribute("requested", inbox.requestedBy(actor, PAGE, at));
        model.addAttribute("delegated", inbox.delegated(actor, PAGE, at));
        model.addAttribute("conditions", inbox.conditions(actor, PAGE, at));
        model.addAttribute("toConfirm", inbox.toConfirm(actor, PAGE, at));
        var found = inbox.list(new Inbox.Filter(kind, status, project, from), PAGE + 1, actor, at);
        var shown = found.subList(0, Math.min(PAGE, found.size()));
        model.addAttribute("reviews", shown);
        model.addAttribute(
                "older",
                found.size() > PAGE
                        ? UriComponentsBuilder.fromPath("/reviews")
                                .queryParam("kind", kind)
                                .queryParam("status", status)
                                .queryParam("project", project)
                                .queryParam("from", shown.getLast().subject())
                                .build()
                                .toUriString()
                        : null);
        var kinds = new LinkedHashMap<String, String>();
        Stream.of(
                        SubjectKind.DATASET_VERSION,
                        SubjectKind.MODEL_VERSION,
                        SubjectKind.DEPLOYMENT,
                        SubjectKind.WAIVER)
                .forEach(k -> kinds.put(k.key(), Inbox.what(k)));
        var statuses = new LinkedHashMap<String, String>();
        Arrays.stream(Status.values())
                .filter(s -> s != Status.NONE)
                .forEach(s -> statuses.put(s.word(), s.word()));
        model.addAttribute("kinds", kinds);
        model.addAttribute("statuses", statuses);
        model.addAttribute("kind", kind);
        model.addAttribute("status", status);
        model.addAttribute("project", project);
        model.addAttribute("titles", sheets.titles());
        return "review/list";
    }

    @GetMapping("/{subject}")
    String show(@PathVariable String subject, Actor actor, At at, Model model) {
        return shown(Sheets.subject(subject), actor, at, model);
    }

    @PostMapping("/{subject}/request")
    String request(
            @PathVariable String subject,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        var ref = Sheets.subject(subject);
        return done(
                ref,
                typed,
                actor,
                model,
                next,
                "Asked. The people who can sign now find it in their inbox.",
                () ->
                        commands.send(
                                new ReviewCommand.Request(Review.stream(ref), typed.get("comment")),
                                actor,
                                context));
    }

    @PostMapping("/{subject}/signatures")
    String sign(
            @PathVariable String subject,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        var ref = Sheets.subject(subject);
        var terms = new TermsForm(typed);
        var as = SignAs.parse(typed.getOrDefault("role", ""));
        model.addAttribute("termsOpen", !terms.blank());
        return done(
                ref,
                typed,
                actor,
                model,
                next,
                "Signed. Your decision is on record.",
                terms::beside,
                () ->
                        signing.sign(
                                ref,
                                new Signing.Given(
                                        typed.getOrDefault("manifest", ""),
                                        as.role(),
                                        typed.getOrDefault("decision", ""),
                                        typed.get("comment"),
                                        typed.get("password"),
                                        as.onBehalfOf(),
                                        terms.conditions(),
                                        terms.remarks()),
                                actor,
                                context));
    }

    @PostMapping("/{subject}/rounds/{round}/conditions/{condition}/fulfilment")
    String fulfil(
            @PathVariable String subject,
            @PathVariable int round,
            @PathVariable int condition,
            @RequestParam MultiValueMap<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        var ref = Sheets.subject(subject);
        var row = "-" + round + "-" + condition;
        return done(
                ref,
                typed.toSingleValueMap(),
                actor,
                model,
                next,
                "Fulfilled. Whoever confirms it finds it in their inbox.",
                refused -> named(refused, row),
                () ->
                        signing.fulfil(
                                ref,
                                round,
                                condition,
                                typed.getFirst("note" + row),
                                typed.getOrDefault("attached" + row, List.of()),
                                actor,
                                context));
    }

    @PostMapping("/{subject}/rounds/{round}/conditions/{condition}/confirmation")
    String answer(
            @PathVariable String subject,
            @PathVariable int round,
            @PathVariable int condition,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        var ref = Sheets.subject(subject);
        var row = "-" + round + "-" + condition;
        var confirmed = "yes".equals(typed.get("confirmed"));
        return done(
                ref,
                typed,
                actor,
                model,
                next,
                confirmed ? "Confirmed." : "Not confirmed. Its owner finds it in their inbox.",
                refused -> named(refused, row),
                () ->
                        signing.answer(
                                ref,
                                round,
                                condition,
                                confirmed,
                                typed.get("reason" + row),
                                typed.get("password" + row),
                                SignAs.parse(typed.getOrDefault("role" + row, "")).onBehalfOf(),
                                actor,
                                context));
    }

    /** Beside the field of the form it came from, since a page may have one for each condition. */
    private static CommandRefused named(CommandRefused refused, String row) {
        if (!(refused.refusal().details().get("field") instanceof String field)) {
            return refused;
        }
        var named = new CommandRefused(refused.refusal().with("field", field + row));
        return refused.isRecorded() ? named.asRecorded() : named;
    }

    @PostMapping("/{subject}/withdrawal")
    String withdraw(
            @PathVariable String subject,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        var ref = Sheets.subject(subject);
        return done(
                ref,
                typed,
                actor,
                model,
                next,
                "Withdrawn.",
                () ->
                        commands.send(
                                new ReviewCommand.Withdraw(Review.stream(ref), typed.get("why")),
                                actor,
                                context));
    }

    @PostMapping("/{subject}/refresh")
    String refresh(
            @PathVariable String subject,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        var ref = Sheets.subject(subject);
        return done(
                ref,
                Map.of(),
                actor,
                model,
                next,
                "Pinned to how it stands now. Signatures on what moved are asked for again.",
                () -> commands.send(new ReviewCommand.Refresh(Review.stream(ref)), actor, context));
    }

    @GetMapping("/{subject}/revocation")
    String revocation(@PathVariable String subject, Actor actor, Model model) {
        return confirming.page(Consequences.Act.REVOCATION, Sheets.subject(subject), actor, model);
    }

    @PostMapping("/{subject}/revocation")
    String revoke(
            @PathVariable String subject,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        var ref = Sheets.subject(subject);
        try {
            var sent =
                    commands.send(
                            new ReviewCommand.Revoke(
                                    Review.stream(ref), typed.getOrDefault("reason", "")),
                            actor,
                            context);
            next.addFlashAttribute(
                    "notice", "The approval is taken back. Gates that rest on it are closed.");
            return Forms.then(sent, "/reviews/" + ref);
        } catch (CommandRefused refused) {
            return forms.again(
                    refused,
                    typed,
                    model,
                    confirming.page(Consequences.Act.REVOCATION, ref, actor, model));
        }
    }

    private String done(
            SubjectRef subject,
            Map<String, String> typed,
            Actor actor,
            Model model,
            RedirectAttributes next,
            String notice,
            Supplier<Sent> act) {
        return done(subject, typed, actor, model, next, notice, refused -> refused, act);
    }

    /**
     * @param beside names the field of the page that a refusal is about
     */
    private String done(
            SubjectRef subject,
            Map<String, String> typed,
            Actor actor,
            Model model,
            RedirectAttributes next,
            String notice,
            UnaryOperator<CommandRefused> beside,
            Supplier<Sent> act) {
        try {
            var sent = act.get();
            next.addFlashAttribute("notice", notice);
            return Forms.then(sent, "/reviews/" + subject);
        } catch (CommandRefused refused) {
            shown(subject, actor, positions.now(), model);
            return forms.again(beside.apply(refused), typed, model, VIEW);
        }
    }

    private String shown(SubjectRef subject, Actor actor, At at, Model model) {
        var sheet = sheets.sheet(subject, actor, at);
        var round = sheet.round();
        var open = round != null && round.status() == Status.OPEN;
        var live = sheet.live();
        List<GateResult> gates =
                live != null && (open || round == null || sheet.may().request())
                        ? live.gates()
                        : round == null ? List.of() : round.gates();
        model.addAttribute("sheet", sheet);
        model.addAttribute("what", Inbox.what(subject.kind()));
        model.addAttribute("path", "/reviews/" + subject);
        model.addAttribute("subjectPath", SubjectPaths.pathOf(subject));
        model.addAttribute("open", open);
        model.addAttribute(
                "gates",
                gates.stream().map(gate -> Gate.of(gate, waive(gate, sheet, actor))).toList());
        panels.waivers(subject, at, actor, model);
        model.addAttribute("gatesLive", live != null && gates == live.gates());
        model.addAttribute("closed", gates.stream().filter(gate -> !gate.passed()).count());
        model.addAttribute("consequence", consequence(sheet));
        terms(sheet, actor, at, model);
        var last = last(subject, actor, at);
        model.addAttribute("last", last);
        model.addAttribute(
                "included", last == null ? null : ledger.of(last.eventId(), last.position()));
        return VIEW;
    }

    /** The form for a waiver of a gate that does not hold, where policy lets it be waived. */
    private static @Nullable String waive(GateResult gate, Sheet sheet, Actor actor) {
        var live = sheet.live();
        return live != null
                        && gate.status() == GateResult.Status.FAILED
                        && live.waivable().contains(gate.gate())
                        && actor.rolesIn(new ProjectId(sheet.project())).contains(Role.REQUESTER)
                ? UriComponentsBuilder.fromPath("/waivers/new")
                        .queryParam("subject", sheet.subject())
                        .queryParam("gate", gate.gate())
                        .build()
                        .toUriString()
                : null;
    }

    /** What the conditions are chosen from, and those of the latest round and of the approval. */
    private void terms(Sheet sheet, Actor actor, At at, Model model) {
        var conditioned = new ArrayList<Sheet.Asked>();
        var round = sheet.round();
        if (round != null) {
            conditioned.add(round);
        }
        var approval = sheet.approval();
        if (approval != null && approval.inForce()) {
            sheet.earlier().stream()
                    .filter(earlier -> earlier.number() == approval.round())
                    .forEach(conditioned::add);
        }
        conditioned.removeIf(asked -> asked.conditions().isEmpty());
        model.addAttribute("conditioned", conditioned);
        model.addAttribute("rows", IntStream.rangeClosed(1, TermsForm.ROWS).boxed().toList());
        model.addAttribute(
                "owners",
                sheet.may().signAs().isEmpty()
                        ? Map.of()
                        : sheets.owners(sheet.subject(), actor, at));
        model.addAttribute("grades", GRADES);
        var fulfils =
                conditioned.stream()
                        .flatMap(asked -> asked.conditions().stream())
                        .anyMatch(Sheet.On::mayFulfil);
        var files = new LinkedHashMap<String, String>();
        if (fulfils) {
            evidence.list(sheet.subject(), null, FILES, at, actor.visibility())
                    .forEach(file -> files.put(file.id().value(), file.name()));
        }
        model.addAttribute("files", files);
    }

    private static Map<String, String> grades() {
        var grades = new LinkedHashMap<String, String>();
        grades.put("must", "Must be changed");
        grades.put("should", "Should be changed");
        grades.put("note", "Note");
        return grades;
    }

    /** The newest step of its reviews; null before the first. */
    private @Nullable AuditEntry last(SubjectRef subject, Actor actor, At at) {
        return trail
                .newest(
                        new AuditTrail.Filter(
                                null, null, subject, "review", null, null, null, null, null),
                        Long.MAX_VALUE,
                        1,
                        at,
                        actor.visibility())
                .stream()
                .findFirst()
                .orElse(null);
    }

    /** What an approving signature would do. */
    private static String consequence(Sheet sheet) {
        var round = sheet.round();
        if (round == null) {
            return "";
        }
        var missing = round.missing();
        return missing <= 1
                ? "If you approve, this is the last signature: "
                        + sheet.subject().id()
                        + " is approved."
                : "If you approve, "
                        + (missing - 1)
                        + " more signature"
                        + (missing == 2 ? " is" : "s are")
                        + " asked for after yours.";
    }
}
