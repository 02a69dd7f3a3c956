package io.countersign.web.dataset;

import io.countersign.governance.dataset.DatasetId;
import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.dataset.Datasets;
import io.countersign.governance.dataset.Datasheet;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.Models;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Datasets and their versions as far as the one who asks may see them. */
@Component
class SeenDatasets {
    private final Datasets datasets;
    private final Models models;
    private final Reviews reviews;

    SeenDatasets(Datasets datasets, Models models, Reviews reviews) {
        this.datasets = datasets;
        this.models = models;
        this.reviews = reviews;
    }

    /** One version in a list. */
    record Listed(
            DatasetVersionId id,
            String version,
            Sha256 sha256,
            boolean retired,
            Instant registeredAt,
            UserId registeredBy,
            Status review) {}

    /**
     * A version with what it came from and what came from it.
     *
     * @param datasheetMissing the names of the parts not written yet
     * @param hiddenSources how many sources are of projects that may not be seen
     * @param derived the versions made from this one
     * @param models the model versions trained or tested on it
     */
    record Version(
            DatasetVersionId id,
            DatasetId dataset,
            ProjectId project,
            String version,
            String location,
            Sha256 sha256,
            String schemaSummary,
            Datasheet datasheet,
            List<String> datasheetMissing,
            String licence,
            String legalBasis,
            List<String> sensitiveAttributes,
            List<DatasetVersionId> sources,
            int hiddenSources,
            List<DatasetVersionId> derived,
            List<ModelVersionId> models,
            boolean retired,
            Instant registeredAt,
            UserId registeredBy,
            Status review,
            @Nullable Instant approvedUntil) {}

    /**
     * @throws CommandRefused {@code dataset.unknown}, the same for one that is not there and one
     *     that may not be seen
     */
    Datasets.DatasetRow find(DatasetId id, Actor actor, At at) {
        return datasets.find(id, at, actor.visibility())
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "dataset.unknown",
                                                "There is no dataset '"
                                                        + id
                                                        + "' that you may see. Check the name, or"
                                                        + " register it first.")
                                        .with("dataset", id.value())
                                        .with("subject", id.ref().toString())));
    }

    List<Listed> versionsOf(DatasetId id, Actor actor, At at) {
        var versions = datasets.versionsOf(id, at, actor.visibility());
        var found =
                reviews.of(
                        versions.stream().map(row -> row.id().ref()).toList(),
                        at,
                        actor.visibility());
        return versions.stream()
                .map(row -> {
                    var review = found.get(row.id().ref());
                    return new Listed(
                            row.id(),
                            row.version(),
                            row.sha256(),
                            row.retired(),
                            row.registeredAt(),
                            row.registeredBy(),
                            review == null ? Status.NONE : review.review().status(at.time()));
                })
                .toList();
    }

    /**
     * @throws CommandRefused {@code dataset.version-unknown}, the same for one that is not there
     *     and one that may not be seen
     */
    Version find(DatasetVersionId id, Actor actor, At at) {
        var visible = actor.visibility();
        var row =
                datasets.findVersion(id, at, visible)
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.notFound(
                                                        "dataset.version-unknown",
                                                        "There is no dataset version '"
                                                                + id
                                                                + "' that you may see. Check the"
                                                                + " name, or register it first.")
                                                .with("datasetVersion", id.value())
                                                .with("subject", id.ref().toString())));
        var sources =
                row.sources().stream()
                        .filter(source -> visible.includes(source.project()))
                        .toList();
        var review = reviews.find(id.ref(), at, visible);
        return new Version(
                row.id(),
                row.datasetId(),
                row.projectId(),
                row.version(),
                row.location(),
                row.sha256(),
                row.schemaSummary(),
                row.datasheet(),
                row.datasheet().missing(),
                row.licence(),
                row.legalBasis(),
                row.sensitiveAttributes(),
                sources,
                row.sources().size() - sources.size(),
                datasets.madeFrom(id, at, visible).stream().map(Datasets.VersionRow::id).toList(),
                models.madeWith(id, at, visible).stream().map(Models.VersionRow::id).toList(),
                row.retired(),
                row.registeredAt(),
                row.registeredBy(),
                review.map(found -> found.review().status(at.time())).orElse(Status.NONE),
                review.flatMap(found -> found.review().approvedUntil(at.time())).orElse(null));
    }
}
