package io.countersign.governance.report;

import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The register of issued reports as it was at a position. */
@Component
public class IssuedReports {
    private final ReadTables tables;

    IssuedReports(ReadTables tables) {
        this.tables = tables;
    }

    /**
     * One issued report as shown.
     *
     * @param ledgerPosition the report shows
     * @param format first asked for
     * @param issuedPosition of the event that issued it
     * @param verifiedAt when it was last made again, or null where it never was
     * @param found the digest then, or null
     */
    public record Row(
            ReportId id,
            ProjectId projectId,
            String template,
            SubjectRef subject,
            long ledgerPosition,
            Sha256 sha256,
            ReportFormat format,
            long issuedPosition,
            Instant issuedAt,
            UserId issuedBy,
            int downloads,
            @Nullable Instant verifiedAt,
            @Nullable UserId verifiedBy,
            @Nullable Sha256 found) {
        /** In one word: equal, different, or unchecked where it was never made again. */
        public String verdict() {
            return found == null ? "unchecked" : found.equals(sha256) ? "equal" : "different";
        }
    }

    /**
     * @throws CommandRefused {@code report.unknown}
     */
    public Row get(ReportId id, At at, Visibility visible) {
        return tables.held("report", Row.class, at, visible)
                .where("id = :id", "id", id)
                .optional()
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "report.unknown",
                                                "There is no issued report '"
                                                        + id
                                                        + "' that you may see. Check the id, or"
                                                        + " issue it first.")
                                        .with("report", id.value())));
    }

    /** Newest first, those issued before position {@code before}; at most {@code limit}. */
    public List<Row> list(long before, int limit, At at, Visibility visible) {
        return tables.held("report", Row.class, at, visible)
                .where("issued_position < :before", "before", before)
                .list("issued_position desc", limit);
    }

    @Component
    static class ReportProjection implements Projection {
        private final TemporalTable<Row> reports;

        ReportProjection(ReadTables tables) {
            reports = tables.temporal("report", Row.class, "id");
        }

        @Override
        public void on(Recorded event) {
            if (!(event.payload() instanceof ReportEvent change)) {
                return;
            }
            switch (change) {
                case ReportEvent.Issued e ->
                        reports.put(
                                event.position(),
                                new Row(
                                        e.id(),
                                        e.id().project(),
                                        e.template(),
                                        e.subject(),
                                        e.position(),
                                        e.sha256(),
                                        e.format(),
                                        event.position(),
                                        event.at(),
                                        event.actor().id(),
                                        0,
                                        null,
                                        null,
                                        null));
                case ReportEvent.Downloaded e ->
                        reports.change(
                                event.position(),
                                row ->
                                        with(
                                                row,
                                                row.downloads() + 1,
                                                row.verifiedAt(),
                                                row.verifiedBy(),
                                                row.found()),
                                e.id());
                case ReportEvent.Verified e ->
                        reports.change(
                                event.position(),
                                row ->
                                        with(
                                                row,
                                                row.downloads(),
                                                event.at(),
                                                event.actor().id(),
                                                e.found()),
                                e.id());
            }
        }

        private static Row with(
                Row row,
                int downloads,
                @Nullable Instant verifiedAt,
                @Nullable UserId verifiedBy,
                @Nullable Sha256 found) {
            return new Row(
                    row.id(),
                    row.projectId(),
                    row.template(),
                    row.subject(),
                    row.ledgerPosition(),
                    row.sha256(),
                    row.format(),
                    row.issuedPosition(),
                    row.issuedAt(),
                    row.issuedBy(),
                    downloads,
                    verifiedAt,
                    verifiedBy,
                    found);
        }
    }
}
