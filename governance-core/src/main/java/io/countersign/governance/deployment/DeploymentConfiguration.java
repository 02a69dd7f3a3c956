package io.countersign.governance.deployment;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DeploymentConfiguration {
    @Bean
    EventFamily deploymentEvents() {
        return new EventFamily(DeploymentEvent.class);
    }
}
