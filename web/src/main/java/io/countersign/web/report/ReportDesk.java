package io.countersign.web.report;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.report.IssuedReports;
import io.countersign.governance.report.ReportCommand;
import io.countersign.governance.report.ReportFormat;
import io.countersign.governance.report.ReportId;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.reporting.biasreport.BiasAndRisk;
import io.countersign.reporting.biasreport.BiasAndRiskReport;
import io.countersign.reporting.biasreport.BiasAndRiskReport.Made;
import io.countersign.reporting.biasreport.ReportFile;
import io.countersign.reporting.document.ReportDocument;
import io.countersign.reporting.picture.Palette;
import io.countersign.web.audit.Bundles;
import io.countersign.web.ledger.Included;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Makes reports for pages and the API, and records what was done with them. */
@Component
class ReportDesk {
    /** How many are written at once; a PDF takes seconds and much memory. */
    private static final int AT_ONCE = 2;

    /** A healthy ledger signs several times a second. */
    private static final Duration COVERED_WITHIN = Duration.ofSeconds(10);

    private final BiasAndRiskReport reports;
    private final IssuedReports issued;
    private final ReadPosition positions;
    private final Commands commands;
    private final Ledger ledger;
    private final Sight sight;
    private final Bundles bundles;
    private final Included.Finder included;
    private final Semaphore writing = new Semaphore(AT_ONCE);

    ReportDesk(
            BiasAndRiskReport reports,
            IssuedReports issued,
            ReadPosition positions,
            Commands commands,
            Ledger ledger,
            Sight sight,
            Bundles bundles,
            Included.Finder included) {
        this.sight = sight;
        this.bundles = bundles;
        this.included = included;
        this.reports = reports;
        this.issued = issued;
        this.positions = positions;
        this.commands = commands;
        this.ledger = ledger;
    }

    Made make(ModelVersionId version, At at, Actor actor) {
        return reports.make(version, at, sight.require(actor, Area.REPORTS));
    }

    /** For the page, where pictures have to fit a phone too. */
    ReportDocument document(Made made) {
        return reports.document(
                made,
                ledger.firstCovering(made.content().position())
                        .map(ReportDesk::anchor)
                        .orElse(null),
                Palette.PHONE);
    }

    /**
     * Waits for a checkpoint first: what is issued does not change afterwards.
     *
     * @throws CommandRefused {@code report.not-covered} where none came
     */
    Sent issue(Made made, ReportFormat format, Actor actor, Context context) {
        var unused = covered(made);
        return commands.send(new ReportCommand.Issue(made.onRecord(), format), actor, context);
    }

    /** The report as a file to be saved, and a record of it. */
    ResponseEntity<byte[]> handOut(
            ModelVersionId version, ReportFormat format, At at, Actor actor) {
        var made = make(version, at, actor);
        var anchor = anchor(covered(made));
        writing.acquireUninterruptibly();
        try {
            var content = ReportFile.write(reports.document(made, anchor, Palette.FIXED), format);
            commands.send(new ReportCommand.HandOut(made.onRecord(), format), actor);
            return ResponseEntity.ok()
                    .header(HttpHeaders.CONTENT_TYPE, ReportFile.mediaType(format))
                    .header(
                            HttpHeaders.CONTENT_DISPOSITION,
                            ContentDisposition.attachment()
                                    .filename(name(made, format))
                                    .build()
                                    .toString())
                    .header("Countersign-Report-Sha256", made.data().digest().hex())
                    // Of JSON, which is the data that are hashed, nothing else can say so.
                    .header("Countersign-Report-Position", Long.toString(made.content().position()))
                    .header("Countersign-Report-Checkpoint", anchor.words())
                    .header(
                            HttpHeaders.LINK,
                            "</api/v1/ledger/checkpoint?covering=%d>; rel=\"describedby\""
                                    .formatted(made.content().position()))
                    .body(content);
        } finally {
            writing.release();
        }
    }

    /**
     * @param sent what was recorded
     * @param found digest of the report made again
     */
    record Verified(Sent sent, Sha256 issued, Sha256 found) {}

    /** Makes an issued report again, of the position it was issued for, and records the outcome. */
    Verified verify(ReportId id, At at, Actor actor, Context context) {
        var visible = sight.require(actor, Area.REPORTS);
        var row = issued.get(id, at, visible);
        var found =
                reports.make(
                                new ModelVersionId(row.subject().id()),
                                positions.parse(Long.toString(row.ledgerPosition())),
                                visible)
                        .data()
                        .digest();
        return new Verified(
                commands.send(new ReportCommand.Verify(id, found), actor, context),
                row.sha256(),
                found);
    }

    /**
     * An issued report as an evidence bundle: its data as they were issued, made again, with the
     * HTML and PDF of them, the event that issued it and the events it rests on.
     *
     * @throws CommandRefused {@code report.different} where it cannot be made again as it was
     */
    void bundle(ReportId id, Actor actor, HttpServletResponse response) throws IOException {
        var visible = sight.require(actor, Area.REPORTS);
        var row = issued.get(id, positions.now(), visible);
        actor.require(row.projectId(), Role.AUDITOR);
        var made =
                reports.make(
                        new ModelVersionId(row.subject().id()),
                        positions.parse(Long.toString(row.ledgerPosition())),
                        visible);
        if (!made.data().digest().equals(row.sha256())) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "report.different",
                                    "Made again, the report has the digest %s, and %s was issued: there are no data to put into a bundle. Verify it, and have the read models looked at."
                                            .formatted(made.data().digest(), row.sha256()))
                            .with("report", id.value()));
        }
        var anchor = anchor(covered(made));
        var files = new TreeMap<String, byte[]>();
        writing.acquireUninterruptibly();
        try {
            var document = reports.document(made, anchor, Palette.FIXED);
            for (var format : List.of(ReportFormat.JSON, ReportFormat.HTML, ReportFormat.PDF)) {
                files.put("report." + format.key(), ReportFile.write(document, format));
            }
        } finally {
            writing.release();
        }
        var timeline = made.content().timeline();
        bundles.report(
                id,
                row.projectId().value(),
                row.issuedPosition(),
                timeline.events().stream().map(BiasAndRisk.Moment::position).toList(),
                files,
                timeline.complete() ? null : "events after those that it lists",
                actor,
                response);
    }

    /** The first published checkpoint that covers a report's position; null while there is none. */
    Ledger.@Nullable Published covering(long position) {
        return ledger.firstCovering(position).orElse(null);
    }

    /** Where the event that issued it stands in the ledger. */
    Included included(IssuedReports.Row row) {
        var event = ledger.events(List.of(row.issuedPosition())).getFirst();
        return included.of(event.row().eventId(), event.position());
    }

    private Ledger.Published covered(Made made) {
        var position = made.content().position();
        return ledger.awaitCovering(position, COVERED_WITHIN)
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.conflict(
                                                "report.not-covered",
                                                "No signed checkpoint of the ledger covers position %d yet, and a report says which one does. Try again in a while, or ask for it as of an earlier position."
                                                        .formatted(position))
                                        .with("position", position)));
    }

    private static ReportDocument.Anchor anchor(Ledger.Published checkpoint) {
        return new ReportDocument.Anchor(
                checkpoint.origin(), checkpoint.size(), checkpoint.root().base64());
    }

    /** Of ids, whose letters are harmless in file names. */
    private static String name(Made made, ReportFormat format) {
        return "%s_%s_at-%d.%s"
                .formatted(
                        BiasAndRiskReport.NAME,
                        made.content().version().id().value().replace('@', '_'),
                        made.content().position(),
                        format.key());
    }
}
