package io.countersign.governance.dataset;

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

/** Reads datasets and their versions as they were at a position. */
@Component
public class Datasets {
    private final JdbcClient db;
    private final ReadTables tables;

    Datasets(JdbcClient db, ReadTables tables) {
        this.db = db;
        this.tables = tables;
    }

    /** One dataset as shown. */
    public record DatasetRow(
            DatasetId id,
            ProjectId projectId,
            String name,
            String description,
            UserId owner,
            Instant registeredAt,
            UserId registeredBy) {}

    /** One version as shown. */
    public record VersionRow(
            DatasetVersionId id,
            DatasetId datasetId,
            ProjectId projectId,
            String version,
            String location,
            Sha256 sha256,
            String schemaSummary,
            Datasheet datasheet,
            String licence,
            String legalBasis,
            List<String> sensitiveAttributes,
            List<DatasetVersionId> sources,
            boolean retired,
            Instant registeredAt,
            UserId registeredBy) {}

    public Optional<DatasetRow> find(DatasetId id, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from dataset
                         where id = :id and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                        """)
                .param("id", id.value())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(DatasetRow.class))
                .optional();
    }

    /** By id, those after {@code after} first; of one project, or of all one may see. */
    public List<DatasetRow> list(
            @Nullable ProjectId project,
            @Nullable String after,
            int limit,
            At at,
            Visibility visible) {
        return db.sql(
                        """
                        select * from dataset
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
                .query(tables.rows(DatasetRow.class))
                .list();
    }

    public Optional<VersionRow> findVersion(DatasetVersionId id, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from dataset_version
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
    public List<VersionRow> versionsOf(DatasetId dataset, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from dataset_version
                         where dataset_id = :dataset and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                         order by registered_at desc, id desc limit 200
                        """)
                .param("dataset", dataset.value())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(VersionRow.class))
                .list();
    }

    /** Those made from a version, by id; at most 200. */
    public List<VersionRow> madeFrom(DatasetVersionId source, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from dataset_version
                         where sources @> to_jsonb(:source::text)
                           and valid_from <= :at and valid_to > :at
                           and (:all or project_id = any(:projects))
                         order by id limit 200
                        """)
                .param("source", source.value())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(VersionRow.class))
                .list();
    }

    @Component
    static class DatasetProjection implements Projection {
        private final TemporalTable<DatasetRow> datasets;
        private final TemporalTable<VersionRow> versions;

        DatasetProjection(ReadTables tables) {
            datasets = tables.temporal("dataset", DatasetRow.class, "id");
            versions = tables.temporal("dataset_version", VersionRow.class, "id");
        }

        @Override
        public void on(Recorded event) {
            if (!(event.payload() instanceof DatasetEvent change)) {
                return;
            }
            switch (change) {
                case DatasetEvent.Registered e ->
                        datasets.put(
                                event.position(),
                                new DatasetRow(
                                        e.id(),
                                        e.id().project(),
                                        e.name(),
                                        e.description(),
                                        e.owner(),
                                        event.at(),
                                        event.actor().id()));
                case DatasetEvent.VersionRegistered e ->
                        versions.put(
                                event.position(),
                                new VersionRow(
                                        e.id(),
                                        e.id().dataset(),
                                        e.id().project(),
                                        e.id().version(),
                                        e.location(),
                                        e.sha256(),
                                        e.schemaSummary(),
                                        e.datasheet(),
                                        e.licence(),
                                        e.legalBasis(),
                                        e.sensitiveAttributes(),
                                        e.sources(),
                                        false,
                                        event.at(),
                                        event.actor().id()));
                case DatasetEvent.DatasheetWritten e ->
                        versions.change(
                                event.position(),
                                row -> with(row, e.datasheet(), row.sources(), row.retired()),
                                e.id());
                case DatasetEvent.SourceRecorded e ->
                        versions.change(
                                event.position(),
                                row ->
                                        with(
                                                row,
                                                row.datasheet(),
                                                java.util.stream.Stream.concat(
                                                                row.sources().stream(),
                                                                java.util.stream.Stream.of(
                                                                        e.source()))
                                                        .toList(),
                                                row.retired()),
                                e.id());
                case DatasetEvent.VersionRetired e ->
                        versions.change(
                                event.position(),
                                row -> with(row, row.datasheet(), row.sources(), true),
                                e.id());
            }
        }

        private static VersionRow with(
                VersionRow row,
                Datasheet datasheet,
                List<DatasetVersionId> sources,
                boolean retired) {
            return new VersionRow(
                    row.id(),
                    row.datasetId(),
                    row.projectId(),
                    row.version(),
                    row.location(),
                    row.sha256(),
                    row.schemaSummary(),
                    datasheet,
                    row.licence(),
                    row.legalBasis(),
                    row.sensitiveAttributes(),
                    sources,
                    retired,
                    row.registeredAt(),
                    row.registeredBy());
        }
    }
}
