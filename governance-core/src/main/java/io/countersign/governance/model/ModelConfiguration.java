package io.countersign.governance.model;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ModelConfiguration {
    @Bean
    EventFamily modelEvents() {
        return new EventFamily(ModelEvent.class);
    }
}
