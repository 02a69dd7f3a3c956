package io.countersign.governance.people;

/** What a token may do for its person. None of them signs. */
public enum TokenScope {
    READ,
    /** Register, upload and ask for reviews. */
    REQUEST
}
