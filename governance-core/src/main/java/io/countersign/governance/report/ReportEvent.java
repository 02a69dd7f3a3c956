package io.countersign.governance.report;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;

/** What has happened to a report. */
public sealed interface ReportEvent {
    ReportId id();

    /**
     * @param template with its version, such as {@code bias-and-risk/1}
     * @param position of the ledger that the report shows
     * @param sha256 of its canonical data, whatever the format
     * @param format first asked for
     */
    @EventName("report.issued")
    record Issued(
            ReportId id,
            String template,
            SubjectRef subject,
            long position,
            Sha256 sha256,
            ReportFormat format)
            implements ReportEvent {}

    @EventName("report.downloaded")
    record Downloaded(ReportId id, ReportFormat format) implements ReportEvent {}

    /**
     * @param issued the digest on record
     * @param found that of the report made again
     */
    @EventName("report.verified")
    record Verified(ReportId id, Sha256 issued, Sha256 found, boolean equal)
            implements ReportEvent {}
}
