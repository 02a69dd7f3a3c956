package io.countersign.web.ledger;

import io.countersign.governance.ledger.Ledger;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Where an event stands in the ledger, for pages.
 *
 * @param size of the first published checkpoint with the event; null while there is none
 * @param root of that checkpoint, base64
 * @param at when that was published
 * @param proof path of the tlog-proof
 */
public record Included(
        String eventId,
        long position,
        @Nullable Long size,
        @Nullable String root,
        @Nullable Instant at,
        String proof) {
    /** Finds it. */
    @Component
    public static class Finder {
        private final Ledger ledger;

        Finder(Ledger ledger) {
            this.ledger = ledger;
        }

        /**
         * @param eventId of an event that may be seen
         * @param position of that event
         */
        public Included of(String eventId, long position) {
            Optional<Ledger.Published> covering = ledger.firstCovering(position);
            return new Included(
                    eventId,
                    position,
                    covering.map(Ledger.Published::size).orElse(null),
                    covering.map(found -> found.root().base64()).orElse(null),
                    covering.map(Ledger.Published::at).orElse(null),
                    "/api/v1/events/" + eventId + "/proof");
        }
    }
}
