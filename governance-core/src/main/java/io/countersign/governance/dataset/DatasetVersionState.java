package io.countersign.governance.dataset;

import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset version as its events have left it.
 *
 * @param registered null where there is no such version
 * @param sources those named at the start and those recorded later
 * @param owner of the dataset, who may not approve it
 */
public record DatasetVersionState(
        DatasetEvent.@Nullable VersionRegistered registered,
        @Nullable Datasheet datasheet,
        List<DatasetVersionId> sources,
        boolean retired,
        @Nullable UserId owner) {
    public static final DatasetVersionState NONE =
            new DatasetVersionState(null, null, List.of(), false, null);

    public DatasetVersionState evolve(DatasetEvent.OfVersion event, Instant at) {
        return switch (event) {
            case DatasetEvent.VersionRegistered e ->
                    new DatasetVersionState(e, e.datasheet(), e.sources(), false, e.owner());
            case DatasetEvent.DatasheetWritten e ->
                    new DatasetVersionState(registered, e.datasheet(), sources, retired, owner);
            case DatasetEvent.SourceRecorded e -> {
                var more = new ArrayList<>(sources);
                more.add(e.source());
                yield new DatasetVersionState(
                        registered, datasheet, List.copyOf(more), retired, owner);
            }
            case DatasetEvent.VersionRetired _ ->
                    new DatasetVersionState(registered, datasheet, sources, true, owner);
        };
    }
}
