package io.countersign.governance.people;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PeopleConfiguration {
    @Bean
    EventFamily personEvents() {
        return new EventFamily(PersonEvent.class);
    }
}
