package io.countersign.governance.shared;

/** Something a person or the product asks for; it may be refused. */
public interface Command {
    /** The stream this command may write; it is locked until the command's transaction ends. */
    SubjectRef stream();

    /**
     * What another under the same Idempotency-Key must equal to be the same one: all of it but what
     * is made anew for each, such as a secret.
     */
    default Object repeatable() {
        return this;
    }
}
