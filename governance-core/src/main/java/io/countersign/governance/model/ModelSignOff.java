package io.countersign.governance.model;

import io.countersign.governance.dataset.DatasetApproval;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.DatasetVersions;
import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.project.ProjectState;
import io.countersign.governance.project.Projects;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.PinnedGates;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.ReviewedSubject;
import io.countersign.governance.review.Snapshot;
import io.countersign.governance.review.Stake;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Model sign-off: what a review of a model version rests on, and how it stands. */
@Component
public class ModelSignOff implements ReviewedSubject {
    /** The manifest item that holds the digest of the artifact signed off. */
    static final String ARTIFACT = "artifact";

    private final ModelVersions versions;
    private final DatasetVersions datasets;
    private final DatasetApproval approvals;
    private final Projects projects;
    private final SignOffEvidence evidence;
    private final OpenRisks risks;
    private final Streams streams;
    private final PinnedGates pinned;

    ModelSignOff(
            ModelVersions versions,
            DatasetVersions datasets,
            DatasetApproval approvals,
            Projects projects,
            SignOffEvidence evidence,
            OpenRisks risks,
            Streams streams,
            PinnedGates pinned) {
        this.versions = versions;
        this.datasets = datasets;
        this.approvals = approvals;
        this.projects = projects;
        this.evidence = evidence;
        this.risks = risks;
        this.streams = streams;
        this.pinned = pinned;
    }

    @Override
    public SubjectKind kind() {
        return SubjectKind.MODEL_VERSION;
    }

    /** The review of a model version now, for a decision inside a command. */
    public Review review(ModelVersionId id) {
        return streams.read(
                Review.stream(id.ref()), ReviewEvent.class, Review.NONE, Review::evolve);
    }

    /**
     * Whether something the sign-off in force rests on has got worse, also where it has not been
     * marked stale yet; what cannot be found out counts as worse.
     */
    public boolean worse(ModelVersionId id, Review review, Instant now) {
        return !pinned.closed(review, id.ref(), now, () -> snapshot(id.ref(), now)).isEmpty();
    }

    @Override
    public Collection<SubjectRef> restsOn(SubjectRef subject) {
        return restsOn(new ModelVersionId(subject.id())).toList();
    }

    /** The version, its model, its project, and the datasets it was trained and tested on. */
    public Stream<SubjectRef> restsOn(ModelVersionId id) {
        var registered = versions.read(id).registered();
        var datasets =
                registered == null
                        ? Stream.<DatasetVersionId>of()
                        : Stream.concat(
                                registered.trainingDatasets().stream(),
                                registered.testDatasets().stream());
        return Stream.concat(
                        Stream.of(
                                id.ref(),
                                id.model().ref(),
                                new SubjectRef(SubjectKind.PROJECT, id.project().value())),
                        datasets.map(DatasetVersionId::ref))
                .distinct();
    }

    /** The artifact that was signed off last, whether or not that is still in force. */
    public Optional<Sha256> signedArtifact(Review review) {
        var approval = review.approval();
        return approval == null
                ? Optional.empty()
                : approval.manifest().items().stream()
                        .filter(item ->
                                item.name().equals(ARTIFACT)
                                        && item.subject().kind() == SubjectKind.MODEL_VERSION)
                        .map(Manifest.Item::digest)
                        .findFirst();
    }

    /** Who built the version and who owns the data it was trained on. */
    public List<Stake> stakes(ModelEvent.VersionRegistered version) {
        return Stream.concat(
                        Stream.of(new Stake(version.developer(), SeparationRule.DEVELOPER)),
                        version.trainingDatasets().stream()
                                .flatMap(id -> Stream.ofNullable(datasets.read(id).owner()))
                                .distinct()
                                .sorted()
                                .map(owner -> new Stake(owner, SeparationRule.DATA_OWNER)))
                .toList();
    }

    /** As policies see a project. */
    public static Map<String, Object> facts(ProjectId id, ProjectState project) {
        return Map.of(
                "id", id.value(),
                "riskTier", project.riskTier().key(),
                "jurisdictions", project.jurisdictions());
    }

    /** How many risks are open, for a manifest; a risk opened or closed moves it. */
    public static Manifest.Item manifestItem(SubjectRef subject, List<OpenRisks.OpenRisk> open) {
        return new Manifest.Item(
                "open risks",
                subject,
                Sha256.of(
                        open.stream()
                                .map(risk -> risk.id() + (risk.critical() ? " critical" : ""))
                                .sorted()
                                .collect(Collectors.joining("\n"))),
                open.size()
                        + " open, "
                        + open.stream().filter(OpenRisks.OpenRisk::critical).count()
                        + " critical");
    }

    @Override
    public Snapshot snapshot(SubjectRef subject, Instant now) {
        var id = new ModelVersionId(subject.id());
        var version = versions.active(id, Actor.system());
        var card = versions.read(id).modelCard();
        var project = projects.active(id.project());
        var assessment = evidence.latestAssessment(id);
        var open = risks.of(List.of(subject, id.model().ref()));
        var facts = new TreeMap<String, Object>();
        facts.put("project", facts(id.project(), project));
        facts.put(
                "model",
                Map.of(
                        "id", id.model().value(),
                        "version", id.version(),
                        "digest", version.artifactDigest().hex(),
                        "modelCardComplete", card.missing().isEmpty(),
                        "modelCardMissing", card.missing(),
                        "trainingDatasets", approved(version.trainingDatasets(), now),
                        "testDatasets", approved(version.testDatasets(), now)));
        facts.put("assessment", assessmentFacts(version, assessment));
        facts.put("risks", OpenRisks.OpenRisk.facts(open));
        return new Snapshot(
                id.project(),
                project.riskTier().key(),
                new Manifest(items(subject, version, card, assessment, open)),
                facts,
                stakes(version));
    }

    private List<Map<String, Object>> approved(List<DatasetVersionId> datasets, Instant now) {
        return datasets.stream().map(dataset -> approvals.fact(dataset, now)).toList();
    }

    private static Map<String, Object> assessmentFacts(
            ModelEvent.VersionRegistered version,
            Optional<SignOffEvidence.LatestAssessment> assessment) {
        var facts = new TreeMap<String, Object>();
        facts.put("present", assessment.isPresent());
        assessment.ifPresent(latest -> {
            facts.putAll(latest.facts());
            facts.put(
                    "modelVersionMatches",
                    latest.modelVersion().equals(version.id())
                            && latest.artifact().equals(version.artifactDigest()));
        });
        return facts;
    }

    private List<Manifest.Item> items(
            SubjectRef subject,
            ModelEvent.VersionRegistered version,
            ModelCard card,
            Optional<SignOffEvidence.LatestAssessment> assessment,
            List<OpenRisks.OpenRisk> open) {
        var items = new ArrayList<Manifest.Item>();
        items.add(
                new Manifest.Item(
                        ARTIFACT,
                        subject,
                        version.artifactDigest(),
                        "SHA-256 " + version.artifactDigest().brief()));
        items.add(
                new Manifest.Item(
                        "description",
                        subject,
                        Sha256.of(
                                String.join(
                                        "\u001f",
                                        version.codeCommit(),
                                        version.metrics().toString(),
                                        version.testDatasets().toString(),
                                        version.limitations())),
                        "commit " + version.codeCommit() + ", metrics, limitations"));
        items.add(
                new Manifest.Item(
                        "model card",
                        subject,
                        Sha256.of(String.join("\u001f", card.sections().values())),
                        card.sections().size() - card.missing().size() + " of 9 sections written"));
        Stream.concat(version.trainingDatasets().stream(), version.testDatasets().stream())
                .distinct()
                .forEach(dataset -> items.add(approvals.manifestItem(dataset)));
        assessment.ifPresent(latest ->
                items.add(
                        new Manifest.Item(
                                "bias assessment",
                                latest.subject(),
                                latest.digest(),
                                latest.verdict())));
        items.add(manifestItem(subject, open));
        return items;
    }
}
