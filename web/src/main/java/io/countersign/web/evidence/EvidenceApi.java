package io.countersign.web.evidence;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.evidence.Evidence;
import io.countersign.governance.evidence.EvidenceCommand;
import io.countersign.governance.evidence.EvidenceId;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

@RestController
@RequestMapping("/api/v1/evidence")
@Tag(name = "Evidence", description = "Files attached to what they are evidence of")
class EvidenceApi {
    private final Evidence evidence;
    private final SeenEvidence seen;
    private final Uploads uploads;
    private final Commands commands;

    EvidenceApi(Evidence evidence, SeenEvidence seen, Uploads uploads, Commands commands) {
        this.evidence = evidence;
        this.seen = seen;
        this.uploads = uploads;
        this.commands = commands;
    }

    record Deletion(@NotNull String reason) {}

    /**
     * @param size in bytes
     */
    record File(
            EvidenceId id,
            ProjectId project,
            SubjectRef subject,
            Sha256 sha256,
            String name,
            String mediaType,
            long size,
            String note,
            Instant retainedUntil,
            Instant attachedAt,
            UserId attachedBy,
            @Nullable Instant deletedAt,
            @Nullable UserId deletedBy,
            @Nullable String deletedBecause) {
        static File of(Evidence.Row row) {
            return new File(
                    row.id(),
                    row.projectId(),
                    row.subject(),
                    row.digest(),
                    row.name(),
                    row.type().mediaType(),
                    row.size(),
                    row.note().text(),
                    row.retainedUntil(),
                    row.attachedAt(),
                    row.attachedBy(),
                    row.deletedAt(),
                    row.deletedBy(),
                    row.deletedBecause() == null ? null : row.deletedBecause().text());
        }
    }

    /**
     * @param next the value of {@code from} for the next page; null on the last
     */
    record Page(List<File> evidence, @Nullable String next) {}

    @GetMapping
    Page list(
            @RequestParam @Nullable String subject,
            @RequestParam @Nullable String from,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            Actor actor,
            At at) {
        var about = subject == null ? null : SubjectRef.parse(subject);
        var found =
                evidence.list(about, from, limit + 1, at, actor.visibility()).stream()
                        .map(File::of)
                        .toList();
        return found.size() > limit
                ? new Page(found.subList(0, limit), found.get(limit - 1).id().value())
                : new Page(found, null);
    }

    @GetMapping("/{evidence}")
    File show(@PathVariable("evidence") EvidenceId id, Actor actor, At at) {
        return File.of(seen.find(id, actor, at));
    }

    @GetMapping("/{evidence}/file")
    ResponseEntity<Resource> download(@PathVariable("evidence") EvidenceId id, Actor actor, At at) {
        return seen.download(id, actor, at);
    }

    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            summary = "Attach a file to a subject",
            description =
                    "subject as kind:id, such as dataset-version:credit.applications@1.0; keepUntil"
                            + " as a day, ten years where left out")
    ResponseEntity<Api.Accepted> attach(
            @RequestPart MultipartFile file,
            @RequestParam String subject,
            @RequestParam(defaultValue = "") String note,
            @RequestParam(defaultValue = "") String keepUntil,
            Actor actor,
            Context context) {
        var fields = new HashMap<String, String>();
        fields.put("subject", subject);
        fields.put("note", note);
        fields.put("keepUntil", keepUntil);
        var taken = uploads.take(file, fields, actor, context);
        return Api.accepted(taken.sent(), "/api/v1/evidence/" + taken.id());
    }

    @PostMapping("/{evidence}/deletion")
    ResponseEntity<Api.Accepted> delete(
            @PathVariable("evidence") EvidenceId id,
            @Valid @RequestBody Deletion body,
            Actor actor,
            Context context) {
        return Api.accepted(
                commands.send(new EvidenceCommand.Delete(id, body.reason()), actor, context),
                "/api/v1/evidence/" + id);
    }
}
