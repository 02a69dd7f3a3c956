package io.countersign.governance.waiver;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WaiverConfiguration {
    @Bean
    EventFamily waiverEvents() {
        return new EventFamily(WaiverEvent.class);
    }
}
