package io.countersign.governance.policy;

import io.countersign.governance.shared.Role;
import java.time.Duration;
import java.util.List;

/**
 * That a gate may be waived.
 *
 * @param by the roles of which one has to sign a waiver, at least one, in the policy's order
 * @param atMost how long after it is asked for a waiver may end
 */
public record Waivable(List<Role> by, Duration atMost) {
    public Waivable {
        by = List.copyOf(by);
    }
}
