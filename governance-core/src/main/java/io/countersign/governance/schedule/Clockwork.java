package io.countersign.governance.schedule;

import io.countersign.governance.database.OneInstance;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.Reviews;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.SubjectRef;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Puts on record that a request or an approval is over, so that pages, gates and notices follow. No
 * decision waits for it: each compares with the time itself.
 */
@Component
public class Clockwork {
    private static final Logger LOG = LoggerFactory.getLogger(Clockwork.class);
    private static final int SECONDS = 30;

    private static final int KEY = 1;

    private final DataSource database;
    private final Reviews reviews;
    private final Commands commands;
    private final Clock clock;

    Clockwork(DataSource database, Reviews reviews, Commands commands, Clock clock) {
        this.database = database;
        this.reviews = reviews;
        this.commands = commands;
        this.clock = clock;
    }

    /** Does what is due, unless another instance is at it. */
    @Scheduled(initialDelay = SECONDS, fixedDelay = SECONDS, timeUnit = TimeUnit.SECONDS)
    public void tick() {
        try {
            OneInstance.run(
                    database, KEY, () -> reviews.over(clock.instant()).forEach(this::expire));
        } catch (SQLException e) {
            LOG.warn("What is over by the clock could not be looked up; tried again later", e);
        }
    }

    private void expire(SubjectRef subject) {
        try {
            commands.send(new ReviewCommand.Expire(Review.stream(subject)), Actor.system());
        } catch (CommandRefused refused) {
            LOG.info("{} is not over after all: {}", subject, refused.getMessage());
        }
    }
}
