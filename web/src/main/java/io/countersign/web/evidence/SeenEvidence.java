package io.countersign.web.evidence;

import io.countersign.governance.evidence.Evidence;
import io.countersign.governance.evidence.EvidenceId;
import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.evidence.FileName;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Evidence as far as the one who asks may see it. */
@Component
class SeenEvidence {
    private final Evidence evidence;
    private final EvidenceStore store;

    SeenEvidence(Evidence evidence, EvidenceStore store) {
        this.evidence = evidence;
        this.store = store;
    }

    /**
     * @throws CommandRefused {@code evidence.unknown}, the same for one that is not there and one
     *     that may not be seen
     */
    Evidence.Row find(EvidenceId id, Actor actor, At at) {
        return evidence.find(id, at, actor.visibility())
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "evidence.unknown",
                                                "There is no evidence '"
                                                        + id
                                                        + "' that you may see. Check the name.")
                                        .with("subject", id.ref().toString())));
    }

    /** To be saved, never to be shown: a browser runs nothing of it. */
    ResponseEntity<Resource> download(EvidenceId id, Actor actor, At at) {
        var row = find(id, actor, at);
        if (row.deletedAt() != null) {
            throw new CommandRefused(
                    Refusal.notFound(
                            "evidence.deleted",
                            "The file '"
                                    + row.name()
                                    + "' was deleted when its retention had ended. Its SHA-256 is "
                                    + row.digest()
                                    + "."));
        }
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(row.size())
                .cacheControl(CacheControl.noStore())
                .header(HttpHeaders.CONTENT_DISPOSITION, FileName.attachment(row.name()))
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "sandbox; default-src 'none'")
                .header("Countersign-SHA-256", row.digest().hex())
                .body(new InputStreamResource(store.open(row.digest())));
    }
}
