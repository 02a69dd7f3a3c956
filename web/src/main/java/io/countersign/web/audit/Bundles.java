package io.countersign.web.audit;

import io.countersign.governance.audit.AuditCommand;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.review.Review;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.reporting.bundle.EvidenceBundles;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Evidence bundles, for auditors of what is in them; each is put on record. */
@RestController
@RequestMapping("/api/v1/ledger")
@Tag(name = "Ledger")
class Bundles {
    private final EvidenceBundles bundles;
    private final AuditTrail trail;
    private final Commands commands;
    private final ReadPosition positions;
    private final Sight sight;

    Bundles(
            EvidenceBundles bundles,
            AuditTrail trail,
            Commands commands,
            ReadPosition positions,
            Sight sight) {
        this.bundles = bundles;
        this.trail = trail;
        this.commands = commands;
        this.positions = positions;
        this.sight = sight;
    }

    @GetMapping("/bundle")
    @Operation(
            summary = "All events of a subject and of its reviews, to be verified offline",
            description =
                    "An evidence bundle (zip): the events with their salts, inclusion proofs, the"
                            + " proof that there are no others, the signed checkpoint. For auditors"
                            + " of the subject's project; the export is recorded. The same subject"
                            + " gives the same bytes until it goes on.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = "application/zip", schema = @Schema(type = "string")))
    void subject(
            @Parameter(example = "model-version:credit.scorer@1.1") @RequestParam String subject,
            Actor actor,
            HttpServletResponse response)
            throws IOException {
        var ref = SubjectRef.parse(subject);
        // At the newest position, whatever ?at= says: a bundle has no past.
        var at = positions.now();
        var entry =
                trail
                        .newest(
                                AuditTrail.Filter.about(ref),
                                Long.MAX_VALUE,
                                1,
                                at,
                                sight.require(actor, Area.AUDIT_TRAIL))
                        .stream()
                        .findFirst()
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.notFound(
                                                "subject.unknown",
                                                "There is no event about '%s' that you may see. Give kind and id, such as model-version:credit.scorer@1.1."
                                                        .formatted(subject))));
        Proofs.requireAuditor(actor, entry.projectId());
        var file = Files.createTempFile("bundle", ".zip");
        try {
            try (var out = Files.newOutputStream(file)) {
                var unused =
                        bundles.subject(
                                List.of(ref, Review.stream(ref)), EvidenceBundles.EVERYTHING, out);
            }
            commands.send(
                    AuditCommand.RecordExport.of(
                            "bundle", Map.of("subject", ref.toString()), at.position()),
                    actor);
            response.setContentType("application/zip");
            response.setContentLengthLong(Files.size(file));
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            response.setHeader(
                    HttpHeaders.CONTENT_DISPOSITION,
                    ContentDisposition.attachment()
                            .filename(ref.toString().replaceAll("[^A-Za-z0-9._@-]", "-") + ".zip")
                            .build()
                            .toString());
            Files.copy(file, response.getOutputStream());
        } finally {
            Files.delete(file);
        }
    }
}
