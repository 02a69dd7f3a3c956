package io.countersign.governance.eventstore;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.correlation.CorrelationDataProvider;

/** Copies who acted, and why, from a command to every event it leads to. */
public final class Correlation implements CorrelationDataProvider {
    /** The command that stored the event; all events of one command share it. */
    public static final String COMMAND = "command";

    /** What all effects of one first cause share. */
    public static final String CORRELATION = "correlation";

    /** The event that made the product act, or else the command's own id. */
    public static final String CAUSATION = "causation";

    private static final List<String> COPIED =
            List.of(
                    ActorMetadata.ACTOR,
                    ActorMetadata.ON_BEHALF_OF,
                    ActorMetadata.CHANNEL,
                    ActorMetadata.FRESH_AT,
                    ActorMetadata.ROLES,
                    COMMAND,
                    CORRELATION,
                    CAUSATION);

    @Override
    public Map<String, ?> correlationDataFor(Message<?> message) {
        var data = new HashMap<String, Object>();
        for (var key : COPIED) {
            var value = message.getMetaData().get(key);
            if (value != null) {
                data.put(key, value);
            }
        }
        return data;
    }
}
