package io.countersign.governance.configuration;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ConfigurationConfiguration {
    @Bean
    EventFamily configurationEvents() {
        return new EventFamily(ConfigurationEvent.class);
    }
}
