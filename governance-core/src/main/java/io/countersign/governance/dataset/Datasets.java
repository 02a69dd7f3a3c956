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
import org.springframework.stereotype.Component;

/** Reads datasets and their versions as they were at a position. */
@Component
public class Datasets {
    private final ReadTables tables;

    Datasets(ReadTables tables) {
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
        return tables.held("dataset", DatasetRow.class, at, visible)
                .where("id = :id", "id", id)
                .optional();
    }

    /** By id, those after {@code after} first; of one project, or of all one may see. */
    public List<DatasetRow> list(
            @Nullable ProjectId project,
            @Nullable String after,
            int limit,
            At at,
            Visibility visible) {
        return tables.held("dataset", DatasetRow.class, at, visible)
                .whereGiven("id > :after", "after", after)
                .whereGiven("project_id = :project", "project", project)
                .list("id", limit);
    }

    public Optional<VersionRow> findVersion(DatasetVersionId id, At at, Visibility visible) {
        return tables.held("dataset_version", VersionRow.class, at, visible)
                .where("id = :id", "id", id)
                .optional();
    }

    /** Newest first; at most 200. */
    public List<VersionRow> versionsOf(DatasetId dataset, At at, Visibility visible) {
        return tables.held("dataset_version", VersionRow.class, at, visible)
                .where("dataset_id = :dataset", "dataset", dataset)
                .list("registered_at desc, id desc", 200);
    }

    /** Those made from a version, by id; at most 200. */
    public List<VersionRow> madeFrom(DatasetVersionId source, At at, Visibility visible) {
        return tables.held("dataset_version", VersionRow.class, at, visible)
                .where("sources @> to_jsonb(:source::text)", "source", source)
                .list("id", 200);
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
