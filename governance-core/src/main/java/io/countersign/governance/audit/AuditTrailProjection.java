package io.countersign.governance.audit;

import io.countersign.governance.eventstore.Correlation;
import io.countersign.governance.eventstore.RefusalEvent;
import io.countersign.governance.readmodel.GrowingTable;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps the audit trail in step with the events: one row for each, of whatever kind. */
@Component
class AuditTrailProjection implements Projection {
    private final GrowingTable<AuditEntry> entries;
    private final JdbcClient db;

    AuditTrailProjection(ReadTables tables, JdbcClient db) {
        entries = tables.growing("audit_entry", AuditEntry.class);
        this.db = db;
    }

    @Override
    public void on(Recorded event) {
        var actor = event.actor();
        var subject = subject(event);
        var words = Words.of(event.payload());
        entries.add(
                new AuditEntry(
                        event.position(),
                        event.eventId(),
                        event.at(),
                        event.name(),
                        event.stream().toString(),
                        subject.kind().key(),
                        subject.id(),
                        subject.project(),
                        actor.id().value(),
                        actor.onBehalfOf() == null ? null : actor.onBehalfOf().value(),
                        actor.channel().name(),
                        event.metadata("roles"),
                        decision(event.name()),
                        event.metadata(Correlation.COMMAND),
                        event.metadata(Correlation.CORRELATION),
                        event.metadata(Correlation.CAUSATION),
                        words.business(),
                        words.personal(),
                        List.copyOf(words.persons())));
        if (event.name().equals("person.erased")) {
            forgetWordsOf(event.stream().id());
        }
    }

    /** Their words are gone from the events; they must be gone from the search as well. */
    private void forgetWordsOf(String person) {
        entries.flush();
        db.sql(
                        """
                        update audit_entry set personal_words = ''
                         where personal_words <> '' and persons @> to_jsonb(array[?::text])
                        """)
                .param(person)
                .update();
    }

    private static SubjectRef subject(Recorded event) {
        var named =
                event.payload() instanceof RefusalEvent.Recorded refused
                        ? refused.subject()
                        : event.stream();
        return named.kind() == SubjectKind.REVIEW ? SubjectRef.parse(named.id()) : named;
    }

    private static @Nullable String decision(String name) {
        return switch (name) {
            case "review.approved" -> "approved";
            case "review.rejected" -> "rejected";
            case "review.returned" -> "returned";
            case "review.withdrawn" -> "withdrawn";
            case "review.expired" -> "expired";
            case "review.revoked" -> "revoked";
            case "refusal.recorded" -> "refused";
            default -> null;
        };
    }
}
