package io.countersign.governance.bias;

import io.countersign.governance.shared.CommandRefused;

/** The rule sets an installation has. */
@FunctionalInterface
public interface RuleSets {
    /**
     * @param name the file's name without {@code .yml}
     * @throws CommandRefused {@code bias.rules-unknown} or {@code bias.rules-invalid}
     */
    PinnedRules pinned(String name);
}
