package io.countersign.governance.place;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.PersonalText;

/** What has happened to an application, service or pipeline. */
public sealed interface PlaceEvent {
    PlaceId id();

    @EventName("place.registered")
    record Registered(PlaceId id, PlaceKind kind, String name, String ownerTeam)
            implements PlaceEvent {}

    @EventName("place.retired")
    record Retired(PlaceId id, PersonalText reason) implements PlaceEvent {}
}
