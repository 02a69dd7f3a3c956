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
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads models and their versions as they were at a position. */
@Component
public class Models {
    private final JdbcClient db;
    private final ReadTables tables;

    Models(JdbcClient db, ReadTables tables) {
        this.db = db;
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
        return db.sql(
                        """
                        select * from model
                         where id = :id and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                        """)
                .param("id", id.value())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(ModelRow.class))
                .optional();
    }

    /** By id, those after {@code after} first; of one project, or of all one may see. */
    public List<ModelRow> list(
            @Nullable ProjectId project,
            @Nullable String after,
            int limit,
            At at,
            Visibility visible) {
        return db.sql(
                        """
                        select * from model
                         where id > :after and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                           and (:project::text is null or project_id = :project)
                         order by id limit :limit
                        """)
                .param("after", after == null ? "" : after)
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .param("project", project == null ? null : project.value())
                .param("limit", limit)
                .query(tables.rows(ModelRow.class))
                .list();
    }

    public Optional<VersionRow> findVersion(ModelVersionId id, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from model_version
                         where id = :id and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                        """)
                .param("id", id.value())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(VersionRow.class))
                .optional();
    }

    /** Newest first; at most 200. */
    public List<VersionRow> versionsOf(ModelId model, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from model_version
                         where model_id = :model and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                         order by registered_at desc, id desc limit 200
                        """)
                .param("model", model.value())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(VersionRow.class))
                .list();
    }

    /** Of all models one may see, newest first. */
    public List<VersionRow> newestVersions(int limit, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from model_version
                         where valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                         order by registered_at desc, id desc limit :limit
                        """)
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .param("limit", limit)
                .query(tables.rows(VersionRow.class))
                .list();
    }

    /** Those trained or tested on a dataset version, by id; at most 200. */
    public List<VersionRow> madeWith(DatasetVersionId dataset, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from model_version
                         where (training_datasets @> to_jsonb(:dataset::text)
                                or test_datasets @> to_jsonb(:dataset::text))
                           and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                         order by id limit 200
                        """)
                .param("dataset", dataset.value())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(VersionRow.class))
                .list();
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
