package io.countersign.governance.review;

/** How a review, or one round of it, stands. */
public enum Status {
    /** Nothing has been asked for yet. */
    NONE,
    OPEN,
    APPROVED,
    RETURNED,
    REJECTED,
    WITHDRAWN,
    /** The time for signatures, or that of the approval, is over. */
    EXPIRED,
    REVOKED,
    /** A later round led to an approval in its place. */
    SUPERSEDED,
    /** Something the approval rests on has got worse. */
    STALE;

    /** Within a sentence. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
