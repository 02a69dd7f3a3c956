package io.countersign.governance.dataset;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DatasetConfiguration {
    @Bean
    EventFamily datasetEvents() {
        return new EventFamily(DatasetEvent.class);
    }
}
