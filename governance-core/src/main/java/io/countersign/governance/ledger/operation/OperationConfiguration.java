package io.countersign.governance.ledger.operation;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OperationConfiguration {
    @Bean
    EventFamily ledgerOperations() {
        return new EventFamily(OperationEvent.class);
    }
}
