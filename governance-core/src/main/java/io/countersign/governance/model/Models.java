package io.countersign.governance.model;

import io.countersign.governance.dataset.DatasetVersionId;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads models and their versions as they were at a position. */
@Component
public class Models {
    private final ReadTables tables;

    Models(ReadTables tables) {
        this.tables = tables;
    }

    /** One model as shown. */
    public record ModelRow(
            ModelId id,
            ProjectId projectId,
            String name,
            String description,
            UserId owner,
            Instant registeredAt,
            UserId registeredBy) {}

    /** One version as shown. */
    public record VersionRow(
            ModelVersionId id,
            ModelId modelId,
            ProjectId projectId,
            String version,
            Sha256 artifactDigest,
            String codeCommit,
            List<DatasetVersionId> trainingDatasets,
            List<DatasetVersionId> testDatasets,
            List<ModelMetric> metrics,
            ModelCard modelCard,
            String limitations,
            UserId developer,
            boolean retired,
            Instant registeredAt) {}

    public Optional<ModelRow> find(ModelId id, At at, Visibility visible) {
        return tables.held("model", ModelRow.class, at, visible)
                .where("id = :id", "id", id)
                .optional();
    }

    /** By id, those after {@code after} first; of one project, or of all one may see. */
    public List<ModelRow> list(
            @Nullable ProjectId project,
            @Nullable String after,
            int limit,
            At at,
            Visibility visible) {
        return tables.held("model", ModelRow.class, at, visible)
                .whereGiven("id > :after", "after", after)
                .whereGiven("project_id = :project", "project", project)
                .list("id", limit);
    }

    public Optional<VersionRow> findVersion(ModelVersionId id, At at, Visibility visible) {
        return tables.held("model_version", VersionRow.class, at, visible)
                .where("id = :id", "id", id)
                .optional();
    }

    /** Newest first; at most 200. */
    public List<VersionRow> versionsOf(ModelId model, At at, Visibility visible) {
        return tables.held("model_version", VersionRow.class, at, visible)
                .where("model_id = :model", "model", model)
                .list("registered_at desc, id desc", 200);
    }

    /** Of all models one may see, newest first. */
    public List<VersionRow> newestVersions(int limit, At at, Visibility visible) {
        return tables.held("model_version", VersionRow.class, at, visible)
                .list("registered_at desc, id desc", limit);
    }

    /** Those trained or tested on a dataset version, by id; at most 200. */
    public List<VersionRow> madeWith(DatasetVersionId dataset, At at, Visibility visible) {
        return tables.held("model_version", VersionRow.class, at, visible)
                .where(
                        "training_datasets @> to_jsonb(:dataset::text)"
                                + " or test_datasets @> to_jsonb(:dataset::text)",
                        "dataset",
                        dataset)
                .list("id", 200);
    }

    @Component
    static class ModelProjection implements Projection {
        private final TemporalTable<ModelRow> models;
        private final TemporalTable<VersionRow> versions;

        ModelProjection(ReadTables tables) {
            models = tables.temporal("model", ModelRow.class, "id");
            versions = tables.temporal("model_version", VersionRow.class, "id");
        }

        @Override
        public void on(Recorded event) {
            if (!(event.payload() instanceof ModelEvent change)) {
                return;
            }
            switch (change) {
                case ModelEvent.Registered e ->
                        models.put(
                                event.position(),
                                new ModelRow(
                                        e.id(),
                                        e.id().project(),
                                        e.name(),
                                        e.description(),
                                        e.owner(),
                                        event.at(),
                                        event.actor().id()));
                case ModelEvent.VersionRegistered e ->
                        versions.put(
                                event.position(),
                                new VersionRow(
                                        e.id(),
                                        e.id().model(),
                                        e.id().project(),
                                        e.id().version(),
                                        e.artifactDigest(),
                                        e.codeCommit(),
                                        e.trainingDatasets(),
                                        e.testDatasets(),
                                        e.metrics(),
                                        e.modelCard(),
                                        e.limitations(),
                                        e.developer(),
                                        false,
                                        event.at()));
                case ModelEvent.CardWritten e ->
                        versions.change(
                                event.position(),
                                row -> with(row, e.modelCard(), row.retired()),
                                e.id());
                case ModelEvent.VersionRetired e ->
                        versions.change(
                                event.position(), row -> with(row, row.modelCard(), true), e.id());
            }
        }

        private static VersionRow with(VersionRow row, ModelCard card, boolean retired) {
            return new VersionRow(
                    row.id(),
                    row.modelId(),
                    row.projectId(),
                    row.version(),
                    row.artifactDigest(),
                    row.codeCommit(),
                    row.trainingDatasets(),
                    row.testDatasets(),
                    row.metrics(),
                    card,
                    row.limitations(),
                    row.developer(),
                    retired,
                    row.registeredAt());
        }
    }
}
