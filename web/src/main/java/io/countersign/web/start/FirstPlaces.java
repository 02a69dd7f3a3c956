package io.countersign.web.start;

import io.countersign.governance.evidence.EvidenceStore;
import io.countersign.governance.place.FirstEnvironments;
import java.time.Clock;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every installation begins with: an evidence folder, and the three environments. */
@Configuration(proxyBeanMethods = false)
class FirstPlaces {
    @Bean
    EvidenceStore evidenceStore(Settings settings, Clock clock) {
        return new EvidenceStore(settings.home().resolve("evidence"), clock);
    }

    @Bean
    SmartLifecycle registeringFirstEnvironments(FirstEnvironments environments) {
        return new SmartLifecycle() {
            private volatile boolean done;

            @Override
            public void start() {
                environments.ensure();
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

            /** After configuration is adopted, before the web server. */
            @Override
            public int getPhase() {
                return Integer.MAX_VALUE - 2_500;
            }
        };
    }
}
