package io.countersign.governance.dataset;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.policy.SeparationRule;
import io.countersign.governance.project.Projects;
import io.countersign.governance.review.Approval;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.PinnedGates;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.ReviewedSubject;
import io.countersign.governance.review.Snapshot;
import io.countersign.governance.review.Stake;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Data approval: what a review of a dataset version rests on, and how it stands. */
@Component
public class DatasetApproval implements ReviewedSubject {
    private final DatasetVersions versions;
    private final Projects projects;
    private final Streams streams;
    private final PinnedGates pinned;

    DatasetApproval(
            DatasetVersions versions, Projects projects, Streams streams, PinnedGates pinned) {
        this.versions = versions;
        this.projects = projects;
        this.streams = streams;
        this.pinned = pinned;
    }

    @Override
    public SubjectKind kind() {
        return SubjectKind.DATASET_VERSION;
    }

    /** The review of a dataset version now, for a decision inside a command. */
    public Review review(DatasetVersionId id) {
        return streams.read(
                Review.stream(id.ref()), ReviewEvent.class, Review.NONE, Review::evolve);
    }

    /**
     * The end of the approval that others may rest on now; empty where none is in force, where the
     * version is retired, and where the approval no longer rests on what it was given for, whether
     * or not it has been marked stale yet.
     */
    public Optional<Instant> standsUntil(DatasetVersionId id, Instant now) {
        var review = review(id);
        return review.approvedUntil(now)
                .filter(_ ->
                        !versions.read(id).retired()
                                && pinned.closed(
                                                review,
                                                id.ref(),
                                                now,
                                                () -> snapshot(id.ref(), now))
                                        .isEmpty());
    }

    @Override
    public Collection<SubjectRef> restsOn(SubjectRef subject) {
        var id = new DatasetVersionId(subject.id());
        return Stream.concat(
                        Stream.of(
                                subject, new SubjectRef(SubjectKind.PROJECT, id.project().value())),
                        versions.read(id).sources().stream().map(DatasetVersionId::ref))
                .toList();
    }

    /** As policies see a dataset a decision rests on: {@code {id, approved, validUntil}}. */
    public Map<String, Object> fact(DatasetVersionId id, Instant now) {
        var fact = new TreeMap<String, Object>();
        var until = standsUntil(id, now);
        fact.put("id", id.value());
        fact.put("approved", until.isPresent());
        until.ifPresent(end -> fact.put("validUntil", end.toString()));
        return fact;
    }

    /** How the approval of a dataset stands, for the manifest of what rests on it. */
    public Manifest.Item manifestItem(DatasetVersionId id) {
        return approvalItem(id.ref(), review(id));
    }

    /**
     * The item of an approval that something else rests on. It does not depend on the time: an
     * approval that has run out is told from one in force by the end it names.
     */
    public static Manifest.Item approvalItem(SubjectRef subject, Review review) {
        var approval = review.approval();
        var label = label(approval);
        return new Manifest.Item(
                "approval",
                subject,
                Sha256.of(
                        approval == null
                                ? label
                                : approval.manifest().digest()
                                        + "\n"
                                        + approval.from()
                                        + "\n"
                                        + approval.until()
                                        + "\n"
                                        + label),
                label);
    }

    private static String label(@Nullable Approval approval) {
        if (approval == null) {
            return "not approved";
        }
        var ending = approval.ending();
        return ending == null
                ? "approved until " + approval.until().atZone(ZoneOffset.UTC).toLocalDate()
                : ending.how().word();
    }

    @Override
    public Snapshot snapshot(SubjectRef subject, Instant now) {
        var id = new DatasetVersionId(subject.id());
        var state = versions.registered(id, Actor.system());
        DatasetVersionAggregate.requireActive(state, id);
        var registered = java.util.Objects.requireNonNull(state.registered());
        var sheet = state.datasheet() == null ? registered.datasheet() : state.datasheet();
        var project = projects.active(id.project());
        var sources =
                state.sources().stream()
                        .map(source -> {
                            var fact = fact(source, now);
                            fact.remove("validUntil");
                            return fact;
                        })
                        .toList();
        var items = new ArrayList<Manifest.Item>();
        items.add(
                new Manifest.Item(
                        "content",
                        subject,
                        registered.sha256(),
                        "SHA-256 " + registered.sha256().brief()));
        items.add(
                new Manifest.Item(
                        "description",
                        subject,
                        Sha256.of(
                                String.join(
                                        "\u001f",
                                        registered.location(),
                                        registered.schemaSummary(),
                                        registered.licence(),
                                        registered.legalBasis(),
                                        String.join("\u001e", registered.sensitiveAttributes()))),
                        "location, schema, licence, legal basis, sensitive attributes"));
        items.add(
                new Manifest.Item(
                        "datasheet",
                        subject,
                        Sha256.of(String.join("\u001f", sheet.parts().values())),
                        sheet.parts().size() - sheet.missing().size() + " of 7 parts written"));
        state.sources().forEach(source -> items.add(manifestItem(source)));
        return new Snapshot(
                id.project(),
                project.riskTier().key(),
                new Manifest(items),
                Map.of(
                        "project",
                        Map.of(
                                "id", id.project().value(),
                                "riskTier", project.riskTier().key(),
                                "jurisdictions", project.jurisdictions()),
                        "dataset",
                        Map.of(
                                "id", id.dataset().value(),
                                "version", id.version(),
                                "sha256", registered.sha256().hex(),
                                "datasheetComplete", sheet.missing().isEmpty(),
                                "datasheetMissing", sheet.missing(),
                                "licence", registered.licence(),
                                "legalBasis", registered.legalBasis(),
                                "sensitiveAttributes", registered.sensitiveAttributes(),
                                "lineageApproved",
                                        sources.stream()
                                                .allMatch(s ->
                                                        Boolean.TRUE.equals(s.get("approved"))),
                                "sources", sources)),
                List.of(new Stake(registered.owner(), SeparationRule.DATA_OWNER)));
    }
}
