package io.countersign.governance.risk;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RiskConfiguration {
    @Bean
    EventFamily riskEvents() {
        return new EventFamily(RiskEvent.class);
    }
}
