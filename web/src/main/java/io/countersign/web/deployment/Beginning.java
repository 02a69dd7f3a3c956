package io.countersign.web.deployment;

import io.countersign.governance.place.FirstEnvironments;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Makes sure there are environments to deploy to. */
@Component
class Beginning {
    private final FirstEnvironments environments;

    Beginning(FirstEnvironments environments) {
        this.environments = environments;
    }

    @EventListener(ApplicationReadyEvent.class)
    void ensureEnvironments() {
        environments.ensure();
    }
}
