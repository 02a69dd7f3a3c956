package io.countersign.governance.review;

/** What a signature says. */
public enum Verdict {
    APPROVE,
    /** Back to the requester for changes; ends the round. */
    RETURN,
    /** No; ends the round. */
    REJECT
}
