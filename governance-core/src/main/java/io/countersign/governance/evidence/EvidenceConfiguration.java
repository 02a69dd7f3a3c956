package io.countersign.governance.evidence;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class EvidenceConfiguration {
    @Bean
    EventFamily evidenceEvents() {
        return new EventFamily(EvidenceEvent.class);
    }
}
