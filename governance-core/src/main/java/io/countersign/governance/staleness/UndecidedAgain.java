package io.countersign.governance.staleness;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Asks again what could not be asked when an approval was to be reconsidered. */
@Component
public class UndecidedAgain {
    private static final Logger LOG = LoggerFactory.getLogger(UndecidedAgain.class);
    private static final int SECONDS = 60;

    private final StaleApprovals approvals;
    private final Commands commands;

    UndecidedAgain(StaleApprovals approvals, Commands commands) {
        this.approvals = approvals;
        this.commands = commands;
    }

    /** Several instances may do so at once: the same question is answered once. */
    @Scheduled(initialDelay = SECONDS, fixedDelay = SECONDS, timeUnit = TimeUnit.SECONDS)
    public void tick() {
        for (var row : approvals.undecided()) {
            LOG.warn("Whether {} still stands is not decided: {}", row.subject(), row.reason());
            for (var question : row.pending()) {
                try {
                    commands.send(
                            new ReviewCommand.Reconsider(
                                    Review.stream(row.subject()),
                                    question.cause(),
                                    question.change(),
                                    question.moved(),
                                    question.what()),
                            Actor.system(),
                            Commands.Context.causedBy(question.cause(), null));
                } catch (CommandRefused refused) {
                    LOG.warn("{} was not reconsidered: {}", row.subject(), refused.getMessage());
                }
            }
        }
    }
}
