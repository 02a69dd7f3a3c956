package io.countersign.governance.model;

import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.util.Map;
import java.util.Optional;

/** What speaks for a model version besides itself; asked inside commands. */
@FunctionalInterface
public interface SignOffEvidence {
    /** The bias assessment completed last, or empty. */
    Optional<LatestAssessment> latestAssessment(ModelVersionId modelVersion);

    /**
     * @param artifact the version's digest when it was assessed
     * @param digest of everything the result is bound to, and the result
     * @param facts {@code id}, {@code verdict}, {@code ruleSet}, {@code failures} and, where one
     *     failed, {@code worst}
     */
    record LatestAssessment(
            SubjectRef subject,
            ModelVersionId modelVersion,
            Sha256 artifact,
            String verdict,
            Sha256 digest,
            Map<String, Object> facts) {}
}
