package io.countersign.governance.shared;

/** How a command came in. */
public enum Channel {
    /** A form on a page. */
    PAGE,
    /** The REST API, with the person's own credentials. */
    API,
    /** The REST API, with a token that acts for a person. */
    TOKEN,
    /** The product itself: a schedule, an automation, a job. */
    JOB,
    /** The command line on the host. */
    COMMAND_LINE
}
