package io.countersign.governance.evidence;

import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads what is attached to which subject. */
@Component
public class Evidence {
    private final ReadTables tables;

    Evidence(ReadTables tables) {
        this.tables = tables;
    }

    /**
     * One attached file as shown.
     *
     * @param size in bytes
     * @param deletedAt and what follows it: null while the content is kept
     */
    public record Row(
            EvidenceId id,
            ProjectId projectId,
            SubjectRef subject,
            Sha256 digest,
            String name,
            EvidenceType type,
            long size,
            PersonalText note,
            Instant retainedUntil,
            Instant attachedAt,
            UserId attachedBy,
            @Nullable Instant deletedAt,
            @Nullable UserId deletedBy,
            @Nullable PersonalText deletedBecause) {}

    public Optional<Row> find(EvidenceId id, At at, Visibility visible) {
        return tables.held("evidence", Row.class, at, visible)
                .where("id = :id", "id", id)
                .optional();
    }

    /** By id, those after {@code after} first; of one subject, or of all one may see. */
    public List<Row> list(
            @Nullable SubjectRef subject,
            @Nullable String after,
            int limit,
            At at,
            Visibility visible) {
        return tables.held("evidence", Row.class, at, visible)
                .whereGiven("id > :after", "after", after)
                .whereGiven("subject = :subject", "subject", subject)
                .list("id", limit);
    }

    @Component
    static class EvidenceProjection implements Projection {
        private final TemporalTable<Row> evidence;

        EvidenceProjection(ReadTables tables) {
            evidence = tables.temporal("evidence", Row.class, "id");
        }

        @Override
        public void on(Recorded event) {
            if (!(event.payload() instanceof EvidenceEvent change)) {
                return;
            }
            var by = event.actor().id();
            switch (change) {
                case EvidenceEvent.Attached e ->
                        evidence.put(
                                event.position(),
                                new Row(
                                        e.id(),
                                        e.id().project(),
                                        e.subject(),
                                        e.digest(),
                                        e.name(),
                                        e.type(),
                                        e.size(),
                                        e.note(),
                                        e.retainedUntil(),
                                        event.at(),
                                        by,
                                        null,
                                        null,
                                        null));
                case EvidenceEvent.Deleted e ->
                        evidence.change(
                                event.position(),
                                row ->
                                        new Row(
                                                row.id(),
                                                row.projectId(),
                                                row.subject(),
                                                row.digest(),
                                                row.name(),
                                                row.type(),
                                                row.size(),
                                                row.note(),
                                                row.retainedUntil(),
                                                row.attachedAt(),
                                                row.attachedBy(),
                                                event.at(),
                                                by,
                                                e.reason()),
                                e.id());
            }
        }
    }
}
