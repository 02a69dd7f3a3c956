package io.countersign.governance.review;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ReviewConfiguration {
    @Bean
    EventFamily reviewEvents() {
        return new EventFamily(ReviewEvent.class);
    }
}
