package io.countersign.reporting.biasreport;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.bias.AssessmentStatus;
import io.countersign.governance.bias.Assessments;
import io.countersign.governance.bias.engine.AssessmentResult;
import io.countersign.governance.bias.engine.AttributeResult;
import io.countersign.governance.bias.engine.GroupResult;
import io.countersign.governance.bias.engine.RuleOutcome;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasets;
import io.countersign.governance.deployment.Deployments;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.Models;
import io.countersign.governance.people.Names;
import io.countersign.governance.project.Projects;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.report.ReportCommand;
import io.countersign.governance.review.Condition;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Round;
import io.countersign.governance.review.Signature;
import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskRegister;
import io.countersign.governance.risk.RiskScale;
import io.countersign.governance.risk.RiskScales;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import io.countersign.governance.waiver.Waivers;
import io.countersign.reporting.document.ReportData;
import io.countersign.reporting.document.ReportDocument;
import io.countersign.reporting.picture.Palette;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the bias and risk report of a model version: a function of template version, model version
 * and ledger position. It is made of what belongs to the version's project, whoever asks, so that
 * everybody who may see it gets the same bytes.
 */
@Component
public class BiasAndRiskReport {
    public static final String NAME = "bias-and-risk";
    public static final String VERSION = "2";
    public static final String TEMPLATE = NAME + "/" + VERSION;
    private static final int MOST = 200;
    private static final int MOST_EARLIER = 20;
    private static final int MOST_EVENTS = 500;

    private final ReadPosition positions;
    private final Projects projects;
    private final Models models;
    private final Datasets datasets;
    private final Assessments assessments;
    private final Reviews reviews;
    private final RiskRegister risks;
    private final RiskScales scales;
    private final Deployments deployments;
    private final AuditTrail trail;
    private final Names names;
    private final Waivers waivers;
    private final JsonMapper json = JsonMapper.shared();

    BiasAndRiskReport(
            ReadPosition positions,
            Projects projects,
            Models models,
            Datasets datasets,
            Assessments assessments,
            Reviews reviews,
            RiskRegister risks,
            RiskScales scales,
            Deployments deployments,
            AuditTrail trail,
            Names names,
            Waivers waivers) {
        this.waivers = waivers;
        this.positions = positions;
        this.projects = projects;
        this.models = models;
        this.datasets = datasets;
        this.assessments = assessments;
        this.reviews = reviews;
        this.risks = risks;
        this.scales = scales;
        this.deployments = deployments;
        this.trail = trail;
        this.names = names;
    }

    /** A report and its canonical data. */
    public record Made(BiasAndRisk content, ReportData data) {
        /** For recording that it was issued. */
        public ReportCommand.Made onRecord() {
            return new ReportCommand.Made(
                    content.version().id().project(),
                    content.template(),
                    content.subject(),
                    content.position(),
                    data.digest());
        }
    }

    /**
     * The report at the ledger position of {@code asked}; of its time nothing is used, since "now"
     * has none that comes back.
     *
     * @throws CommandRefused {@code model-version.unknown} where there is none, or none that may be
     *     seen, at that position
     */
    public Made make(ModelVersionId id, At asked, Visibility visible) {
        var project = Visibility.of(Set.of(id.project()));
        var version =
                asked.position() < 0 || !visible.includes(id.project())
                        ? Optional.<Models.VersionRow>empty()
                        : models.findVersion(id, asked, project);
        var content =
                new Gathering(
                                version.orElseThrow(() -> unknown(id, asked)),
                                positions.parse(Long.toString(asked.position())),
                                project)
                        .content();
        return new Made(content, ReportData.of(json.valueToTree(content)));
    }

    /**
     * Dressed, with the names of those who have not been erased.
     *
     * @param anchor the first published checkpoint that covers the report's position; null while
     *     there is none, and then the document is not to be handed out
     */
    public ReportDocument document(
            Made made, ReportDocument.@Nullable Anchor anchor, Palette palette) {
        var people = new HashSet<UserId>();
        var unused =
                BiasAndRiskDocument.of(
                        made.content(),
                        made.data(),
                        anchor,
                        palette,
                        person -> {
                            people.add(person);
                            return "";
                        });
        var known = names.of(people);
        return BiasAndRiskDocument.of(
                made.content(),
                made.data(),
                anchor,
                palette,
                person -> Objects.requireNonNull(known.get(person)));
    }

    private static CommandRefused unknown(ModelVersionId id, At at) {
        return new CommandRefused(
                Refusal.notFound(
                                "model-version.unknown",
                                "There is no model version '"
                                        + id
                                        + "' that you may see at position "
                                        + at.position()
                                        + ". Check the id and the position.")
                        .with("version", id.value()));
    }

    /** One report in the making: everything at one position, of one project. */
    private final class Gathering {
        private final Models.VersionRow version;
        private final At at;
        private final Visibility project;
        private final RiskScales.Adopted scale;

        Gathering(Models.VersionRow version, At at, Visibility project) {
            this.version = version;
            this.at = at;
            this.project = project;
            this.scale = scales.at(at);
        }

        BiasAndRisk content() {
            var attempts = assessments.of(version.id(), at, project);
            var running =
                    deployments.list(
                            new Deployments.Filter(null, version.id(), null, null, null),
                            MOST,
                            at,
                            project);
            var found = risks(running);
            return new BiasAndRisk(
                    TEMPLATE,
                    version.id().ref(),
                    at.position(),
                    at.time(),
                    projects.find(version.projectId(), at, project)
                            .map(Gathering::project)
                            .orElse(null),
                    version(),
                    datasets(),
                    last(attempts).map(Gathering::assessment).orElse(null),
                    attempts.stream().map(Gathering::attempt).toList(),
                    earlier(),
                    signOff(),
                    scale(),
                    found.stream().map(this::risk).toList(),
                    running.stream().map(this::deployment).toList(),
                    waivers(running),
                    timeline(attempts, running, found));
        }

        private static BiasAndRisk.Project project(Projects.Row row) {
            return new BiasAndRisk.Project(
                    row.id(),
                    row.name(),
                    row.businessProblem(),
                    row.intendedPurpose(),
                    row.ownerTeam(),
                    row.jurisdictions(),
                    word(row.riskTier()));
        }

        private BiasAndRisk.Version version() {
            var model = models.find(version.modelId(), at, project);
            return new BiasAndRisk.Version(
                    version.id(),
                    version.modelId(),
                    model.map(Models.ModelRow::name).orElse(""),
                    model.map(Models.ModelRow::description).orElse(""),
                    model.map(Models.ModelRow::owner).orElse(null),
                    version.developer(),
                    version.artifactDigest(),
                    version.codeCommit(),
                    version.retired(),
                    version.registeredAt(),
                    version.limitations(),
                    version.modelCard().sections().entrySet().stream()
                            .map(part -> new BiasAndRisk.Part(part.getKey(), part.getValue()))
                            .toList(),
                    version.metrics().stream()
                            .map(m -> new BiasAndRisk.Metric(m.name(), m.value(), m.dataset()))
                            .toList());
        }

        private List<BiasAndRisk.Dataset> datasets() {
            var uses = new LinkedHashMap<DatasetVersionId, String>();
            version.trainingDatasets().forEach(id -> uses.put(id, "training"));
            version.testDatasets()
                    .forEach(id -> uses.merge(id, "test", (was, _) -> was + " and test"));
            return uses.entrySet().stream()
                    .map(use ->
                            new BiasAndRisk.Dataset(
                                    use.getKey(),
                                    use.getValue(),
                                    BiasAndRiskReport.this
                                            .datasets
                                            .findVersion(use.getKey(), at, project)
                                            .map(this::facts)
                                            .orElse(null)))
                    .toList();
        }

        private BiasAndRisk.DatasetFacts facts(Datasets.VersionRow row) {
            var review = review(row.id().ref());
            return new BiasAndRisk.DatasetFacts(
                    row.sha256(),
                    row.licence(),
                    row.legalBasis(),
                    row.sensitiveAttributes(),
                    row.sources(),
                    row.datasheet().missing(),
                    row.retired(),
                    review.status(at.time()).word(),
                    review.approvedUntil(at.time()).orElse(null),
                    review.latest().map(round -> signed(round.signatures())).orElse(List.of()));
        }

        private Review review(SubjectRef subject) {
            return reviews.find(subject, at, project).map(Reviews.Row::review).orElse(Review.NONE);
        }

        private List<BiasAndRisk.Earlier> earlier() {
            var before =
                    models.versionsOf(version.modelId(), at, project).stream()
                            .filter(other ->
                                    !other.id().equals(version.id())
                                            && !other.registeredAt()
                                                    .isAfter(version.registeredAt()))
                            .limit(MOST_EARLIER)
                            .toList();
            var signOffs =
                    reviews.of(
                            before.stream().map(other -> other.id().ref()).toList(), at, project);
            return before.stream()
                    .map(other -> {
                        var row = signOffs.get(other.id().ref());
                        return earlier(
                                other,
                                last(assessments.of(other.id(), at, project)).orElse(null),
                                (row == null ? Review.NONE : row.review())
                                        .status(at.time())
                                        .word());
                    })
                    .toList();
        }

        private BiasAndRisk.SignOff signOff() {
            var review = review(version.id().ref());
            var approval = review.approval();
            var ending = approval == null ? null : approval.ending();
            return new BiasAndRisk.SignOff(
                    review.status(at.time()).word(),
                    approval == null ? null : approval.from(),
                    approval == null ? null : approval.until(),
                    ending == null ? null : ending.how().word(),
                    ending == null ? null : ending.at(),
                    review.approvedOn(at.time()).stream().map(Gathering::condition).toList(),
                    review.rounds().stream().map(Gathering::round).toList());
        }

        private static BiasAndRisk.Condition condition(Condition condition) {
            var answer = condition.answer();
            var confirmed = answer != null && answer.confirmed() ? answer : null;
            return new BiasAndRisk.Condition(
                    condition.number(),
                    condition.owner(),
                    condition.dueAt(),
                    condition.confirmer().key(),
                    condition.setBy(),
                    condition.state().word(),
                    confirmed == null ? null : confirmed.by(),
                    confirmed == null ? null : confirmed.onBehalfOf(),
                    confirmed == null ? null : confirmed.at());
        }

        private static BiasAndRisk.Round round(Round round) {
            return new BiasAndRisk.Round(
                    round.number(),
                    round.requester(),
                    round.openedAt(),
                    round.dueAt(),
                    round.closedAt(),
                    round.status().word(),
                    round.policy().toString(),
                    round.policy().digest(),
                    round.riskTier(),
                    round.manifest().digest(),
                    round.manifest().items().stream()
                            .map(item ->
                                    new BiasAndRisk.Item(
                                            item.subject(),
                                            item.name(),
                                            item.digest(),
                                            item.label()))
                            .toList(),
                    round.evaluation().gates().stream()
                            .map(gate ->
                                    new BiasAndRisk.Gate(
                                            gate.gate(),
                                            gate.sentence(),
                                            word(gate.status()),
                                            gate.explanation()))
                            .toList(),
                    round.outstanding().stream()
                            .map(rule -> new BiasAndRisk.Awaited(rule.role().key(), rule.count()))
                            .toList(),
                    signed(round.signatures()),
                    signed(round.voided()));
        }

        private BiasAndRisk.Scale scale() {
            var rated = scale.scale();
            return new BiasAndRisk.Scale(
                    scale.version(),
                    rated.title(),
                    rated.likelihood(),
                    rated.impact(),
                    rated.levels().stream()
                            .map(l -> new BiasAndRisk.Level(l.name(), l.rank(), l.blocks()))
                            .toList(),
                    rated.matrix().stream()
                            .map(row -> row.stream().map(RiskScale.Level::rank).toList())
                            .toList());
        }

        private List<BiasAndRisk.Waiver> waivers(List<Deployments.Row> running) {
            return Stream.of(
                            Stream.of(version.id().ref()),
                            version.trainingDatasets().stream().map(DatasetVersionId::ref),
                            version.testDatasets().stream().map(DatasetVersionId::ref),
                            running.stream().map(row -> row.id().ref()))
                    .flatMap(subjects -> subjects)
                    .distinct()
                    .flatMap(subject ->
                            waivers
                                    .list(Waivers.Filter.inForce(subject), null, MOST, at, project)
                                    .stream())
                    .sorted(Comparator.comparing(Waivers.Listed::id))
                    .map(row ->
                            new BiasAndRisk.Waiver(
                                    row.id(),
                                    row.gate(),
                                    row.sentence(),
                                    row.subject(),
                                    row.environment(),
                                    row.until(),
                                    row.reason(),
                                    row.control(),
                                    row.requester()))
                    .toList();
        }

        private List<RiskRegister.Row> risks(List<Deployments.Row> running) {
            var subjects = new LinkedHashSet<SubjectRef>();
            subjects.add(version.id().ref());
            subjects.add(version.modelId().ref());
            version.trainingDatasets().forEach(id -> subjects.add(id.ref()));
            version.testDatasets().forEach(id -> subjects.add(id.ref()));
            running.forEach(row -> subjects.add(row.id().ref()));
            return subjects.stream()
                    .flatMap(subject ->
                            risks
                                    .list(
                                            new RiskRegister.Filter(
                                                    null, null, null, null, null, subject, null),
                                            null,
                                            MOST,
                                            at,
                                            project)
                                    .stream())
                    .distinct()
                    .sorted(Comparator.comparing(RiskRegister.Row::id))
                    .toList();
        }

        private BiasAndRisk.Risk risk(RiskRegister.Row row) {
            return new BiasAndRisk.Risk(
                    row.id(),
                    row.title(),
                    row.description(),
                    scale.scale().categories().stream()
                            .filter(category -> category.key().equals(row.category()))
                            .map(RiskScale.Category::name)
                            .findFirst()
                            .orElse(row.category()),
                    row.subjects(),
                    row.harmed(),
                    rated(row.inherent()),
                    row.residual().map(this::rated).orElse(null),
                    row.owner(),
                    row.treatment() == null ? null : row.treatment().key(),
                    row.plan(),
                    row.responsible(),
                    row.due(),
                    row.reviewOn(),
                    row.open(),
                    row.overdue(at.time()),
                    row.recurrences(),
                    row.raisedAt(),
                    row.raisedBy(),
                    row.closedAt(),
                    row.closedBy(),
                    risks.ratings(row.id(), at, project).stream()
                            .map(given ->
                                    new BiasAndRisk.RatingGiven(
                                            given.position(),
                                            given.at(),
                                            given.kind(),
                                            rated(new Rating(given.likelihood(), given.impact())),
                                            given.ratedBy()))
                            .toList());
        }

        private BiasAndRisk.Rated rated(Rating rating) {
            var inForce = scale.scale();
            if (rating.likelihood() > inForce.likelihood().size()
                    || rating.impact() > inForce.impact().size()) {
                return new BiasAndRisk.Rated(
                        rating.likelihood(), rating.impact(), "outside the scale in force", 0);
            }
            var level = inForce.level(rating);
            return new BiasAndRisk.Rated(
                    rating.likelihood(), rating.impact(), level.name(), level.rank());
        }

        private BiasAndRisk.Deployment deployment(Deployments.Row row) {
            return new BiasAndRisk.Deployment(
                    row.id(),
                    row.environment().value(),
                    row.production(),
                    row.place().value(),
                    word(row.placeKind()),
                    word(row.status()),
                    row.gateOpen(),
                    row.gateReasons(),
                    row.artifactDigest(),
                    row.artifactDigest().equals(version.artifactDigest()),
                    row.requester(),
                    row.requestedAt(),
                    row.changedBy(),
                    row.changedAt());
        }

        private BiasAndRisk.Timeline timeline(
                List<Assessments.Row> attempts,
                List<Deployments.Row> running,
                List<RiskRegister.Row> found) {
            var subjects = new ArrayList<SubjectRef>();
            subjects.add(version.id().ref());
            attempts.forEach(row -> subjects.add(row.id().ref()));
            running.forEach(row -> subjects.add(row.id().ref()));
            found.forEach(row -> subjects.add(row.id().ref()));
            var events =
                    subjects.stream()
                            .flatMap(subject ->
                                    trail
                                            .oldest(
                                                    AuditTrail.Filter.about(subject),
                                                    -1,
                                                    MOST_EVENTS + 1,
                                                    at,
                                                    project)
                                            .stream())
                            .sorted(Comparator.comparingLong(AuditEntry::position))
                            .limit(MOST_EVENTS + 1)
                            .map(entry ->
                                    new BiasAndRisk.Moment(
                                            entry.position(),
                                            entry.at(),
                                            entry.name(),
                                            entry.eventId(),
                                            entry.subject(),
                                            new UserId(entry.actor()),
                                            entry.decision()))
                            .toList();
            return events.size() > MOST_EVENTS
                    ? new BiasAndRisk.Timeline(false, events.subList(0, MOST_EVENTS))
                    : new BiasAndRisk.Timeline(true, events);
        }

        private static Optional<Assessments.Row> last(List<Assessments.Row> rows) {
            return rows.stream()
                    .filter(row -> row.status() == AssessmentStatus.COMPLETED)
                    .max(Comparator.comparing(row -> Objects.requireNonNull(row.endedAt())));
        }

        private static BiasAndRisk.Attempt attempt(Assessments.Row row) {
            return new BiasAndRisk.Attempt(
                    row.id(),
                    row.startedAt(),
                    row.startedBy(),
                    row.status().word(),
                    row.verdict() == null ? null : row.verdict().word(),
                    row.rules().name() + " " + row.rules().version());
        }

        private static BiasAndRisk.Earlier earlier(
                Models.VersionRow other, Assessments.@Nullable Row last, String signOff) {
            var result = last == null ? null : last.result();
            if (last == null || result == null) {
                return new BiasAndRisk.Earlier(
                        other.id(),
                        other.registeredAt(),
                        null,
                        null,
                        null,
                        null,
                        0,
                        null,
                        null,
                        signOff);
            }
            String where = null;
            BiasAndRisk.Rate lowest = null;
            for (var attribute : result.attributes()) {
                for (var group : attribute.groups()) {
                    var rate = BiasAndRisk.Rate.of(group.impactRatio());
                    if (attribute.attributes().size() == 1
                            && group.standing() == GroupResult.Standing.ELIGIBLE
                            && rate.number() != null
                            && (lowest == null
                                    || rate.number()
                                                    .compareTo(
                                                            Objects.requireNonNull(lowest.number()))
                                            < 0)) {
                        lowest = rate;
                        where = attribute.name() + ": " + name(group.values());
                    }
                }
            }
            return new BiasAndRisk.Earlier(
                    other.id(),
                    other.registeredAt(),
                    last.id(),
                    last.endedAt(),
                    last.rules().name() + " " + last.rules().version(),
                    result.verdict().word(),
                    last.failures().size(),
                    where,
                    lowest,
                    signOff);
        }

        private static BiasAndRisk.Assessment assessment(Assessments.Row row) {
            var result = Objects.requireNonNull(row.result());
            var rules = row.rules();
            var mapping = row.mapping();
            return new BiasAndRisk.Assessment(
                    row.id(),
                    row.startedAt(),
                    row.startedBy(),
                    row.endedAt(),
                    row.fileName(),
                    row.file(),
                    row.datasetVersion(),
                    row.method(),
                    mapping.prediction().column(),
                    mapping.prediction().positiveIsFavourable(),
                    mapping.label() == null ? null : mapping.label().column(),
                    new BiasAndRisk.Rules(
                            rules.name(),
                            rules.version(),
                            rules.description(),
                            rules.minimumGroupSize(),
                            row.rulesSha256(),
                            rules.rules().stream()
                                    .map(rule ->
                                            new BiasAndRisk.Rule(
                                                    rule.id(),
                                                    rule.metric().word(),
                                                    rule.limit().toString()))
                                    .toList()),
                    result.verdict().word(),
                    result.explanation(),
                    group(result.overall(), rules.minimumGroupSize()),
                    result.attributes().stream()
                            .map(attribute -> attribute(attribute, result))
                            .toList());
        }

        private static BiasAndRisk.Attribute attribute(
                AttributeResult attribute, AssessmentResult result) {
            return new BiasAndRisk.Attribute(
                    attribute.name(),
                    attribute.reference() == null ? null : name(attribute.reference()),
                    attribute.groups().stream()
                            .map(group -> group(group, result.rules().minimumGroupSize()))
                            .toList(),
                    result.outcomes().stream()
                            .filter(outcome -> outcome.attributes().equals(attribute.attributes()))
                            .map(Gathering::outcome)
                            .toList());
        }

        private static BiasAndRisk.Outcome outcome(RuleOutcome outcome) {
            return new BiasAndRisk.Outcome(
                    outcome.rule(),
                    outcome.metric().word(),
                    outcome.limit().toString(),
                    outcome.verdict().word(),
                    outcome.explanation(),
                    outcome.groups().stream()
                            .map(group ->
                                    new BiasAndRisk.Judged(
                                            name(group.group()),
                                            group.verdict().word(),
                                            BiasAndRisk.Rate.of(group.measured()),
                                            group.explanation()))
                            .toList());
        }

        /** Of a group that is too small to be judged, only its size. */
        private static BiasAndRisk.Group group(GroupResult group, int minimum) {
            var counts = group.counts();
            var name = group.values().isEmpty() ? "everybody" : name(group.values());
            if (counts == null || group.standing() == GroupResult.Standing.TOO_SMALL) {
                var withheld =
                        BiasAndRisk.Rate.undefined("withheld: fewer than " + minimum + " people");
                return new BiasAndRisk.Group(
                        name,
                        group.size(),
                        group.standing().word(),
                        null,
                        withheld,
                        withheld,
                        withheld,
                        withheld,
                        withheld,
                        withheld,
                        withheld);
            }
            return new BiasAndRisk.Group(
                    name,
                    group.size(),
                    group.standing().word(),
                    new BiasAndRisk.Counts(
                            counts.selected(),
                            counts.notSelected(),
                            counts.missingPrediction(),
                            counts.unlistedPrediction(),
                            counts.missingLabel(),
                            counts.unlistedLabel(),
                            counts.truePositive(),
                            counts.falsePositive(),
                            counts.trueNegative(),
                            counts.falseNegative()),
                    BiasAndRisk.Rate.of(group.selectionRate()),
                    BiasAndRisk.Rate.of(group.favourableRate()),
                    BiasAndRisk.Rate.of(group.impactRatio()),
                    BiasAndRisk.Rate.of(group.truePositiveRate()),
                    BiasAndRisk.Rate.of(group.falsePositiveRate()),
                    BiasAndRisk.Rate.of(group.trueNegativeRate()),
                    BiasAndRisk.Rate.of(group.falseNegativeRate()));
        }

        private static String name(List<String> values) {
            return String.join(" x ", values);
        }

        private static List<BiasAndRisk.Signed> signed(List<Signature> signatures) {
            return signatures.stream()
                    .map(s ->
                            new BiasAndRisk.Signed(
                                    s.signer(),
                                    s.onBehalfOf(),
                                    s.role().key(),
                                    word(s.verdict()),
                                    s.meaning(),
                                    s.at(),
                                    s.manifest()))
                    .toList();
        }

        private static String word(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
