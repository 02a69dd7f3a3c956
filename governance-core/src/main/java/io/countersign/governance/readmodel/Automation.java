package io.countersign.governance.readmodel;

/**
 * What the product does by itself when something has happened, such as raising a risk when an
 * assessment failed. Called at least once for each event in ledger order: what it does must be the
 * same done twice.
 */
public interface Automation {
    /** A sentence in one word, such as {@code when-an-assessment-fails-raise-a-risk}. */
    String name();

    /** Whether an event of this name can be of interest; others are passed over. */
    boolean concerns(String eventName);

    /** Sends commands; it may not write anything itself. */
    void on(Recorded event);
}
