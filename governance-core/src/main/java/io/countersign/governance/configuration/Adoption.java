package io.countersign.governance.configuration;

import io.countersign.governance.eventstore.Commands;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Reads every configuration file at the start, and puts those in force that never were: after the
 * command handlers are there, before anybody is served. A file that cannot be used stops the start.
 */
@Component
class Adoption implements SmartLifecycle {
    private final ConfigurationFiles files;
    private final Commands commands;
    private volatile boolean running;

    Adoption(ConfigurationFiles files, Commands commands) {
        this.files = files;
        this.commands = commands;
    }

    @Override
    public void start() {
        files.adoptNew(commands);
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Axon's handlers are there at the greatest integer less 3,072, the web server less 2,048. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE - 2_560;
    }
}
