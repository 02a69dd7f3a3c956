package io.countersign.governance.readmodel;

import io.countersign.governance.eventstore.SequencedEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Runs what reads the ledger in order: one processor for all read models (so that they are always
 * at one position together), and one for each automation. Each has one segment and is claimed by
 * one instance at a time.
 */
@Component
class Processors implements SmartLifecycle {
    private static final int READ_MODEL_BATCH = 500;
    private static final int AUTOMATION_BATCH = 100;

    private final ReadModels readModels;
    private final List<Automation> automations;
    private final SequencedEvents events;
    private final TokenStore tokens;
    private final TransactionManager transactions;
    private final List<PooledStreamingEventProcessor> running = new ArrayList<>();
    private final List<ScheduledExecutorService> executors = new ArrayList<>();

    Processors(
            ReadModels readModels,
            List<Automation> automations,
            SequencedEvents events,
            TokenStore tokens,
            TransactionManager transactions) {
        this.readModels = readModels;
        this.automations = automations;
        this.events = events;
        this.tokens = tokens;
        this.transactions = transactions;
    }

    @Override
    public void start() {
        start("read-models", readModels, READ_MODEL_BATCH);
        for (var automation : automations) {
            start(automation.name(), new AutomationHandler(automation), AUTOMATION_BATCH);
        }
    }

    private void start(String name, EventHandlerInvoker handler, int batch) {
        var coordinator = executor(name + "-coordinator");
        var worker = executor(name);
        var processor =
                PooledStreamingEventProcessor.builder()
                        .name(name)
                        .eventHandlerInvoker(handler)
                        .errorHandler(PropagatingErrorHandler.instance())
                        .messageSource(events)
                        .tokenStore(tokens)
                        .transactionManager(transactions)
                        .coordinatorExecutor(coordinator)
                        .workerExecutor(worker)
                        .initialSegmentCount(1)
                        .initialToken(source -> source.createTailToken())
                        // A node that was killed leaves its claim behind; see the token store.
                        .tokenClaimInterval(1_000)
                        .claimExtensionThreshold(1_000)
                        .batchSize(batch)
                        .build();
        processor.start();
        running.add(processor);
    }

    private ScheduledExecutorService executor(String name) {
        var made =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name(name).daemon().factory());
        executors.add(made);
        return made;
    }

    @Override
    public void stop() {
        running.forEach(PooledStreamingEventProcessor::shutDown);
        running.clear();
        executors.forEach(ScheduledExecutorService::shutdownNow);
        executors.clear();
    }

    @Override
    public boolean isRunning() {
        return !running.isEmpty();
    }

    /** After Axon's command handlers (the greatest integer less 3,072), which automations need. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE - 2_900;
    }
}
