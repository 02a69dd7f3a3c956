package io.countersign.governance.project;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ProjectConfiguration {
    @Bean
    EventFamily projectEvents() {
        return new EventFamily(ProjectEvent.class);
    }
}
