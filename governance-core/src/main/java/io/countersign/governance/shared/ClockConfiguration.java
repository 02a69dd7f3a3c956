package io.countersign.governance.shared;

import java.time.Clock;
import java.time.Duration;
import org.axonframework.eventhandling.GenericEventMessage;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ClockConfiguration {
    /**
     * Ticks in milliseconds, the precision Axon stores: a finer clock would make a live view differ
     * from the same one replayed.
     */
    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        var clock = Clock.tick(Clock.systemUTC(), Duration.ofMillis(1));
        GenericEventMessage.clock = clock;
        return clock;
    }
}
