package io.countersign.governance.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A sequencer of a test's own, in steps or as a thread. */
public final class TestSequencer {
    private TestSequencer() {}

    public static Sequencer of(DataSource database) {
        return new Sequencer(database);
    }

    /** What it does when it takes the lead and finds something, once. */
    public static int step(Sequencer sequencer, Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        var elsewhere = sequencer.elsewhere(connection);
        if (elsewhere != null) {
            throw new IllegalStateException(elsewhere);
        }
        return sequencer.batch(connection);
    }
}
