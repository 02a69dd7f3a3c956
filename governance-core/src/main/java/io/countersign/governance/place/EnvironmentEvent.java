package io.countersign.governance.place;

import io.countersign.governance.eventstore.EventName;

/** What has happened to an environment. */
public sealed interface EnvironmentEvent {
    @EventName("environment.registered")
    record Registered(EnvironmentId id, String name, boolean production)
            implements EnvironmentEvent {}
}
