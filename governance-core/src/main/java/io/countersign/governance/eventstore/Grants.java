package io.countersign.governance.eventstore;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Which roles somebody holds at this moment; asked inside the command's transaction. */
@FunctionalInterface
public interface Grants {
    /** Empty for somebody unknown or deactivated. */
    Set<Actor.Grant> of(UserId person);

    /**
     * In whose place this person may act at this time, with the roles that gives: those delegated,
     * as far as the other still holds them.
     */
    default List<Actor.StandIn> standIns(UserId person, Instant now) {
        return List.of();
    }
}
