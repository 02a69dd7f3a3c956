package io.countersign.governance.eventstore;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.UserId;
import java.util.Set;

/** Which roles somebody holds at this moment; asked inside the command's transaction. */
@FunctionalInterface
public interface Grants {
    /** Empty for somebody unknown or deactivated. */
    Set<Actor.Grant> of(UserId person);
}
