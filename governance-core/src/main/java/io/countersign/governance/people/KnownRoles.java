package io.countersign.governance.people;

import io.countersign.governance.shared.Role;
import java.util.Set;

/** The roles this installation has. */
public interface KnownRoles {
    boolean contains(Role role);

    Set<Role> all();
}
