package io.countersign.governance.shared;

import java.util.Collection;
import java.util.List;

/** Something a person or the product asks for; it may be refused. */
public interface Command {
    /** The stream this command may write; it is locked until the command's transaction ends. */
    SubjectRef stream();

    /**
     * Other streams its decision is sure to rely on, as far as its own words tell: they are locked
     * and read together with its own, which saves asking for each. It may rely on more.
     */
    default Collection<SubjectRef> reliesOn() {
        return List.of();
    }

    /** Whether somebody to whom it was delegated may ask for it in another's place. */
    default boolean delegable() {
        return false;
    }

    /**
     * What another under the same Idempotency-Key must equal to be the same one: all of it but what
     * is made anew for each, such as a secret.
     */
    default Object repeatable() {
        return this;
    }
}
