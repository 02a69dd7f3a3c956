package io.countersign.governance.people;

/** How a person stands with this installation. */
public enum Standing {
    /** Known, with a one-time link to set a first password. */
    INVITED,
    ACTIVE,
    /** May not sign in and holds no role until reactivated. */
    DEACTIVATED,
    /** Name, address and own words are gone for ever; the pseudonym stays in history. */
    ERASED
}
