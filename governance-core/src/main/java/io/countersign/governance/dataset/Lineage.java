package io.countersign.governance.dataset;

import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.eventstore.StreamLocks;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.Collection;
import java.util.List;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which dataset version was made from which. No version may come from itself, by any way. */
@Component
class Lineage implements DecisionIndex {
    private static final SubjectRef ALL_LINEAGE =
            new SubjectRef(SubjectKind.DATASET_VERSION, "all lineage");

    private static final String PATH =
            """
            with recursive ancestry (version, path) as (
                select :from::text, array[:from::text]
                union all
                select e.source, a.path || e.source
                  from ancestry a
                  join lineage_edge e on e.version = a.version
                 where e.source <> all (a.path))
            select path from ancestry where version = :to limit 1
            """;

    private final JdbcClient db;
    private final StreamLocks locks;

    Lineage(JdbcClient db, StreamLocks locks) {
        this.db = db;
        this.locks = locks;
    }

    /**
     * @throws CommandRefused {@code dataset.lineage-circle} naming the way round, where one of the
     *     sources is the version or comes from it
     */
    void requireNoCircle(DatasetVersionId version, Collection<DatasetVersionId> sources) {
        if (sources.isEmpty()) {
            return;
        }
        // Two edges that only together close a circle must not be decided at once.
        locks.exclusive(ALL_LINEAGE);
        for (var source : sources) {
            db.sql(PATH)
                    .param("from", source.value())
                    .param("to", version.value())
                    .query((row, _) -> List.of((String[]) row.getArray(1).getArray()))
                    .optional()
                    .ifPresent(path -> {
                        throw new CommandRefused(
                                Refusal.conflict(
                                                "dataset.lineage-circle",
                                                "'"
                                                        + source
                                                        + "' cannot be a source of '"
                                                        + version
                                                        + "', since it comes from it: "
                                                        + version
                                                        + " from "
                                                        + String.join(" from ", path)
                                                        + ". Name only what this version"
                                                        + " was made from.")
                                        .with("field", "sources"));
                    });
        }
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        switch (event.getPayload()) {
            case DatasetEvent.VersionRegistered e -> e.sources().forEach(s -> add(e.id(), s));
            case DatasetEvent.SourceRecorded e -> add(e.id(), e.source());
            default -> {}
        }
    }

    private void add(DatasetVersionId version, DatasetVersionId source) {
        db.sql("insert into lineage_edge (version, source) values (?, ?) on conflict do nothing")
                .params(version.value(), source.value())
                .update();
    }
}
