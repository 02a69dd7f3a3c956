package io.countersign.governance.people;

import io.countersign.governance.shared.Role;
import java.util.Set;

/** The eight roles, without a file to read them from. */
final class RolesOfTheProduct implements KnownRoles {
    private static final Set<Role> ALL =
            Set.of(
                    Role.REQUESTER,
                    Role.DATA_STEWARD,
                    Role.VALIDATOR,
                    Role.COMPLIANCE_OFFICER,
                    Role.RISK_OWNER,
                    Role.RELEASE_MANAGER,
                    Role.AUDITOR,
                    Role.ADMINISTRATOR);

    @Override
    public boolean contains(Role role) {
        return ALL.contains(role);
    }

    @Override
    public Set<Role> all() {
        return ALL;
    }
}
