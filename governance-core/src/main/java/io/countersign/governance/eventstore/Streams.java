package io.countersign.governance.eventstore;

import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.stereotype.Component;

/**
 * What other streams say, for decisions that span them: read inside the command's own transaction
 * under a shared lock, so it still holds when the command commits.
 */
@Component
public class Streams {
    private final EventStore events;
    private final LockedStreams locked;

    Streams(EventStore events, LockedStreams locked) {
        this.events = events;
        this.locked = locked;
    }

    /** Steps a state over one event. */
    @FunctionalInterface
    public interface Evolve<S, E> {
        S apply(S state, E event, Instant at);
    }

    /**
     * The state of a stream now; {@code initial} where it has no events. Call it only inside a
     * command.
     */
    public <S, E> S read(SubjectRef stream, Class<E> family, S initial, Evolve<S, E> evolve) {
        locked.rely(List.of(stream));
        return peek(stream, family, initial, evolve);
    }

    /** The same without a lock: for showing, never for deciding. */
    public <S, E> S peek(SubjectRef stream, Class<E> family, S initial, Evolve<S, E> evolve) {
        var state = initial;
        var history = events.readEvents(stream.toString());
        while (history.hasNext()) {
            var event = history.next();
            state = evolve.apply(state, family.cast(event.getPayload()), event.getTimestamp());
        }
        return state;
    }
}
