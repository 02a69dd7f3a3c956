package io.countersign.governance.shared;

import java.time.Clock;
import java.time.Duration;
import org.axonframework.eventhandling.GenericEventMessage;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one clock. */
@Configuration(proxyBeanMethods = false)
public class ClockConfiguration {
    /**
     * Ticks in milliseconds, the precision Axon stores: a finer clock would make a live view differ
     * from the same one replayed.
     */
    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        var clock = machine();
        GenericEventMessage.clock = clock;
        return clock;
    }

    /** This machine's clock, in milliseconds, for commands that run without the application. */
    public static Clock machine() {
        return Clock.tick(Clock.systemUTC(), Duration.ofMillis(1));
    }
}
