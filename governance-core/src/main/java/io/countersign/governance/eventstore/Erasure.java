package io.countersign.governance.eventstore;

import io.countersign.governance.shared.UserId;

/** Told of each person erased, on every node, before anything else reads of it there. */
@FunctionalInterface
public interface Erasure {
    /** Forgets the key of this person, if it is still remembered here. */
    void erased(UserId person);
}
