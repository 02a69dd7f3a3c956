package io.countersign.governance.place;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A place as its events have left it.
 *
 * @param registered null where there is no such place
 */
public record PlaceState(PlaceEvent.@Nullable Registered registered, boolean retired) {
    public static final PlaceState NONE = new PlaceState(null, false);

    public PlaceState evolve(PlaceEvent event, Instant at) {
        return switch (event) {
            case PlaceEvent.Registered e -> new PlaceState(e, false);
            case PlaceEvent.Retired _ -> new PlaceState(registered, true);
        };
    }
}
