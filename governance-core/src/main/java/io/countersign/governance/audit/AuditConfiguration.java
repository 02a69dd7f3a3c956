package io.countersign.governance.audit;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AuditConfiguration {
    @Bean
    EventFamily auditEvents() {
        return new EventFamily(AuditEvent.class);
    }
}
