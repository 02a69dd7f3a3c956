package io.countersign.web.project;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.intake.IntakeDecision;
import io.countersign.governance.intake.Intakes;
import io.countersign.governance.intake.Intakes.OverrideStatus;
import io.countersign.governance.intake.Question;
import io.countersign.governance.intake.Questionnaire;
import io.countersign.governance.intake.Questionnaires;
import io.countersign.governance.people.Names;
import io.countersign.governance.policy.AdoptedRoles;
import io.countersign.governance.policy.Demand;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.project.IntakeAnswer;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.Projects;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.UserId;
import io.countersign.web.page.Forms;
import io.countersign.web.page.Typed;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/** The intake of a project, the tier that follows from it, and its overrides. */
@Controller
@RequestMapping("/projects/{project}")
class IntakePages {
    private static final String FORM = "projects/intake";
    private static final String TIER = "projects/tier";

    private final SeenProjects seen;
    private final Questionnaires questionnaires;
    private final Intakes intakes;
    private final PoliciesInForce policies;
    private final AdoptedRoles roles;
    private final Names names;
    private final Commands commands;
    private final TierSigning signing;
    private final ReadPosition positions;
    private final Forms forms;

    IntakePages(
            SeenProjects seen,
            Questionnaires questionnaires,
            Intakes intakes,
            PoliciesInForce policies,
            AdoptedRoles roles,
            Names names,
            Commands commands,
            TierSigning signing,
            ReadPosition positions,
            Forms forms) {
        this.seen = seen;
        this.questionnaires = questionnaires;
        this.intakes = intakes;
        this.policies = policies;
        this.roles = roles;
        this.names = names;
        this.commands = commands;
        this.signing = signing;
        this.positions = positions;
        this.forms = forms;
    }

    /** A section with the questions that are asked in it. */
    record Section(Questionnaire.Section of, List<Asked> questions) {}

    /**
     * @param field its name in the form
     * @param options what can be chosen, for the fragments
     */
    record Asked(Question question, String field, Map<String, String> options) {
        static Asked of(Question question) {
            var options = new LinkedHashMap<String, String>();
            question.options().forEach(option -> options.put(option.id(), option.words()));
            return new Asked(question, IntakeDecision.FIELD + question.id(), options);
        }
    }

    /** An answer beside its question, in words. */
    record Answered(String question, String answer) {}

    /** What policy asks for one kind of subject in a tier. */
    record Asks(
            String title,
            boolean covered,
            List<String> gates,
            List<String> signatures,
            List<String> perhaps,
            String due,
            String validity) {}

    @GetMapping("/intake")
    String form(@PathVariable ProjectId project, Actor actor, HttpSession session, Model model) {
        return asking(project, actor, session, model);
    }

    @PostMapping("/intake")
    String answer(
            @PathVariable ProjectId project,
            @RequestParam MultiValueMap<String, String> typed,
            Actor actor,
            HttpSession session,
            Context context,
            Model model,
            RedirectAttributes next) {
        var at = positions.now();
        seen.find(project, actor, at);
        var questionnaire = questionnaires.at(at);
        var draft = draft(project, actor, at, session);
        var shown = typed.getOrDefault("shown", List.of());
        draft.take(typed, questionnaire);
        if ("save".equals(typed.getFirst("act"))) {
            var more =
                    draft.asked(questionnaire).stream()
                            .map(Question::id)
                            .filter(id -> !shown.contains(id))
                            .toList();
            next.addFlashAttribute(
                    "notice",
                    more.isEmpty()
                            ? "Saved until you sign out. No further question follows from your"
                                    + " answers."
                            : "Saved until you sign out. "
                                    + more.size()
                                    + (more.size() == 1 ? " question follows" : " questions follow")
                                    + " from your answers.");
            return "redirect:/projects/"
                    + project
                    + "/intake"
                    + (more.isEmpty() ? "" : "#f-" + IntakeDecision.FIELD + more.getFirst());
        }
        try {
            var sent =
                    commands.send(
                            new ProjectCommand.AnswerIntake(
                                    project,
                                    version(typed.getFirst("version")),
                                    draft.answers(questionnaire)),
                            actor,
                            context);
            draft.done();
            next.addFlashAttribute("notice", "Answered. The rules have decided the risk tier.");
            return Forms.then(sent, "/projects/" + project + "/tier");
        } catch (CommandRefused refused) {
            asking(project, actor, session, model);
            var view = forms.again(refused, model(draft, questionnaire), model, FORM);
            if (refused.refusal().details().get("missing") instanceof List<?> missing) {
                var errors = new LinkedHashMap<String, String>();
                for (var question : questionnaire.questions()) {
                    if (missing.contains(question.id())) {
                        errors.put(
                                IntakeDecision.FIELD + question.id(),
                                "Not answered: " + question.text());
                    }
                }
                model.addAttribute("errors", errors);
            }
            return view;
        }
    }

    @GetMapping("/tier")
    String tier(@PathVariable ProjectId project, Actor actor, At at, Model model) {
        return shown(project, actor, at, model);
    }

    @PostMapping("/tier/override")
    String override(
            @PathVariable ProjectId project,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        var typed = new Typed(fields);
        try {
            var sent =
                    commands.send(
                            new ProjectCommand.RequestTierOverride(
                                    project,
                                    typed.value("riskTier", RiskTier::ofKey),
                                    typed.text("reason")),
                            actor,
                            context);
            next.addFlashAttribute(
                    "notice", "Asked. It counts once a compliance officer has signed it.");
            return Forms.then(sent, "/projects/" + project + "/tier");
        } catch (CommandRefused refused) {
            shown(project, actor, positions.now(), model);
            return forms.again(refused, fields, model, TIER);
        }
    }

    @PostMapping("/tier/signature")
    String sign(
            @PathVariable ProjectId project,
            @RequestParam Map<String, String> fields,
            Actor actor,
            Context context,
            Model model,
            RedirectAttributes next) {
        try {
            var decision = fields.getOrDefault("decision", "");
            var sent =
                    signing.sign(
                            project,
                            fields.getOrDefault("digest", ""),
                            decision,
                            fields.get("comment"),
                            fields.get("password"),
                            actor,
                            context);
            next.addFlashAttribute(
                    "notice",
                    decision.equals("approve")
                            ? "Signed. The risk tier is overridden."
                            : "Refused. The risk tier stays as it is.");
            return Forms.then(sent, "/projects/" + project + "/tier");
        } catch (CommandRefused refused) {
            shown(project, actor, positions.now(), model);
            return forms.again(refused, fields, model, TIER);
        }
    }

    private IntakeDraft draft(ProjectId project, Actor actor, At at, HttpSession session) {
        return IntakeDraft.of(
                session, project, intakes.find(project, at, actor.visibility()).orElse(null));
    }

    /** As the fragments take the values of fields: of several, all of them with commas between. */
    private static Map<String, String> model(IntakeDraft draft, Questionnaire questionnaire) {
        var values = new LinkedHashMap<String, String>();
        draft.answers(questionnaire)
                .forEach((question, answer) ->
                        values.put(IntakeDecision.FIELD + question, String.join(",", answer)));
        return values;
    }

    private String asking(ProjectId id, Actor actor, HttpSession session, Model model) {
        var at = positions.now();
        var project = seen.find(id, actor, at);
        var questionnaire = questionnaires.at(at);
        var draft = draft(id, actor, at, session);
        var asked = draft.asked(questionnaire);
        model.addAttribute("project", project);
        model.addAttribute("trail", trail(project));
        model.addAttribute("questionnaire", questionnaire);
        model.addAttribute("values", model(draft, questionnaire));
        model.addAttribute("answers", answers(project, actor));
        model.addAttribute(
                "sections",
                questionnaire.sections().stream()
                        .map(section ->
                                new Section(
                                        section,
                                        section.questions().stream()
                                                .filter(asked::contains)
                                                .map(Asked::of)
                                                .toList()))
                        .filter(section -> !section.questions().isEmpty())
                        .toList());
        return FORM;
    }

    private static boolean answers(Projects.Row project, Actor actor) {
        var held = actor.rolesIn(project.id());
        return !project.retired()
                && (held.contains(Role.REQUESTER) || held.contains(Role.COMPLIANCE_OFFICER));
    }

    private String shown(ProjectId id, Actor actor, At at, Model model) {
        var project = seen.find(id, actor, at);
        var row = intakes.find(id, at, actor.visibility()).orElse(null);
        var overrides = intakes.overrides(id, at, actor.visibility());
        var asked =
                overrides.stream()
                        .filter(o -> o.status() == OverrideStatus.ASKED)
                        .findFirst()
                        .orElse(null);
        var held = actor.rolesIn(id);
        var open = !at.past() && !project.retired();
        var people = new ArrayList<UserId>();
        if (row != null) {
            people.add(row.answeredBy());
        }
        overrides.forEach(o -> people.add(o.override().requester()));
        model.addAttribute("project", project);
        model.addAttribute("trail", trail(project));
        model.addAttribute("intake", row);
        model.addAttribute("names", names.of(people));
        model.addAttribute("answered", row == null ? List.of() : answered(row));
        model.addAttribute("overrides", overrides);
        model.addAttribute("asked", asked);
        model.addAttribute("answers", open && answers(project, actor));
        model.addAttribute(
                "overriding",
                open
                        && row != null
                        && asked == null
                        && row.result().tier() != RiskTier.PROHIBITED
                        && (held.contains(Role.REQUESTER)
                                || held.contains(Role.RISK_OWNER)
                                || held.contains(Role.COMPLIANCE_OFFICER)));
        model.addAttribute(
                "signs",
                open
                        && asked != null
                        && held.contains(Role.COMPLIANCE_OFFICER)
                        && !actor.id().equals(asked.override().requester())
                        && !actor.id().equals(asked.override().onBehalfOf()));
        model.addAttribute("choices", choices(project.riskTier()));
        model.addAttribute("asks", at.past() ? null : asks(project.riskTier()));
        return TIER;
    }

    private static Map<String, String> trail(Projects.Row project) {
        var trail = new LinkedHashMap<String, String>();
        trail.put("Projects", "/projects");
        trail.put(project.id().value(), "/projects/" + project.id());
        return trail;
    }

    private static Map<String, String> choices(RiskTier now) {
        var choices = new LinkedHashMap<String, String>();
        Arrays.stream(RiskTier.values())
                .filter(tier -> tier != now)
                .forEach(tier -> choices.put(tier.key(), tier.title()));
        return choices;
    }

    /** In the words of the edition that was answered, as far as it is known. */
    private List<Answered> answered(Intakes.Row row) {
        var edition = questionnaires.edition(row.result().questionnaire());
        return row.result().answers().stream()
                .map(answer -> {
                    var question = edition.flatMap(e -> e.question(answer.question()));
                    return new Answered(
                            question.map(Question::text).orElse(answer.question()),
                            words(question.orElse(null), answer));
                })
                .toList();
    }

    private static String words(@Nullable Question question, IntakeAnswer answer) {
        if (answer.number() != null) {
            return answer.number().toString();
        }
        if (answer.text() != null) {
            return answer.text().text();
        }
        return String.join(
                "; ",
                answer.chosen().stream()
                        .map(id ->
                                question == null
                                        ? id
                                        : question.options().stream()
                                                .filter(option -> option.id().equals(id))
                                                .map(Question.Option::words)
                                                .findFirst()
                                                .orElse(id))
                        .toList());
    }

    private List<Asks> asks(RiskTier tier) {
        var titles = new LinkedHashMap<String, String>();
        roles.inForce().roles().forEach(entry -> titles.put(entry.role().key(), entry.title()));
        var asks = new ArrayList<Asks>();
        for (var kind :
                List.of(
                        SubjectKind.DATASET_VERSION,
                        SubjectKind.MODEL_VERSION,
                        SubjectKind.DEPLOYMENT)) {
            try {
                var policy = policies.forSubject(kind).policy();
                var in = policy.in(tier.key());
                asks.add(
                        new Asks(
                                policy.title(),
                                in.covered(),
                                in.gates(),
                                words(in.signatures(), titles),
                                words(in.perhaps(), titles),
                                days(in.due()),
                                days(in.validity())));
            } catch (CommandRefused _) {
                // no policy for this kind: nothing of it is approved, and its pages say so
            }
        }
        return asks;
    }

    private static List<String> words(List<Demand> demands, Map<String, String> titles) {
        return demands.stream()
                .map(demand ->
                        demand.words(role ->
                                Objects.requireNonNullElse(titles.get(role.key()), role.key())))
                .toList();
    }

    private static String days(Duration duration) {
        return duration.toDays() == 1 ? "1 day" : duration.toDays() + " days";
    }

    private static int version(@Nullable String text) {
        try {
            return Integer.parseInt(text == null ? "" : text);
        } catch (NumberFormatException _) {
            throw CommandRefused.invalid(
                    "version", text == null ? "" : text, "send the form as it was shown");
        }
    }
}
