package io.countersign.web.start;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationCheck;
import io.countersign.governance.configuration.ConfigurationFiles;
import io.countersign.governance.eventstore.Commands;
import java.util.List;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the configuration files when commands can be sent and no request has been taken yet. */
@Configuration(proxyBeanMethods = false)
class Adoption {
    /** After everything of Axon, before the web server. */
    private static final int PHASE = 1_000_000;

    @Bean
    ConfigurationFiles configurationFiles(
            Settings settings, List<ConfigurationCheck> checks, AdoptedFiles adopted) {
        return new ConfigurationFiles(settings.configuration(), checks, adopted);
    }

    @Bean
    SmartLifecycle adoptingNewFiles(ConfigurationFiles files, Commands commands) {
        return new SmartLifecycle() {
            private volatile boolean done;

            @Override
            public void start() {
                files.adoptNew(commands);
                done = true;
            }

            @Override
            public void stop() {
                done = false;
            }

            @Override
            public boolean isRunning() {
                return done;
            }

            @Override
            public int getPhase() {
                return PHASE;
            }
        };
    }
}
