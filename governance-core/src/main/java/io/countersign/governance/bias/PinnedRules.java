package io.countersign.governance.bias;

import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.shared.Sha256;

/**
 * A rule set as it was when an assessment began; a later edit of the file changes nothing.
 *
 * @param sha256 of the file's bytes
 */
public record PinnedRules(Sha256 sha256, RuleSet rules) {}
