package io.countersign.governance.report;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ReportConfiguration {
    @Bean
    EventFamily reportEvents() {
        return new EventFamily(ReportEvent.class);
    }
}
