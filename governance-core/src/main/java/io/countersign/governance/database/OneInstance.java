package io.countersign.governance.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** Work that all instances are scheduled for, and one at a time does. */
public final class OneInstance {
    /** Among PostgreSQL's advisory locks of two numbers; the streams' have one. */
    private static final int KEYS = 1_129_270_867;

    private OneInstance() {}

    /**
     * Does it, unless another instance is at it.
     *
     * @param key of the work, its own
     * @param work has transactions on other connections: the one with the lock is kept apart
     */
    public static void run(DataSource database, int key, Runnable work) throws SQLException {
        Connection connection = DataSourceUtils.getConnection(database);
        try (var statement = connection.createStatement()) {
            var lock = "(%d, %d)".formatted(KEYS, key);
            if (said(statement, "select pg_try_advisory_lock" + lock)) {
                try {
                    work.run();
                } finally {
                    said(statement, "select pg_advisory_unlock" + lock);
                }
            }
        } finally {
            DataSourceUtils.releaseConnection(connection, database);
        }
    }

    private static boolean said(Statement statement, String question) throws SQLException {
        try (var answer = statement.executeQuery(question)) {
            return answer.next() && answer.getBoolean(1);
        }
    }
}
