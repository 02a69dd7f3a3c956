package io.countersign.governance.dataset;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.util.List;

/** What has happened to a dataset or to one of its versions. */
public sealed interface DatasetEvent {
    @EventName("dataset.registered")
    record Registered(DatasetId id, String name, String description, UserId owner)
            implements DatasetEvent {}

    /** The events of one version; each version is a stream of its own. */
    sealed interface OfVersion extends DatasetEvent {
        DatasetVersionId id();
    }

    @EventName("dataset.version-registered")
    record VersionRegistered(
            DatasetVersionId id,
            String location,
            Sha256 sha256,
            String schemaSummary,
            Datasheet datasheet,
            String licence,
            String legalBasis,
            List<String> sensitiveAttributes,
            List<DatasetVersionId> sources,
            UserId owner)
            implements OfVersion {}

    @EventName("dataset.datasheet-written")
    record DatasheetWritten(DatasetVersionId id, Datasheet datasheet) implements OfVersion {}

    @EventName("dataset.source-recorded")
    record SourceRecorded(DatasetVersionId id, DatasetVersionId source) implements OfVersion {}

    @EventName("dataset.version-retired")
    record VersionRetired(DatasetVersionId id, PersonalText reason) implements OfVersion {}
}
