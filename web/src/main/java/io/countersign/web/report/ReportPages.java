package io.countersign.web.report;

import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.Models;
import io.countersign.governance.people.Names;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.report.IssuedReports;
import io.countersign.governance.report.ReportFormat;
import io.countersign.governance.report.ReportId;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.reporting.biasreport.BiasAndRiskReport.Made;
import io.countersign.reporting.document.Block;
import io.countersign.reporting.document.ReportDocument;
import io.countersign.web.page.Forms;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** The bias and risk report of a model version, and the register of those issued. */
@Controller
class ReportPages {
    private static final int PAGE = 50;
    private static final int CHOICES = 200;
    private static final String OF_VERSION = "/models/{model}/versions/{version}/report";

    private final ReportDesk desk;
    private final IssuedReports issued;
    private final Models models;
    private final Names names;
    private final ReadPosition positions;
    private final Forms forms;
    private final Sight sight;

    ReportPages(
            ReportDesk desk,
            IssuedReports issued,
            Models models,
            Names names,
            ReadPosition positions,
            Forms forms,
            Sight sight) {
        this.sight = sight;
        this.desk = desk;
        this.issued = issued;
        this.models = models;
        this.names = names;
        this.positions = positions;
        this.forms = forms;
    }

    /**
     * One block of the document.
     *
     * @param kind its type's name, for the template
     */
    record Part(String kind, Block block) {}

    record Section(String id, String heading, List<Part> parts) {}

    @GetMapping("/reports")
    String list(@RequestParam @Nullable Long before, Actor actor, At at, Model model) {
        return listed(before, actor, at, model);
    }

    /** Where the form of the list leads. */
    @GetMapping("/reports/open")
    String open(@RequestParam Map<String, String> typed, Actor actor, At at, Model model) {
        try {
            return "redirect:"
                    + path(
                            new ModelVersionId(typed.getOrDefault("version", "").strip()),
                            at.past() ? at.position() : null);
        } catch (CommandRefused refused) {
            listed(null, actor, at, model);
            return forms.again(refused, typed, model, "reports/list");
        }
    }

    @GetMapping(OF_VERSION)
    String show(
            @PathVariable ModelId model,
            @PathVariable String version,
            Actor actor,
            At at,
            Model view) {
        return shown(desk.make(ModelVersionId.of(model, version), at, actor), view);
    }

    @GetMapping(OF_VERSION + ".{format}")
    ResponseEntity<byte[]> download(
            @PathVariable ModelId model,
            @PathVariable String version,
            @PathVariable String format,
            Actor actor,
            At at) {
        return desk.handOut(
                ModelVersionId.of(model, version), ReportFormat.ofKey(format), at, actor);
    }

    @PostMapping(OF_VERSION)
    String issue(
            @PathVariable ModelId model,
            @PathVariable String version,
            @RequestParam String position,
            @RequestParam String format,
            Actor actor,
            Context context) {
        var made = desk.make(ModelVersionId.of(model, version), positions.parse(position), actor);
        return Forms.then(
                desk.issue(made, ReportFormat.ofKey(format), actor, context),
                "/reports/" + made.onRecord().id());
    }

    @GetMapping("/reports/{report}")
    String register(@PathVariable ReportId report, Actor actor, At at, Model model) {
        var row = issued.get(report, at, sight.require(actor, Area.REPORTS));
        var subject = new ModelVersionId(row.subject().id());
        model.addAttribute("report", row);
        model.addAttribute("names", named(List.of(row)));
        model.addAttribute("files", files(subject, row.ledgerPosition()));
        model.addAttribute("reportPath", path(subject, row.ledgerPosition()));
        model.addAttribute("covering", desk.covering(row.ledgerPosition()));
        model.addAttribute("included", desk.included(row));
        model.addAttribute(
                "bundle",
                actor.holding(Role.AUDITOR).includes(row.projectId())
                        ? "/reports/" + report + "/bundle"
                        : null);
        return "reports/show";
    }

    @GetMapping("/reports/{report}/bundle")
    void bundle(@PathVariable ReportId report, Actor actor, HttpServletResponse response)
            throws IOException {
        desk.bundle(report, actor, response);
    }

    @PostMapping("/reports/{report}/verification")
    String verify(@PathVariable ReportId report, Actor actor, Context context) {
        var verified = desk.verify(report, positions.now(), actor, context);
        return Forms.then(verified.sent(), "/reports/" + report);
    }

    private String listed(@Nullable Long before, Actor actor, At at, Model model) {
        var found =
                issued.list(
                        before == null ? Long.MAX_VALUE : before,
                        PAGE + 1,
                        at,
                        sight.require(actor, Area.REPORTS));
        var rows = found.subList(0, Math.min(PAGE, found.size()));
        var versions = new LinkedHashMap<String, String>();
        models.newestVersions(CHOICES, at, actor.visibility())
                .forEach(row -> versions.put(row.id().value(), row.id().value()));
        model.addAttribute("reports", rows);
        model.addAttribute("names", named(rows));
        model.addAttribute("versions", versions);
        model.addAttribute(
                "older",
                found.size() > PAGE
                        ? link(
                                UriComponentsBuilder.fromPath("/reports")
                                        .queryParam("before", rows.getLast().issuedPosition()),
                                at.past() ? at.position() : null)
                        : null);
        return "reports/list";
    }

    private String shown(Made made, Model view) {
        var content = made.content();
        var document = desk.document(made);
        view.addAttribute("document", document);
        view.addAttribute("sections", sections(document));
        view.addAttribute("version", content.version().id());
        view.addAttribute("reportPosition", content.position());
        view.addAttribute("digest", made.data().digest());
        view.addAttribute("path", path(content.version().id(), null));
        view.addAttribute("files", files(content.version().id(), content.position()));
        return "reports/report";
    }

    private static List<Section> sections(ReportDocument document) {
        return Stream.iterate(0, i -> i < document.sections().size(), i -> i + 1)
                .map(i -> {
                    var section = document.sections().get(i);
                    return new Section(
                            "s" + (i + 1),
                            section.heading(),
                            section.blocks().stream()
                                    .map(block -> new Part(block.getClass().getSimpleName(), block))
                                    .toList());
                })
                .toList();
    }

    /** Labels and paths of the downloads. */
    private static Map<String, String> files(ModelVersionId version, long position) {
        var files = new LinkedHashMap<String, String>();
        for (var format : ReportFormat.values()) {
            files.put(
                    format.key().toUpperCase(Locale.ROOT),
                    path(version, null) + "." + format.key() + "?at=" + position);
        }
        return files;
    }

    private Map<UserId, String> named(List<IssuedReports.Row> rows) {
        return names.of(
                rows.stream()
                        .flatMap(row -> Stream.of(row.issuedBy(), row.verifiedBy()))
                        .filter(java.util.Objects::nonNull)
                        .collect(Collectors.toSet()));
    }

    private static String path(ModelVersionId version, @Nullable Long at) {
        return link(
                UriComponentsBuilder.fromPath(
                        "/models/"
                                + version.model()
                                + "/versions/"
                                + version.version()
                                + "/report"),
                at);
    }

    private static String link(UriComponentsBuilder path, @Nullable Long at) {
        return (at == null ? path : path.queryParam("at", at)).build().toUriString();
    }
}
