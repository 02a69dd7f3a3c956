package io.countersign.web.place;

import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.place.Places;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.util.Arrays;
import org.springframework.stereotype.Component;

/** Places as far as the one who asks may see them. */
@Component
class SeenPlaces {
    private final Places places;

    SeenPlaces(Places places) {
        this.places = places;
    }

    /**
     * @throws CommandRefused {@code place.unknown}, the same for one that is not there and one that
     *     may not be seen
     */
    Places.PlaceRow find(PlaceId id, Actor actor, At at) {
        return places.find(id, at, actor.visibility())
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "place.unknown",
                                                "There is no application, service or pipeline '"
                                                        + id
                                                        + "' that you may see. Check the name, or"
                                                        + " register it first.")
                                        .with("subject", id.ref().toString())));
    }

    static PlaceKind kind(String word) {
        return Arrays.stream(PlaceKind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        CommandRefused.invalid(
                                "kind", word, "use application, service or pipeline"));
    }
}
