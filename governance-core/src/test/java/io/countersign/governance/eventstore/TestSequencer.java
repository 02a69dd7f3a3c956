package io.countersign.governance.eventstore;

import javax.sql.DataSource;

/** A sequencer of a test's own, in turns or as a thread. */
public final class TestSequencer {
    private TestSequencer() {}

    public static Sequencer of(DataSource database) {
        return new Sequencer(database);
    }

    /** What it does when it takes the lead, once. */
    public static void turn(Sequencer sequencer) {
        sequencer.turn();
    }
}
