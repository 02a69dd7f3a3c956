package io.countersign.governance.ledger.heads;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class StreamHeadsConfiguration {
    @Bean
    EventFamily ledgerEvents() {
        return new EventFamily(LedgerEvent.class);
    }
}
