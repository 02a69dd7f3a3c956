package io.countersign.governance.ledger.heads;

import io.countersign.governance.database.OneInstance;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private static final int KEY = 2;

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
        try {
            OneInstance.run(database, KEY, this::recordIfDue);
        } catch (SQLException e) {
            LOG.warn("The stream heads could not be recorded; tried again later", e);
        }
    }

    private void recordIfDue() {
        var due = clock.instant().minus(EVERY);
        if (heads.newest().filter(newest -> newest.at().isAfter(due)).isEmpty()) {
            heads.record();
        }
    }
}
