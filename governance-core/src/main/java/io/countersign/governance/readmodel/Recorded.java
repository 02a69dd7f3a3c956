package io.countersign.governance.readmodel;

import io.countersign.governance.eventstore.ActorMetadata;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.Map;

/**
 * An event as projections see it.
 *
 * @param position in the ledger, from 0, without gaps
 * @param positionTime the one time of that position, never before that of an earlier one
 * @param name as stored, such as {@code dataset.registered}
 * @param at when it was decided
 * @param payload the event record
 */
public record Recorded(
        long position,
        Instant positionTime,
        String eventId,
        SubjectRef stream,
        long sequence,
        String name,
        Instant at,
        Object payload,
        Map<String, ?> metadata) {
    public Actor actor() {
        return ActorMetadata.actor(metadata);
    }

    /** A metadata value, or the empty string where there is none. */
    public String metadata(String key) {
        return metadata.get(key) instanceof String value ? value : "";
    }
}
