package io.countersign.governance.shared;

/** Something a person or the product asks for; it may be refused. */
public interface Command {
    /** The stream this command may write; it is locked until the command's transaction ends. */
    SubjectRef stream();
}
