package io.countersign.web.report;

import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.report.IssuedReports;
import io.countersign.governance.report.ReportFormat;
import io.countersign.governance.report.ReportId;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Sha256;
import io.countersign.reporting.biasreport.ReportFile;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "Reports", description = "The bias and risk report, issued and verified")
class ReportApi {
    /** In the order in which they are taken where several will do. */
    private static final List<ReportFormat> FORMATS =
            List.of(ReportFormat.JSON, ReportFormat.HTML, ReportFormat.PDF, ReportFormat.CSV);

    private final ReportDesk desk;
    private final IssuedReports issued;
    private final ReadPosition positions;
    private final Sight sight;

    ReportApi(ReportDesk desk, IssuedReports issued, ReadPosition positions, Sight sight) {
        this.sight = sight;
        this.desk = desk;
        this.issued = issued;
        this.positions = positions;
    }

    /**
     * @param modelVersion as {@code credit.scorer@1.0}
     * @param at a ledger position or a time; the newest position where left out
     * @param format html, pdf, csv or json; pdf where left out
     */
    record Order(@NotNull String modelVersion, @Nullable String at, @Nullable String format) {}

    /**
     * @param position of the ledger that the report shows
     * @param sha256 of its canonical JSON
     */
    record Issued(String report, long position, Sha256 sha256, @Nullable String after) {}

    record Verification(
            String report, boolean equal, Sha256 issued, Sha256 found, @Nullable String after) {}

    /**
     * @param found digest when it was last made again, or null
     */
    record Listed(
            String report,
            String template,
            String subject,
            long position,
            Sha256 sha256,
            String format,
            Instant issuedAt,
            String issuedBy,
            int downloads,
            String verdict,
            @Nullable Instant verifiedAt,
            @Nullable Sha256 found) {
        static Listed of(IssuedReports.Row row) {
            return new Listed(
                    row.id().value(),
                    row.template(),
                    row.subject().toString(),
                    row.ledgerPosition(),
                    row.sha256(),
                    row.format().key(),
                    row.issuedAt(),
                    row.issuedBy().value(),
                    row.downloads(),
                    row.verdict(),
                    row.verifiedAt(),
                    row.found());
        }
    }

    /**
     * @param next the value of {@code before} for the next page; null on the last
     */
    record Page(List<Listed> reports, @Nullable Long next) {}

    @GetMapping("/models/{model}/versions/{version}/report")
    @Operation(summary = "The report as JSON, HTML, PDF or CSV, by ?format= or Accept")
    ResponseEntity<byte[]> report(
            @PathVariable ModelId model,
            @PathVariable String version,
            @RequestParam @Nullable String format,
            @RequestHeader(name = "Accept", defaultValue = "*/*") String accept,
            Actor actor,
            At at) {
        return desk.handOut(
                ModelVersionId.of(model, version),
                format == null ? accepted(accept) : ReportFormat.ofKey(format),
                at,
                actor);
    }

    @GetMapping("/models/{model}/versions/{version}/report.{format}")
    @Operation(summary = "The report in the format that the path ends with")
    ResponseEntity<byte[]> file(
            @PathVariable ModelId model,
            @PathVariable String version,
            @PathVariable String format,
            Actor actor,
            At at) {
        return desk.handOut(
                ModelVersionId.of(model, version), ReportFormat.ofKey(format), at, actor);
    }

    @PostMapping("/reports")
    @Operation(summary = "Issue a report: put its digest on record")
    ResponseEntity<Issued> issue(@Valid @RequestBody Order order, Actor actor, Context context) {
        var made =
                desk.make(
                        new ModelVersionId(order.modelVersion()),
                        order.at() == null ? positions.now() : positions.parse(order.at()),
                        actor);
        var format = order.format() == null ? ReportFormat.PDF : ReportFormat.ofKey(order.format());
        var sent = desk.issue(made, format, actor, context);
        var id = made.onRecord().id();
        return Api.answer(
                sent.lastEventId(),
                "/api/v1/reports/" + id,
                new Issued(
                        id.value(),
                        made.content().position(),
                        made.data().digest(),
                        sent.lastEventId()));
    }

    @GetMapping("/reports")
    Page list(
            @RequestParam @Nullable Long before,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            Actor actor,
            At at) {
        var found =
                issued.list(
                        before == null ? Long.MAX_VALUE : before,
                        limit + 1,
                        at,
                        sight.require(actor, Area.REPORTS));
        return found.size() > limit
                ? new Page(
                        found.subList(0, limit).stream().map(Listed::of).toList(),
                        found.get(limit - 1).issuedPosition())
                : new Page(found.stream().map(Listed::of).toList(), null);
    }

    @GetMapping("/reports/{report}")
    Listed show(@PathVariable ReportId report, Actor actor, At at) {
        return Listed.of(issued.get(report, at, sight.require(actor, Area.REPORTS)));
    }

    @GetMapping("/reports/{report}/bundle")
    @Operation(
            summary = "An issued report with the events it rests on, to be verified offline",
            description =
                    "An evidence bundle (zip): the report's data as they were issued, its HTML and"
                            + " PDF, the event that issued it and the events of its timeline with"
                            + " their salts and proofs. For auditors of its project; the export is"
                            + " recorded.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = "application/zip", schema = @Schema(type = "string")))
    void bundle(@PathVariable ReportId report, Actor actor, HttpServletResponse response)
            throws IOException {
        desk.bundle(report, actor, response);
    }

    @PostMapping("/reports/{report}/verification")
    @Operation(summary = "Make an issued report again and say whether it is still the same")
    ResponseEntity<Verification> verify(
            @PathVariable ReportId report, Actor actor, Context context) {
        var verified = desk.verify(report, positions.now(), actor, context);
        return Api.answer(
                verified.sent().lastEventId(),
                "/api/v1/reports/" + report,
                new Verification(
                        report.value(),
                        verified.issued().equals(verified.found()),
                        verified.issued(),
                        verified.found(),
                        verified.sent().lastEventId()));
    }

    private static ReportFormat accepted(String accept) {
        try {
            return MediaType.parseMediaTypes(accept).stream()
                    .sorted(Comparator.comparingDouble(MediaType::getQualityValue).reversed())
                    .flatMap(wanted ->
                            FORMATS.stream()
                                    .filter(format ->
                                            wanted.includes(
                                                    MediaType.parseMediaType(
                                                            ReportFile.mediaType(format)))))
                    .findFirst()
                    .orElseThrow(() -> unacceptable(accept));
        } catch (InvalidMediaTypeException e) {
            throw unacceptable(accept);
        }
    }

    private static CommandRefused unacceptable(String accept) {
        return CommandRefused.invalid(
                "Accept",
                accept,
                "ask for application/json, text/html, application/pdf or text/csv");
    }
}
