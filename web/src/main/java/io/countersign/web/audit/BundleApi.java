package io.countersign.web.audit;

import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectRef;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Evidence bundles of subjects and of filters. */
@RestController
@RequestMapping("/api/v1")
class BundleApi {
    private final Bundles bundles;

    BundleApi(Bundles bundles) {
        this.bundles = bundles;
    }

    @GetMapping("/ledger/bundle")
    @Tag(name = "Ledger")
    @Operation(
            summary = "All events of a subject and of its reviews, to be verified offline",
            description =
                    "An evidence bundle (zip): the events with their salts, inclusion proofs, the"
                            + " proof that there are no others, the signed checkpoint. For auditors"
                            + " of the subject's project, and refused where not all of its events"
                            + " are theirs to see; the export is recorded. The same subject gives"
                            + " the same bytes until it goes on.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = "application/zip", schema = @Schema(type = "string")))
    void subject(
            @Parameter(example = "model-version:credit.scorer@1.1") @RequestParam String subject,
            Actor actor,
            HttpServletResponse response)
            throws IOException {
        bundles.subject(SubjectRef.parse(subject), actor, response);
    }

    @GetMapping("/events/bundle")
    @Tag(name = "Audit trail")
    @Operation(
            summary = "All events a filter finds, as an evidence bundle to be verified offline",
            description =
                    AuditApi.FILTER
                            + " An evidence bundle (zip) with proofs. It holds events of projects"
                            + " that you are an auditor of alone: selection.json says which, and the"
                            + " header Countersign-Bundle-Left-Out how many events you see that it"
                            + " does not hold. That it is all that the filter finds cannot be"
                            + " proven. 400 where it would hold more than"
                            + " countersign.ledger.bundle-events. The export is recorded.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = "application/zip", schema = @Schema(type = "string")))
    void filter(
            @Parameter(hidden = true) @RequestParam Map<String, String> filter,
            Actor actor,
            At at,
            HttpServletResponse response)
            throws IOException {
        bundles.filter(AuditQuery.of(filter), actor, at, response);
    }
}
