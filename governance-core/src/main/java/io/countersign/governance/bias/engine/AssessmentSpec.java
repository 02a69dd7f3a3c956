package io.countersign.governance.bias.engine;

import io.countersign.governance.shared.Sha256;

/**
 * Everything an assessment depends on; the same specification gives the same result to the last
 * digit.
 *
 * @param file absolute path of the prediction log; where it lies, not part of the result
 * @param content the digest the file must have
 * @param rules a pinned copy
 * @param method {@link Assessment#METHOD} of the engine that is asked; another is refused
 */
public record AssessmentSpec(
        String file, Sha256 content, ColumnMapping mapping, RuleSet rules, String method) {
    public AssessmentSpec(String file, Sha256 content, ColumnMapping mapping, RuleSet rules) {
        this(file, content, mapping, rules, Assessment.METHOD);
    }
}
