package io.countersign.governance.ledger.heads;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Has the stream heads recorded every hour in which something happened, by one of the instances.
 */
@Component
public class StreamHeadsSchedule {
    static final Duration EVERY = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(StreamHeadsSchedule.class);
    private static final int MINUTES = 5;

    /** Among PostgreSQL's advisory locks of two numbers; the streams' have one. */
    private static final String KEY = "(1129270867, 2)";

    private final DataSource database;
    private final StreamHeads heads;
    private final Clock clock;

    StreamHeadsSchedule(DataSource database, StreamHeads heads, Clock clock) {
        this.database = database;
        this.heads = heads;
        this.clock = clock;
    }

    /** Records them where an hour has passed since the last time, unless another is at it. */
    @Scheduled(initialDelay = MINUTES, fixedDelay = MINUTES, timeUnit = TimeUnit.MINUTES)
    public void tick() {
        // A connection of its own: the command has its own transaction on another.
        var connection = DataSourceUtils.getConnection(database);
        try (var statement = connection.createStatement()) {
            if (!said(statement, "select pg_try_advisory_lock" + KEY)) {
                return;
            }
            try {
                var due = clock.instant().minus(EVERY);
                if (heads.newest().filter(newest -> newest.at().isAfter(due)).isEmpty()) {
                    heads.record();
                }
            } finally {
                said(statement, "select pg_advisory_unlock" + KEY);
            }
        } catch (SQLException e) {
            LOG.warn("The stream heads could not be recorded; tried again later", e);
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
