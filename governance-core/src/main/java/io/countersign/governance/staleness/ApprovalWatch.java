package io.countersign.governance.staleness;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Correlation;
import io.countersign.governance.readmodel.Automation;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.risk.OpenRisks;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/**
 * Has every approval that depends on what an event moved asked again whether it still stands. The
 * approvals decide for themselves, so an event that comes twice, or after a crash, does nothing
 * twice; and no deployment gate waits for it, since each looks at live facts.
 *
 * <p>In batches, each one transaction, by a few callers: thousands are done in seconds, and what
 * else is sent meanwhile waits no longer than for one batch.
 */
@Component
class ApprovalWatch implements Automation {
    /** Few enough that their locks are held for a moment only. */
    private static final int BATCH = 40;

    private static final int PAGE = 50 * BATCH;

    private static final int CALLERS = 3;

    private final ApprovalIndex index;
    private final OpenRisks risks;
    private final Commands commands;

    ApprovalWatch(ApprovalIndex index, OpenRisks risks, Commands commands) {
        this.index = index;
        this.risks = risks;
        this.commands = commands;
    }

    @Override
    public String name() {
        return "when-a-fact-gets-worse-ask-the-approvals";
    }

    @Override
    public boolean concerns(String eventName) {
        return Move.EVENTS.contains(eventName);
    }

    @Override
    public void on(Recorded event) {
        Move.of(event.payload(), risks)
                .filter(move -> !move.on().isEmpty())
                .ifPresent(move -> ask(move, event));
    }

    private void ask(Move move, Recorded event) {
        var correlation = event.metadata(Correlation.CORRELATION);
        var context = Commands.Context.causedBy(event.eventId(), correlation);
        var free = new Semaphore(CALLERS);
        var sent = new ArrayList<Future<?>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var after = "";
            List<ApprovalIndex.Dependent> page;
            do {
                page = index.dependents(move.on(), after, PAGE);
                var questions =
                        page.stream()
                                // What an approval itself has set in motion never ends it.
                                .filter(dependent -> !dependent.correlation().equals(correlation))
                                .map(dependent ->
                                        new ReviewCommand.Reconsider(
                                                Review.stream(dependent.approval()),
                                                event.eventId(),
                                                move.change(),
                                                move.moved(),
                                                move.what()))
                                .toList();
                for (var from = 0; from < questions.size(); from += BATCH) {
                    var batch = questions.subList(from, Math.min(from + BATCH, questions.size()));
                    free.acquireUninterruptibly();
                    sent.add(
                            callers.submit(() -> {
                                try {
                                    send(batch, context);
                                } finally {
                                    free.release();
                                }
                            }));
                }
                after = page.isEmpty() ? after : page.getLast().approval().toString();
            } while (page.size() == PAGE);
        }
        for (var batch : sent) {
            finished(batch);
        }
    }

    private void send(List<ReviewCommand.Reconsider> questions, Commands.Context context) {
        try {
            commands.sendTogether(questions, context);
        } catch (RuntimeException _) {
            // One of them stands in the way of the others: each for itself.
            RuntimeException first = null;
            for (var question : questions) {
                try {
                    commands.send(question, Actor.system(), context);
                } catch (CommandRefused _) {
                    // on record
                } catch (RuntimeException e) {
                    first = first == null ? e : first;
                }
            }
            if (first != null) {
                throw first;
            }
        }
    }

    /** An exception makes the processor come back to the event; what is done stays done. */
    private static void finished(Future<?> batch) {
        try {
            batch.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
