package io.countersign.reporting.biasreport;

import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.reporting.biasreport.BiasAndRisk.Rate;
import io.countersign.reporting.document.Block;
import io.countersign.reporting.document.Block.Column;
import io.countersign.reporting.document.Block.Definition;
import io.countersign.reporting.document.Block.Tone;
import io.countersign.reporting.document.Cell;
import io.countersign.reporting.document.ReportData;
import io.countersign.reporting.document.ReportDocument;
import io.countersign.reporting.document.ReportDocument.Section;
import io.countersign.reporting.picture.HeatMap;
import io.countersign.reporting.picture.Palette;
import io.countersign.reporting.picture.RateChart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts the report's data into sections; nothing is on it that is not in the data, but names. */
final class BiasAndRiskDocument {
    private static final int RATE_DIGITS = 4;

    /** More bars than this tell nobody anything; the table has them all. */
    private static final int MOST_BARS = 20;

    private final BiasAndRisk report;
    private final Palette palette;
    private final Function<UserId, String> names;

    private BiasAndRiskDocument(
            BiasAndRisk report, Palette palette, Function<UserId, String> names) {
        this.report = report;
        this.palette = palette;
        this.names = names;
    }

    /**
     * @param names what to call somebody; their id where no name is known
     */
    static ReportDocument of(
            BiasAndRisk report,
            ReportData data,
            ReportDocument.@Nullable Anchor anchor,
            Palette palette,
            Function<UserId, String> names) {
        return new BiasAndRiskDocument(report, palette, names).document(data, anchor);
    }

    private ReportDocument document(ReportData data, ReportDocument.@Nullable Anchor anchor) {
        var version = report.version();
        var facts = new ArrayList<Definition>();
        facts.add(Definition.of("Model version", version.id().value()));
        facts.add(Definition.of("Project", version.id().project().value()));
        return new ReportDocument(
                "Bias and risk report",
                version.name().isEmpty()
                        ? version.id().value()
                        : version.name() + ", " + version.id(),
                new ReportDocument.Meta(
                        report.position(),
                        report.positionTime(),
                        BiasAndRiskReport.NAME,
                        BiasAndRiskReport.VERSION,
                        facts,
                        anchor),
                List.of(
                        new Section("Summary", summary()),
                        new Section("Purpose and model", model()),
                        new Section("Data", data()),
                        new Section("Bias assessment", bias()),
                        new Section("Comparison with earlier versions", earlier()),
                        new Section("Sign-off", signOff()),
                        new Section("Waivers in force", waivers()),
                        new Section("Risks", risks()),
                        new Section("Deployments", deployments()),
                        new Section("Timeline", timeline()),
                        new Section("How this report can be made again", verify())),
                data);
    }

    private List<Block> summary() {
        var blocks = new ArrayList<Block>();
        var assessment = report.assessment();
        if (assessment == null) {
            blocks.add(
                    new Block.Callout(
                            Tone.WARNING,
                            "Not assessed for bias",
                            "No bias assessment of this version was completed by this position."));
        } else {
            blocks.add(
                    switch (assessment.verdict()) {
                        case "pass" ->
                                new Block.Callout(
                                        Tone.NOTE, "Within its limits", assessment.explanation());
                        case "fail" ->
                                new Block.Callout(
                                        Tone.PROBLEM,
                                        "Outside its limits",
                                        assessment.explanation());
                        default ->
                                new Block.Callout(
                                        Tone.WARNING, "Not evaluated", assessment.explanation());
                    });
        }
        var open = report.risks().stream().filter(BiasAndRisk.Risk::open).toList();
        var active =
                report.deployments().stream().filter(d -> d.status().equals("active")).toList();
        var signOff = report.signOff();
        blocks.add(
                new Block.Definitions(
                        List.of(
                                Definition.of(
                                        "Bias verdict",
                                        assessment == null ? "not assessed" : assessment.verdict()),
                                Definition.of("Sign-off", signOffStatus(signOff)),
                                Definition.of("Open risks", openRisks(open)),
                                Definition.of(
                                        "Active deployments",
                                        active.isEmpty()
                                                ? "none"
                                                : active.stream()
                                                        .map(d ->
                                                                d.place()
                                                                        + " in "
                                                                        + d.environment())
                                                        .collect(Collectors.joining(", "))))));
        return blocks;
    }

    private static String signOffStatus(BiasAndRisk.SignOff signOff) {
        return switch (signOff.status()) {
            case "none" -> "never asked for";
            case "approved" ->
                    "approved until "
                            + Cell.of(Objects.requireNonNull(signOff.approvedUntil())).shown();
            default -> signOff.status();
        };
    }

    private static String openRisks(List<BiasAndRisk.Risk> open) {
        return open.isEmpty()
                ? "none"
                : open.size()
                        + ", the highest "
                        + open.stream()
                                .map(BiasAndRisk.Risk::current)
                                .max(java.util.Comparator.comparingInt(BiasAndRisk.Rated::rank))
                                .orElseThrow()
                                .level()
                                .toLowerCase(Locale.ROOT);
    }

    private List<Block> model() {
        var version = report.version();
        var facts = new ArrayList<Definition>();
        var project = report.project();
        if (project != null) {
            facts.add(Definition.of("Project", project.name()));
            facts.add(Definition.of("Business problem", given(project.businessProblem())));
            facts.add(Definition.of("Intended purpose", given(project.intendedPurpose())));
            facts.add(Definition.of("Owner team", given(project.ownerTeam())));
            facts.add(
                    Definition.of(
                            "Jurisdictions", given(String.join(", ", project.jurisdictions()))));
            facts.add(Definition.of("Risk tier", project.riskTier()));
        }
        facts.add(
                Definition.of(
                        "Model",
                        version.name().isEmpty()
                                ? version.model().value()
                                : version.name() + " (" + version.model() + ")"));
        if (!version.description().isBlank()) {
            facts.add(Definition.of("Description", version.description()));
        }
        facts.add(new Definition("Owner", person(version.owner())));
        facts.add(new Definition("Developer", person(version.developer())));
        facts.add(new Definition("Registered", Cell.of(version.registeredAt())));
        facts.add(new Definition("SHA-256 of the artifact", Cell.of(version.artifact())));
        facts.add(Definition.of("Code commit", given(version.codeCommit())));
        facts.add(Definition.of("Retired", version.retired() ? "yes" : "no"));
        facts.add(Definition.of("Known limitations", given(version.limitations())));
        var card =
                version.card().stream()
                        .map(part ->
                                new Definition(
                                        sentence(part.name()),
                                        part.text().isBlank()
                                                ? new Cell.Missing("not written")
                                                : Cell.of(part.text())))
                        .toList();
        return List.of(
                new Block.Definitions(facts),
                new Block.Paragraph("The model card:"),
                new Block.Definitions(card),
                new Block.Table(
                        "Measured quality",
                        List.of(
                                Column.text("Metric"),
                                Column.decimal("Value"),
                                Column.text("Measured on")),
                        version.metrics().stream()
                                .map(m -> {
                                    var value = new java.math.BigDecimal(m.value());
                                    return List.of(
                                            Cell.of(m.name()),
                                            Cell.of(value, value.scale()),
                                            m.dataset() == null
                                                    ? new Cell.Missing("not said")
                                                    : Cell.of(m.dataset().value()));
                                })
                                .toList()));
    }

    private List<Block> data() {
        var blocks = new ArrayList<Block>();
        blocks.add(
                new Block.Table(
                        "Datasets and their approval",
                        List.of(
                                Column.text("Dataset version"),
                                Column.text("Use"),
                                Column.text("Approval"),
                                Column.date("Until"),
                                Column.text("Signed by")),
                        report.datasets().stream().map(this::dataset).toList()));
        for (var dataset : report.datasets()) {
            var facts = dataset.facts();
            if (facts != null) {
                blocks.add(
                        new Block.Definitions(
                                List.of(
                                        Definition.of("Dataset version", dataset.id().value()),
                                        new Definition(
                                                "SHA-256 of the content", Cell.of(facts.sha256())),
                                        Definition.of("Licence", given(facts.licence())),
                                        Definition.of("Legal basis", given(facts.legalBasis())),
                                        Definition.of(
                                                "Sensitive attributes",
                                                given(
                                                        String.join(
                                                                ", ",
                                                                facts.sensitiveAttributes()))),
                                        Definition.of(
                                                "Made from",
                                                facts.sources().isEmpty()
                                                        ? "no other dataset"
                                                        : joined(facts.sources())),
                                        Definition.of(
                                                "Datasheet",
                                                facts.datasheetMissing().isEmpty()
                                                        ? "complete"
                                                        : "lacks "
                                                                + String.join(
                                                                        ", ",
                                                                        facts.datasheetMissing())),
                                        Definition.of("Retired", facts.retired() ? "yes" : "no"))));
            }
        }
        return blocks;
    }

    private List<Cell> dataset(BiasAndRisk.Dataset dataset) {
        var facts = dataset.facts();
        if (facts == null) {
            var elsewhere = new Cell.Missing("of another project");
            return List.of(
                    Cell.of(dataset.id().value()),
                    Cell.of(dataset.use()),
                    elsewhere,
                    elsewhere,
                    elsewhere);
        }
        return List.of(
                Cell.of(dataset.id().value()),
                Cell.of(dataset.use()),
                Cell.of(facts.approval().equals("none") ? "never asked for" : facts.approval()),
                moment(facts.approvedUntil(), "not in force"),
                facts.signatures().isEmpty()
                        ? new Cell.Missing("nobody")
                        : Cell.of(
                                facts.signatures().stream()
                                        .map(s ->
                                                person(s.signer()).shown()
                                                        + " ("
                                                        + s.role()
                                                        + ", "
                                                        + s.verdict()
                                                        + ")")
                                        .collect(Collectors.joining(", "))));
    }

    private List<Block> bias() {
        var blocks = new ArrayList<Block>();
        var assessment = report.assessment();
        if (assessment != null) {
            var rules = assessment.rules();
            blocks.add(
                    new Block.Definitions(
                            List.of(
                                    Definition.of("Assessment", assessment.id().value()),
                                    new Definition(
                                            "Completed",
                                            moment(assessment.endedAt(), "not completed")),
                                    new Definition("Started by", person(assessment.startedBy())),
                                    Definition.of("Prediction log", assessment.fileName()),
                                    new Definition(
                                            "SHA-256 of the log", Cell.of(assessment.file())),
                                    new Definition(
                                            "Predictions on",
                                            assessment.dataset() == null
                                                    ? new Cell.Missing("not said")
                                                    : Cell.of(assessment.dataset().value())),
                                    Definition.of("Method", assessment.method()),
                                    Definition.of(
                                            "Prediction",
                                            assessment.predictionColumn()
                                                    + (assessment.positiveIsFavourable()
                                                            ? ", positive is favourable"
                                                            : ", positive is unfavourable")),
                                    new Definition(
                                            "Label",
                                            assessment.labelColumn() == null
                                                    ? new Cell.Missing("none in the log")
                                                    : Cell.of(assessment.labelColumn())),
                                    Definition.of("Rule set", rules.name() + " " + rules.version()),
                                    new Definition(
                                            "SHA-256 of the rule set", Cell.of(rules.sha256())),
                                    new Definition(
                                            "Smallest group judged",
                                            Cell.of((long) rules.minimumGroupSize())))));
            blocks.add(new Block.Paragraph(rules.description()));
            blocks.add(
                    new Block.Table(
                            "Limits, fixed before the run",
                            List.of(
                                    Column.text("Rule"),
                                    Column.text("Metric"),
                                    Column.text("Limit")),
                            rules.rules().stream()
                                    .map(rule ->
                                            List.of(
                                                    Cell.of(rule.id()),
                                                    Cell.of(rule.metric().replace('-', ' ')),
                                                    Cell.of(limit(rule.metric(), rule.limit()))))
                                    .toList()));
            blocks.add(counts("Everybody in the log", List.of(assessment.overall())));
            for (int i = 0; i < assessment.attributes().size(); i++) {
                attribute(blocks, assessment.attributes().get(i), i);
            }
        }
        blocks.add(
                new Block.Table(
                        "Assessments of this version",
                        List.of(
                                Column.text("Assessment"),
                                Column.date("Started"),
                                Column.text("By"),
                                Column.text("Rule set"),
                                Column.text("Status"),
                                Column.text("Verdict")),
                        report.attempts().stream()
                                .map(a ->
                                        List.of(
                                                Cell.of(a.id().value()),
                                                Cell.of(a.startedAt()),
                                                person(a.startedBy()),
                                                Cell.of(a.rules()),
                                                Cell.of(a.status()),
                                                a.verdict() == null
                                                        ? new Cell.Missing("none")
                                                        : Cell.of(a.verdict())))
                                .toList()));
        return blocks;
    }

    private void attribute(List<Block> blocks, BiasAndRisk.Attribute attribute, int index) {
        var counts = counts("By " + attribute.name(), attribute.groups());
        var limit =
                attribute.outcomes().stream()
                        .filter(outcome -> outcome.metric().equals("impact-ratio"))
                        .findFirst();
        var bars = attribute.groups().stream().filter(g -> g.counts() != null).toList();
        if (limit.isPresent() && !bars.isEmpty() && bars.size() <= MOST_BARS) {
            var chart =
                    new RateChart(
                            "Impact ratio by " + attribute.name(),
                            "Impact ratio",
                            RATE_DIGITS,
                            bars.stream()
                                    .map(group ->
                                            new RateChart.Row(
                                                    group.name(),
                                                    number(group.impactRatio()),
                                                    null,
                                                    null,
                                                    group.name().equals(attribute.reference()),
                                                    "n = "
                                                            + Cell.of(group.size()).shown()
                                                            + (group.standing().equals("missing")
                                                                    ? ", not judged"
                                                                    : "")))
                                    .toList(),
                            List.of(
                                    new RateChart.Limit(
                                            number(limit.get().limit()), RateChart.Side.AT_LEAST)));
            blocks.add(
                    new Block.Picture(
                            chart.svg("impact-" + index, palette),
                            "Impact ratio by "
                                    + attribute.name()
                                    + ", limit "
                                    + limit(limit.get().metric(), limit.get().limit())
                                    + (attribute.reference() == null
                                            ? ""
                                            : "; compared with " + attribute.reference())
                                    + ".",
                            counts));
        } else {
            blocks.add(counts);
        }
        blocks.add(
                new Block.Table(
                        "Outcomes by " + attribute.name() + ", where the label is known",
                        List.of(
                                Column.text("Group"),
                                Column.whole("Label unknown"),
                                Column.whole("TP"),
                                Column.whole("FP"),
                                Column.whole("TN"),
                                Column.whole("FN"),
                                Column.decimal("TP rate"),
                                Column.decimal("FP rate"),
                                Column.decimal("TN rate"),
                                Column.decimal("FN rate")),
                        attribute.groups().stream()
                                .filter(group -> group.counts() != null)
                                .map(group -> {
                                    var c = Objects.requireNonNull(group.counts());
                                    return List.of(
                                            Cell.of(group.name()),
                                            Cell.of(c.missingLabel() + c.unlistedLabel()),
                                            Cell.of(c.truePositive()),
                                            Cell.of(c.falsePositive()),
                                            Cell.of(c.trueNegative()),
                                            Cell.of(c.falseNegative()),
                                            cell(group.truePositiveRate()),
                                            cell(group.falsePositiveRate()),
                                            cell(group.trueNegativeRate()),
                                            cell(group.falseNegativeRate()));
                                })
                                .toList()));
        blocks.add(
                new Block.Table(
                        "Verdicts by " + attribute.name(),
                        List.of(
                                Column.text("Rule"),
                                Column.text("Group"),
                                Column.decimal("Measured"),
                                Column.text("Verdict"),
                                Column.text("Why")),
                        attribute.outcomes().stream()
                                .flatMap(outcome ->
                                        outcome.groups().stream()
                                                .map(judged ->
                                                        List.of(
                                                                Cell.of(outcome.rule()),
                                                                Cell.of(judged.group()),
                                                                judged.measured().number() == null
                                                                        ? new Cell.Missing("–")
                                                                        : cell(judged.measured()),
                                                                Cell.of(judged.verdict()),
                                                                Cell.of(judged.explanation()))))
                                .toList()));
    }

    private static Block.Table counts(String caption, List<BiasAndRisk.Group> groups) {
        return new Block.Table(
                caption,
                List.of(
                        Column.text("Group"),
                        Column.whole("n"),
                        Column.whole("Selected"),
                        Column.whole("Unknown"),
                        Column.decimal("Selection rate"),
                        Column.decimal("Favourable rate"),
                        Column.decimal("Impact ratio"),
                        Column.text("Judged")),
                groups.stream()
                        .map(group -> {
                            var counts = group.counts();
                            var hidden = new Cell.Missing("–");
                            return List.of(
                                    Cell.of(group.name()),
                                    Cell.of(group.size()),
                                    counts == null ? hidden : Cell.of(counts.selected()),
                                    counts == null
                                            ? hidden
                                            : Cell.of(
                                                    counts.missingPrediction()
                                                            + counts.unlistedPrediction()),
                                    counts == null ? hidden : cell(group.selectionRate()),
                                    counts == null ? hidden : cell(group.favourableRate()),
                                    counts == null ? hidden : cell(group.impactRatio()),
                                    Cell.of(
                                            switch (group.standing()) {
                                                case "eligible" -> "yes";
                                                case "too-small" -> "no, too small";
                                                default -> "no, not known";
                                            }));
                        })
                        .toList());
    }

    private List<Block> earlier() {
        if (report.earlier().isEmpty()) {
            return List.of(new Block.Paragraph("No version of this model was registered before."));
        }
        return List.of(
                new Block.Table(
                        "Earlier versions, each as its last assessment found it",
                        List.of(
                                Column.text("Version"),
                                Column.date("Assessed"),
                                Column.text("Rule set"),
                                Column.text("Verdict"),
                                Column.whole("Limits missed"),
                                Column.decimal("Lowest impact ratio"),
                                Column.text("Of"),
                                Column.text("Sign-off")),
                        report.earlier().stream()
                                .map(e -> {
                                    var never = new Cell.Missing("not assessed");
                                    return e.verdict() == null
                                            ? List.<Cell>of(
                                                    Cell.of(e.version().value()),
                                                    never,
                                                    never,
                                                    never,
                                                    never,
                                                    never,
                                                    never,
                                                    Cell.of(e.signOff()))
                                            : List.<Cell>of(
                                                    Cell.of(e.version().value()),
                                                    moment(e.assessedAt(), "not assessed"),
                                                    Cell.of(Objects.requireNonNull(e.rules())),
                                                    Cell.of(e.verdict()),
                                                    Cell.of((long) e.failures()),
                                                    e.lowestImpactRatio() == null
                                                            ? new Cell.Missing("none")
                                                            : cell(e.lowestImpactRatio()),
                                                    e.lowestGroup() == null
                                                            ? new Cell.Missing("none")
                                                            : Cell.of(e.lowestGroup()),
                                                    Cell.of(e.signOff()));
                                })
                                .toList()));
    }

    private List<Block> signOff() {
        var blocks = new ArrayList<Block>();
        var signOff = report.signOff();
        var facts = new ArrayList<Definition>();
        facts.add(Definition.of("Status", signOffStatus(signOff)));
        if (signOff.approvedFrom() != null) {
            facts.add(
                    new Definition("Last approved from", moment(signOff.approvedFrom(), "never")));
            facts.add(new Definition("Until", moment(signOff.approvedUntil(), "never")));
        }
        if (signOff.ended() != null) {
            facts.add(
                    Definition.of(
                            "Ended",
                            signOff.ended() + ", " + moment(signOff.endedAt(), "").shown()));
        }
        blocks.add(new Block.Definitions(facts));
        if (!signOff.conditions().isEmpty()) {
            blocks.add(conditions(signOff.conditions()));
        }
        for (var round : signOff.rounds().reversed()) {
            blocks.add(
                    new Block.Definitions(
                            List.of(
                                    new Definition("Round", Cell.of((long) round.number())),
                                    Definition.of("Outcome", round.status()),
                                    new Definition("Requested by", person(round.requester())),
                                    new Definition("Requested", Cell.of(round.openedAt())),
                                    new Definition("Signatures due", Cell.of(round.dueAt())),
                                    new Definition("Closed", moment(round.closedAt(), "open")),
                                    Definition.of("Policy", round.policy()),
                                    new Definition(
                                            "SHA-256 of the policy", Cell.of(round.policySha256())),
                                    Definition.of("Risk tier", round.riskTier()),
                                    new Definition(
                                            "Digest of what was signed",
                                            Cell.of(round.manifest())))));
            blocks.add(
                    new Block.Gates(
                            round.gates().stream()
                                    .map(gate ->
                                            new Block.Gate(
                                                    gate.sentence(),
                                                    switch (gate.status()) {
                                                        case "passed" -> Block.Outcome.PASSED;
                                                        case "failed" -> Block.Outcome.FAILED;
                                                        case "waived" -> Block.Outcome.WAIVED;
                                                        default -> Block.Outcome.UNKNOWN;
                                                    },
                                                    gate.explanation().isEmpty()
                                                            ? "holds"
                                                            : gate.explanation()))
                                    .toList()));
            blocks.add(signatures("Signatures of round " + round.number(), round.signatures()));
            if (!round.voided().isEmpty()) {
                blocks.add(
                        signatures(
                                "No longer counted, since what was signed changed",
                                round.voided()));
            }
            if (round.status().equals("open") && !round.awaited().isEmpty()) {
                blocks.add(
                        new Block.Paragraph(
                                "Still asked for: "
                                        + round.awaited().stream()
                                                .map(a -> a.count() + " of " + a.role())
                                                .collect(Collectors.joining(", "))
                                        + "."));
            }
            blocks.add(
                    new Block.Table(
                            "What round " + round.number() + " rests on",
                            List.of(
                                    Column.text("Subject"),
                                    Column.text("Aspect"),
                                    Column.text("As it stood"),
                                    Column.digest("SHA-256")),
                            round.items().stream()
                                    .map(item ->
                                            List.of(
                                                    Cell.of(subject(item.subject())),
                                                    Cell.of(item.name()),
                                                    Cell.of(item.label()),
                                                    Cell.of(item.digest())))
                                    .toList()));
        }
        return blocks;
    }

    private Block.Table conditions(List<BiasAndRisk.Condition> conditions) {
        return new Block.Table(
                "Conditions of the approval in force; what has to be done is with the review",
                List.of(
                        Column.whole("Condition"),
                        Column.text("Owner"),
                        Column.date("Due"),
                        Column.text("State"),
                        Column.text("Set by"),
                        Column.text("Confirmed by")),
                conditions.stream()
                        .map(c ->
                                List.of(
                                        Cell.of((long) c.number()),
                                        person(c.owner()),
                                        Cell.of(c.dueAt()),
                                        Cell.of(c.state()),
                                        person(c.setBy()),
                                        c.answeredBy() == null
                                                ? new Cell.Missing("by a " + c.confirmer())
                                                : Cell.of(
                                                        person(c.answeredBy()).shown()
                                                                + (c.answeredOnBehalfOf() == null
                                                                        ? ""
                                                                        : " for "
                                                                                + person(
                                                                                                c
                                                                                                        .answeredOnBehalfOf())
                                                                                        .shown()))))
                        .toList());
    }

    private Block.Table signatures(String caption, List<BiasAndRisk.Signed> signatures) {
        return new Block.Table(
                caption,
                List.of(
                        Column.text("Name"),
                        Column.text("Role"),
                        Column.text("Decision"),
                        Column.date("Signed"),
                        Column.text("Meaning")),
                signatures.stream()
                        .map(s ->
                                List.of(
                                        Cell.of(
                                                person(s.signer()).shown()
                                                        + (s.onBehalfOf() == null
                                                                ? ""
                                                                : " for "
                                                                        + person(s.onBehalfOf())
                                                                                .shown())),
                                        Cell.of(s.role()),
                                        Cell.of(s.verdict()),
                                        Cell.of(s.at()),
                                        Cell.of(s.meaning())))
                        .toList());
    }

    private List<Block> waivers() {
        if (report.waivers().isEmpty()) {
            return List.of(
                    new Block.Paragraph(
                            "No gate of this version, its data or its deployments is waived at"
                                    + " this position."));
        }
        return List.of(
                new Block.Table(
                        "Gates that pass although they need not hold",
                        List.of(
                                Column.text("Waiver"),
                                Column.text("Gate"),
                                Column.text("For"),
                                Column.date("Ends"),
                                Column.text("Reason"),
                                Column.text("Instead"),
                                Column.text("Asked by")),
                        report.waivers().stream()
                                .map(waiver ->
                                        List.of(
                                                Cell.of(waiver.id().value()),
                                                Cell.of(waiver.gate()),
                                                Cell.of(
                                                        subject(waiver.subject())
                                                                + (waiver.environment() == null
                                                                        ? ""
                                                                        : ", only in "
                                                                                + waiver
                                                                                        .environment())),
                                                Cell.of(waiver.until()),
                                                Cell.of(waiver.reason()),
                                                Cell.of(waiver.control()),
                                                person(waiver.requester())))
                                .toList()));
    }

    private List<Block> risks() {
        if (report.risks().isEmpty()) {
            return List.of(
                    new Block.Paragraph(
                            "No risk of this version, its model, its data or its deployments is"
                                    + " recorded."));
        }
        var blocks = new ArrayList<Block>();
        blocks.add(
                new Block.Paragraph(
                        "Open risks on the scale '"
                                + report.scale().title()
                                + "', adopted as version "
                                + report.scale().version()
                                + ": first as they are without treatment, then as they are now."));
        var open = report.risks().stream().filter(BiasAndRisk.Risk::open).toList();
        blocks.add(heatMap("inherent", open, BiasAndRisk.Risk::inherent));
        blocks.add(heatMap("residual", open, BiasAndRisk.Risk::current));
        blocks.add(
                new Block.Table(
                        "Risks",
                        List.of(
                                Column.text("Risk"),
                                Column.text("Title"),
                                Column.text("Category"),
                                Column.text("Inherent"),
                                Column.text("Residual"),
                                Column.text("Owner"),
                                Column.text("Status")),
                        report.risks().stream()
                                .map(risk ->
                                        List.of(
                                                Cell.of(risk.id().value()),
                                                Cell.of(risk.title()),
                                                Cell.of(risk.category()),
                                                Cell.of(words(risk.inherent())),
                                                risk.residual() == null
                                                        ? new Cell.Missing("not rated")
                                                        : Cell.of(words(risk.residual())),
                                                person(risk.owner()),
                                                Cell.of(
                                                        risk.open()
                                                                ? risk.overdue()
                                                                        ? "open, overdue"
                                                                        : "open"
                                                                : "closed")))
                                .toList()));
        report.risks().forEach(risk -> risk(blocks, risk));
        return blocks;
    }

    private void risk(List<Block> blocks, BiasAndRisk.Risk risk) {
        var facts = new ArrayList<Definition>();
        facts.add(Definition.of("Risk", risk.id() + ": " + risk.title()));
        facts.add(Definition.of("Description", given(risk.description())));
        facts.add(
                Definition.of(
                        "About",
                        risk.subjects().stream()
                                .map(BiasAndRiskDocument::subject)
                                .collect(Collectors.joining(", "))));
        facts.add(Definition.of("Who is harmed", given(risk.harmed())));
        facts.add(
                Definition.of(
                        "Treatment",
                        risk.treatment() == null
                                ? "not planned"
                                : risk.treatment()
                                        + (risk.plan().isBlank() ? "" : ": " + risk.plan())));
        facts.add(new Definition("Responsible", person(risk.responsible())));
        facts.add(Definition.of("Due", risk.due() == null ? "no date" : risk.due()));
        facts.add(
                Definition.of(
                        "Next review", risk.reviewOn() == null ? "no date" : risk.reviewOn()));
        facts.add(
                Definition.of(
                        "Raised",
                        Cell.of(risk.raisedAt()).shown()
                                + " by "
                                + person(risk.raisedBy()).shown()
                                + (risk.recurrences() == 0
                                        ? ""
                                        : ", found again " + risk.recurrences() + " times")));
        if (risk.closedAt() != null) {
            facts.add(
                    Definition.of(
                            "Closed",
                            Cell.of(risk.closedAt()).shown()
                                    + " by "
                                    + person(risk.closedBy()).shown()));
        }
        blocks.add(new Block.Definitions(facts));
        blocks.add(
                new Block.Table(
                        "Ratings of " + risk.id() + ", the newest first",
                        List.of(
                                Column.date("Rated"),
                                Column.text("Kind"),
                                Column.text("Rating"),
                                Column.text("By"),
                                Column.whole("Position")),
                        risk.ratings().stream()
                                .map(given ->
                                        List.of(
                                                Cell.of(given.at()),
                                                Cell.of(given.kind()),
                                                Cell.of(words(given.rating())),
                                                person(given.by()),
                                                Cell.of(given.position())))
                                .toList()));
    }

    private Block heatMap(
            String kind,
            List<BiasAndRisk.Risk> open,
            Function<BiasAndRisk.Risk, BiasAndRisk.Rated> rating) {
        var scale = report.scale();
        var cells = new ArrayList<HeatMap.Cell>();
        var rows = new ArrayList<List<Cell>>();
        for (int l = 1; l <= scale.likelihood().size(); l++) {
            for (int i = 1; i <= scale.impact().size(); i++) {
                int likelihood = l;
                int impact = i;
                int rank = scale.matrix().get(l - 1).get(i - 1);
                int count =
                        (int)
                                open.stream()
                                        .map(rating)
                                        .filter(r ->
                                                r.likelihood() == likelihood
                                                        && r.impact() == impact)
                                        .count();
                cells.add(new HeatMap.Cell(l, i, rank, count));
                if (count > 0) {
                    rows.add(
                            List.of(
                                    Cell.of(scale.likelihood().get(l - 1)),
                                    Cell.of(scale.impact().get(i - 1)),
                                    Cell.of(scale.levels().get(rank - 1).name()),
                                    Cell.of((long) count)));
                }
            }
        }
        var title = "Open risks by " + kind + " rating";
        var map =
                new HeatMap(
                        title,
                        scale.likelihood(),
                        scale.impact(),
                        scale.levels().stream().map(BiasAndRisk.Level::name).toList(),
                        cells);
        return new Block.Picture(
                map.svg("risks-" + kind, palette, null),
                title + ": likelihood to the right, impact upwards.",
                new Block.Table(
                        title,
                        List.of(
                                Column.text("Likelihood"),
                                Column.text("Impact"),
                                Column.text("Level"),
                                Column.whole("Risks")),
                        rows));
    }

    private List<Block> deployments() {
        if (report.deployments().isEmpty()) {
            return List.of(new Block.Paragraph("Nobody has asked to deploy this version."));
        }
        return List.of(
                new Block.Table(
                        "Deployments",
                        List.of(
                                Column.text("Deployment"),
                                Column.text("Where"),
                                Column.text("Status"),
                                Column.text("Gate"),
                                Column.text("Artifact"),
                                Column.text("Requested by"),
                                Column.date("Requested"),
                                Column.date("Last changed")),
                        report.deployments().stream()
                                .map(d ->
                                        List.of(
                                                Cell.of(d.id().value()),
                                                Cell.of(
                                                        d.placeKind()
                                                                + " "
                                                                + d.place()
                                                                + " in "
                                                                + d.environment()
                                                                + (d.production()
                                                                        ? " (production)"
                                                                        : "")),
                                                Cell.of(d.status()),
                                                Cell.of(
                                                        d.gateOpen()
                                                                ? "open"
                                                                : d.gateReasons().isEmpty()
                                                                        ? "not asked yet"
                                                                        : "closed: "
                                                                                + String.join(
                                                                                        "; ",
                                                                                        d
                                                                                                .gateReasons())),
                                                Cell.of(
                                                        d.sameArtifact()
                                                                ? "as registered"
                                                                : "another than registered"),
                                                person(d.requester()),
                                                Cell.of(d.requestedAt()),
                                                Cell.of(d.changedAt())))
                                .toList()));
    }

    private List<Block> timeline() {
        var blocks = new ArrayList<Block>();
        if (!report.timeline().complete()) {
            blocks.add(
                    new Block.Callout(
                            Tone.WARNING,
                            "Not all events",
                            "Only the oldest "
                                    + report.timeline().events().size()
                                    + " events are listed; the audit trail has all."));
        }
        blocks.add(
                new Block.Table(
                        "Events about this version, its assessments, deployments and risks",
                        List.of(
                                Column.whole("Position"),
                                Column.date("Time"),
                                Column.text("Event"),
                                Column.text("Subject"),
                                Column.text("By")),
                        report.timeline().events().stream()
                                .map(e ->
                                        List.of(
                                                Cell.of(e.position()),
                                                Cell.of(e.at()),
                                                Cell.of(e.event()),
                                                Cell.of(subject(e.subject())),
                                                person(e.actor())))
                                .toList()));
        return blocks;
    }

    private List<Block> verify() {
        return List.of(
                new Block.Paragraph(
                        "This report is a function of its template ("
                                + report.template()
                                + "), the model version ("
                                + report.version().id()
                                + ") and the ledger position ("
                                + report.position()
                                + "). Made again from the same three, its data have the same"
                                + " bytes, and so the same SHA-256.\n\n"
                                + "The data are the file report.json: attached to the PDF, linked"
                                + " at the foot of the HTML, and offered as JSON. They name people"
                                + " by pseudonym; the names shown here were filled in afterwards,"
                                + " as far as they have not been erased.\n\n"
                                + "To check the data, compute the SHA-256 of report.json and"
                                + " compare it with the one above. To check that Countersign"
                                + " issued this report, look up the digest among the issued"
                                + " reports, under Reports, and press Verify there: the report is"
                                + " made again at position "
                                + report.position()
                                + " and compared with what was issued."));
    }

    private Cell person(@Nullable UserId person) {
        if (person == null) {
            return new Cell.Missing("nobody");
        }
        var name = names.apply(person);
        return Cell.of(name.equals(person.value()) ? name : name + " (" + person + ")");
    }

    private static Cell moment(@Nullable Instant moment, String otherwise) {
        return moment == null ? new Cell.Missing(otherwise) : Cell.of(moment);
    }

    private static Cell cell(Rate rate) {
        var number = rate.number();
        return number == null
                ? new Cell.Missing(Objects.requireNonNullElse(rate.undefined(), "undefined"))
                : Cell.of(number, RATE_DIGITS);
    }

    private static @Nullable Double number(Rate rate) {
        var number = rate.number();
        return number == null ? null : number.doubleValue();
    }

    private static double number(String fraction) {
        var slash = fraction.indexOf('/');
        return Double.parseDouble(fraction.substring(0, slash))
                / Double.parseDouble(fraction.substring(slash + 1));
    }

    private static String limit(String metric, String limit) {
        return (metric.equals("impact-ratio") ? "at least " : "at most ") + limit;
    }

    private static String words(BiasAndRisk.Rated rated) {
        return rated.level() + " (" + rated.likelihood() + " × " + rated.impact() + ")";
    }

    private static String subject(SubjectRef subject) {
        return subject.kind().title() + " " + subject.id();
    }

    private static String joined(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static String given(String text) {
        return text.isBlank() ? "not given" : text;
    }

    private static String sentence(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
