package io.countersign.governance.place;

import io.countersign.governance.eventstore.EventFamily;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PlaceConfiguration {
    @Bean
    EventFamily environmentEvents() {
        return new EventFamily(EnvironmentEvent.class);
    }

    @Bean
    EventFamily placeEvents() {
        return new EventFamily(PlaceEvent.class);
    }
}
