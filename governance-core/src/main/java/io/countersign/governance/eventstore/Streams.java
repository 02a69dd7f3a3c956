package io.countersign.governance.eventstore;

import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What other streams say, for decisions that span them: read inside the command's own transaction
 * under a shared lock, so it still holds when the command commits.
 */
@Component
public class Streams {
    private final EventStore events;
    private final LockedStreams locked;
    private final ThreadLocal<@Nullable Supposed> supposed = new ThreadLocal<>();

    private record Supposed(Map<SubjectRef, List<Object>> events, Instant at) {}

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

    /**
     * Answers a question as if these had happened besides, each in its stream: for showing what a
     * command would cause, never for deciding. Only on this thread, until it is answered.
     *
     * @param events by stream, in order; may be added to while the question is being answered
     * @param at when they would have happened
     */
    public <T> T supposing(Map<SubjectRef, List<Object>> events, Instant at, Supplier<T> question) {
        if (locked.inCommand()) {
            throw new IllegalStateException("a command supposes nothing");
        }
        supposed.set(new Supposed(events, at));
        try {
            return question.get();
        } finally {
            supposed.remove();
        }
    }

    /** The same without a lock: for showing, never for deciding. */
    public <S, E> S peek(SubjectRef stream, Class<E> family, S initial, Evolve<S, E> evolve) {
        var state = stored(stream, family, initial, evolve);
        var more = supposed.get();
        if (more != null && !locked.inCommand()) {
            for (var event : more.events().getOrDefault(stream, List.of())) {
                state = evolve.apply(state, family.cast(event), more.at());
            }
        }
        return state;
    }

    private <S, E> S stored(SubjectRef stream, Class<E> family, S initial, Evolve<S, E> evolve) {
        var state = initial;
        var history = events.readEvents(stream.toString());
        while (history.hasNext()) {
            var event = history.next();
            state = evolve.apply(state, family.cast(event.getPayload()), event.getTimestamp());
        }
        return state;
    }
}
