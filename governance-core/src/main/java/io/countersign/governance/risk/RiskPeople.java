package io.countersign.governance.risk;

import io.countersign.governance.eventstore.Grants;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import org.springframework.stereotype.Component;

/** Whether somebody can be given a risk. */
@Component
class RiskPeople {
    private final Grants grants;

    RiskPeople(Grants grants) {
        this.grants = grants;
    }

    boolean holds(UserId person, Role role, ProjectId project) {
        return grants.of(person).stream()
                .anyMatch(grant ->
                        grant.role().equals(role)
                                && (grant.project() == null || grant.project().equals(project)));
    }
}
