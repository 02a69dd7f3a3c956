package io.countersign.web.model;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.bias.Assessments;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.deployment.Deployments;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.model.ModelCommand;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.people.Names;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Status;
import io.countersign.governance.risk.RiskRegister;
import io.countersign.governance.risk.RiskScale;
import io.countersign.governance.risk.RiskScales;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.staleness.Consequences;
import io.countersign.web.consequence.Confirming;
import io.countersign.web.page.ApprovedOn;
import io.countersign.web.page.EventWords;
import io.countersign.web.page.Forms;
import io.countersign.web.page.SubjectPanels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** One version of a model: what it is, what speaks for it, what became of it. */
@Controller
@RequestMapping("/models/{id}/versions/{label}")
class VersionPages {
    private static final int SHOWN = 50;

    private final ApprovedOn approvedOn;
    private final Known known;
    private final Reviews reviews;
    private final Assessments assessments;
    private final Deployments deployments;
    private final RiskRegister risks;
    private final RiskScales scales;
    private final AuditTrail trail;
    private final Names names;
    private final ReadPosition positions;
    private final Commands commands;
    private final Forms forms;
    private final Sight sight;
    private final Confirming confirming;
    private final SubjectPanels panels;

    VersionPages(
            Known known,
            Reviews reviews,
            Assessments assessments,
            Deployments deployments,
            RiskRegister risks,
            RiskScales scales,
            AuditTrail trail,
            Names names,
            ReadPosition positions,
            Commands commands,
            Forms forms,
            Sight sight,
            Confirming confirming,
            SubjectPanels panels,
            ApprovedOn approvedOn) {
        this.panels = panels;
        this.approvedOn = approvedOn;
        this.sight = sight;
        this.confirming = confirming;
        this.known = known;
        this.reviews = reviews;
        this.assessments = assessments;
        this.deployments = deployments;
        this.risks = risks;
        this.scales = scales;
        this.trail = trail;
        this.names = names;
        this.positions = positions;
        this.commands = commands;
        this.forms = forms;
    }

    /**
     * @param use training or test
     */
    record Data(DatasetVersionId id, String use, Status approval, @Nullable Instant until) {
        public String href() {
            return "/datasets/" + id.dataset() + "/versions/" + id.version();
        }
    }

    record Risk(RiskRegister.Row row, RiskScale.Level level) {}

    record Moment(Instant at, String title, String who, String href) {}

    @GetMapping
    String show(
            @PathVariable ModelId id, @PathVariable String label, Actor actor, At at, Model model) {
        return shown(ModelVersionId.of(id, label), actor, at, model);
    }

    @GetMapping("/card")
    String cardForm(
            @PathVariable ModelId id, @PathVariable String label, Actor actor, Model model) {
        return writing(ModelVersionId.of(id, label), actor, model);
    }

    @PostMapping("/card")
    String writeCard(
            @PathVariable ModelId id,
            @PathVariable String label,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Model model) {
        var version = ModelVersionId.of(id, label);
        try {
            return Forms.then(
                    commands.send(
                            new ModelCommand.WriteModelCard(version, Typed.card(typed)), actor),
                    page(version));
        } catch (CommandRefused refused) {
            return forms.again(refused, typed, model, writing(version, actor, model));
        }
    }

    @GetMapping("/retirement")
    String retirement(
            @PathVariable ModelId id, @PathVariable String label, Actor actor, Model model) {
        return confirming.page(
                Consequences.Act.RETIREMENT, ModelVersionId.of(id, label).ref(), actor, model);
    }

    @PostMapping("/retirement")
    String retire(
            @PathVariable ModelId id,
            @PathVariable String label,
            @RequestParam Map<String, String> typed,
            Actor actor,
            Model model) {
        var version = ModelVersionId.of(id, label);
        try {
            return Forms.then(
                    commands.send(
                            new ModelCommand.RetireVersion(
                                    version, typed.getOrDefault("reason", "")),
                            actor),
                    page(version));
        } catch (CommandRefused refused) {
            return forms.again(
                    refused,
                    typed,
                    model,
                    confirming.page(Consequences.Act.RETIREMENT, version.ref(), actor, model));
        }
    }

    private static String page(ModelVersionId version) {
        return "/models/" + version.model() + "/versions/" + version.version();
    }

    private String writing(ModelVersionId id, Actor actor, Model model) {
        var version = known.version(id, actor, positions.now());
        model.addAttribute("version", version);
        model.addAttribute("sections", Typed.sections(version.modelCard()));
        return "models/card";
    }

    private String shown(ModelVersionId id, Actor actor, At at, Model model) {
        var visible = actor.visibility();
        var version = known.version(id, actor, at);
        var found = assessments.of(id, at, visible);
        var scale = scales.at(at).scale();
        var about =
                risks
                        .list(
                                new RiskRegister.Filter(
                                        null, null, null, null, null, id.ref(), null),
                                null,
                                SHOWN,
                                at,
                                sight.of(actor, Area.RISK_REGISTER))
                        .stream()
                        .map(row -> new Risk(row, scale.level(row.current())))
                        .toList();
        var entries =
                trail.newest(
                        AuditTrail.Filter.about(id.ref()),
                        Long.MAX_VALUE,
                        SHOWN,
                        at,
                        sight.of(actor, Area.AUDIT_TRAIL));
        var people =
                names.of(
                        Stream.of(
                                        Stream.of(version.developer()),
                                        found.stream().map(Assessments.Row::startedBy),
                                        about.stream()
                                                .flatMap(risk ->
                                                        Stream.ofNullable(risk.row().owner())),
                                        entries.stream().map(entry -> new UserId(entry.actor())))
                                .flatMap(ids -> ids)
                                .toList());
        model.addAttribute("version", version);
        model.addAttribute("page", page(id));
        panels.waivers(id.ref(), at, actor, model);
        model.addAttribute("names", people);
        model.addAttribute("sections", Typed.sections(version.modelCard()));
        model.addAttribute("missing", version.modelCard().missing());
        model.addAttribute(
                "datasets", data(version.trainingDatasets(), version.testDatasets(), at, actor));
        model.addAttribute("review", reviews.find(id.ref(), at, visible).orElse(null));
        model.addAttribute("approvedOn", approvedOn.of(id.ref(), actor, at));
        model.addAttribute("subject", id.ref().toString());
        model.addAttribute("assessments", found);
        model.addAttribute(
                "deployments",
                deployments.list(
                        new Deployments.Filter(null, id, null, null, null), SHOWN, at, visible));
        model.addAttribute("risks", about);
        model.addAttribute(
                "timeline", entries.stream().map(entry -> moment(entry, people)).toList());
        var roles = actor.rolesIn(id.project());
        var changeable = !at.past() && !version.retired();
        model.addAttribute("requests", changeable && roles.contains(Role.REQUESTER));
        model.addAttribute(
                "assesses",
                changeable && (roles.contains(Role.REQUESTER) || roles.contains(Role.VALIDATOR)));
        return "models/version";
    }

    private List<Data> data(
            List<DatasetVersionId> training, List<DatasetVersionId> test, At at, Actor actor) {
        var approvals =
                reviews.of(
                        Stream.concat(training.stream(), test.stream())
                                .distinct()
                                .map(DatasetVersionId::ref)
                                .toList(),
                        at,
                        actor.visibility());
        var data = new ArrayList<Data>();
        training.forEach(id -> data.add(data(id, "Training", approvals.get(id.ref()))));
        test.forEach(id -> data.add(data(id, "Test", approvals.get(id.ref()))));
        return data;
    }

    private static Data data(DatasetVersionId id, String use, Reviews.@Nullable Row review) {
        return review == null
                ? new Data(id, use, Status.NONE, null)
                : new Data(id, use, review.status(), review.approvedUntil());
    }

    private static Moment moment(AuditEntry entry, Map<UserId, String> people) {
        return new Moment(
                entry.at(),
                EventWords.wordsOf(entry.name()),
                people.getOrDefault(new UserId(entry.actor()), entry.actor()),
                "/audit/" + entry.eventId());
    }
}
