package io.countersign.governance.deployment;

import io.countersign.governance.dataset.DatasetApproval;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.model.ModelSignOff;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.ModelVersions;
import io.countersign.governance.model.OpenRisks;
import io.countersign.governance.project.Projects;
import io.countersign.governance.review.Manifest;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewedSubject;
import io.countersign.governance.review.Snapshot;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Deployment approval: the live facts that the request, each signature and the gate rest on. */
@Component
class DeploymentApproval implements ReviewedSubject {
    private final Deployments deployments;
    private final ModelVersions versions;
    private final ModelSignOff signOffs;
    private final DatasetApproval datasets;
    private final Projects projects;
    private final OpenRisks risks;

    DeploymentApproval(
            Deployments deployments,
            ModelVersions versions,
            ModelSignOff signOffs,
            DatasetApproval datasets,
            Projects projects,
            OpenRisks risks) {
        this.deployments = deployments;
        this.versions = versions;
        this.signOffs = signOffs;
        this.datasets = datasets;
        this.projects = projects;
        this.risks = risks;
    }

    @Override
    public SubjectKind kind() {
        return SubjectKind.DEPLOYMENT;
    }

    /** With what its model version's sign-off rests on, since it looks at the datasets too. */
    @Override
    public Collection<SubjectRef> restsOn(SubjectRef subject) {
        var requested = deployments.read(new DeploymentId(subject.id())).requested();
        return requested == null
                ? List.of(subject)
                : Stream.concat(Stream.of(subject), signOffs.restsOn(requested.modelVersion()))
                        .toList();
    }

    @Override
    public Snapshot snapshot(SubjectRef subject, Instant now) {
        var id = new DeploymentId(subject.id());
        var state = deployments.read(id);
        if (state.status().ended()) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "deployment.ended",
                            "The deployment '"
                                    + id
                                    + "' is "
                                    + state.status().words()
                                    + ". Make a new request."));
        }
        return snapshot(Objects.requireNonNull(state.requested()), now);
    }

    /** The same for one whose stream is being written, and so has been read already. */
    Snapshot snapshot(DeploymentEvent.Requested deployment, Instant now) {
        var id = deployment.id();
        var version = versions.active(deployment.modelVersion(), Actor.system());
        var signOff = signOffs.review(version.id());
        var project = projects.active(id.project());
        var unapproved =
                version.trainingDatasets().stream()
                        .filter(dataset -> datasets.standsUntil(dataset, now).isEmpty())
                        .map(DatasetVersionId::value)
                        .toList();
        var open = risks.of(List.of(id.ref(), version.id().ref(), version.id().model().ref()));
        var model = new TreeMap<String, Object>();
        model.put("id", version.id().model().value());
        model.put("version", version.id().version());
        model.put("dataApproved", unapproved.isEmpty());
        model.put("unapprovedDatasets", unapproved);
        signOffFacts(version.id(), signOff, model, now);
        var facts = new TreeMap<String, Object>();
        facts.put("project", ModelSignOff.facts(id.project(), project));
        facts.put("model", model);
        facts.put("risks", OpenRisks.OpenRisk.facts(open));
        facts.put(
                "deployment",
                Map.of(
                        "id", id.value(),
                        "digest", deployment.artifactDigest().hex(),
                        "environment", deployment.environment().value(),
                        "production", deployment.production(),
                        "placeKind", deployment.placeKind().word()));
        facts.put(
                "environment",
                Map.of(
                        "key", deployment.environment().value(),
                        "production", deployment.production()));
        return new Snapshot(
                id.project(),
                project.riskTier().key(),
                new Manifest(
                        List.of(
                                new Manifest.Item(
                                        "artifact",
                                        id.ref(),
                                        deployment.artifactDigest(),
                                        "SHA-256 " + deployment.artifactDigest().brief()),
                                target(deployment),
                                DatasetApproval.approvalItem(version.id().ref(), signOff),
                                ModelSignOff.manifestItem(id.ref(), open))),
                facts,
                signOffs.stakes(version));
    }

    private static Manifest.Item target(DeploymentEvent.Requested deployment) {
        var label =
                deployment.modelVersion()
                        + " in "
                        + deployment.place()
                        + ", "
                        + deployment.environment();
        return new Manifest.Item(
                "target",
                deployment.id().ref(),
                Sha256.of(label + (deployment.production() ? "\nproduction" : "")),
                label);
    }

    private void signOffFacts(
            ModelVersionId version, Review signOff, Map<String, Object> model, Instant now) {
        var approval = signOff.approval();
        var ending = approval == null ? null : approval.ending();
        model.put("signedOff", approval != null);
        model.put(
                "expired",
                approval != null
                        && (ending == null
                                ? !now.isBefore(approval.until())
                                : ending.how() == Status.EXPIRED));
        model.put("revoked", ending != null && ending.how() == Status.REVOKED);
        model.put(
                "stale",
                ending == null
                        ? signOffs.worse(version, signOff, now)
                        : ending.how() == Status.STALE);
        if (approval != null) {
            model.put("signOffValidUntil", approval.until().toString());
        }
        signOffs.signedArtifact(signOff)
                .ifPresent(digest -> model.put("signedDigest", digest.hex()));
    }
}
