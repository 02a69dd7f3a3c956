package io.countersign.governance.eventstore;

import io.countersign.governance.shared.PersonErased;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;

/**
 * All events in ledger order, for streaming processors. Dense, so a reader never has a gap to wait
 * for or to skip; woken by the sequencer, so it need not poll.
 */
public final class SequencedEvents implements StreamableMessageSource<TrackedEventMessage<?>> {
    private static final int ROUND = 1_000;

    private final EventStorageEngine engine;
    private final Sequencer sequencer;
    private final List<Erasure> erasures;
    private final Recent recent = new Recent();

    SequencedEvents(EventStorageEngine engine, Sequencer sequencer, List<Erasure> erasures) {
        this.engine = engine;
        this.sequencer = sequencer;
        this.erasures = List.copyOf(erasures);
    }

    @Override
    public BlockingStream<TrackedEventMessage<?>> openStream(@Nullable TrackingToken token) {
        return new Tail(token);
    }

    @Override
    public @Nullable TrackingToken createTailToken() {
        return null;
    }

    @Override
    public @Nullable TrackingToken createHeadToken() {
        return engine.createHeadToken();
    }

    /** The events after this token, or from the first, as far as there are; at most so many. */
    public List<? extends TrackedEventMessage<?>> read(@Nullable TrackingToken after, int most) {
        try (var events = engine.readEvents(after, false)) {
            return events.limit(most).toList();
        }
    }

    /**
     * The newest events, so that of the processors, which all read at about the same place, one
     * asks the database and parses and the others are given the same. Positions are dense and an
     * event at a position never changes, so what is kept can be short but not wrong.
     *
     * <p>Save for what a person wrote, which is kept in clear once somebody has read it: when an
     * event says that the person is erased, everything before it is let go, and whoever goes on
     * reads it anew, as erased.
     */
    private final class Recent {
        private final ArrayDeque<TrackedEventMessage<?>> kept = new ArrayDeque<>();
        private long letGo = -1;

        /** Up to {@link #ROUND} events after this token, in order. */
        List<TrackedEventMessage<?>> after(@Nullable TrackingToken token) {
            var size = token == null ? 0 : size(token);
            synchronized (this) {
                var newest = kept.isEmpty() ? size : size(kept.getLast().trackingToken());
                if (!kept.isEmpty()
                        && size < newest
                        && size >= size(kept.getFirst().trackingToken()) - 1) {
                    return kept.stream()
                            .filter(event -> size(event.trackingToken()) > size)
                            .limit(ROUND)
                            .toList();
                }
                if (size >= newest) {
                    var read = SequencedEvents.this.read(token, ROUND);
                    if (size > newest || erases(read)) {
                        kept.clear();
                    }
                    kept.addAll(read);
                    while (kept.size() > ROUND) {
                        kept.removeFirst();
                    }
                    return List.copyOf(read);
                }
            }
            // Far behind: it catches up without pushing out what the others read.
            return List.copyOf(SequencedEvents.this.read(token, ROUND));
        }

        /** The size of the ledger with the last erasure that was read; -1 before the first. */
        synchronized long letGo() {
            return letGo;
        }

        synchronized void clear() {
            kept.clear();
        }

        /** Whether somebody is erased in these; their keys are forgotten then. */
        private boolean erases(List<? extends TrackedEventMessage<?>> read) {
            var any = false;
            for (var event : read) {
                // asked before, since a payload is parsed when it is first taken
                if (PersonErased.class.isAssignableFrom(event.getPayloadType())
                        && event.getPayload() instanceof PersonErased erased) {
                    erasures.forEach(erasure -> erasure.erased(erased.person()));
                    letGo = size(event.trackingToken());
                    any = true;
                }
            }
            return any;
        }

        private static long size(@Nullable TrackingToken token) {
            return token == null ? 0 : token.position().orElseThrow();
        }
    }

    private final class Tail implements BlockingStream<TrackedEventMessage<?>> {
        private final ArrayDeque<TrackedEventMessage<?>> fetched = new ArrayDeque<>();
        private @Nullable TrackingToken token;
        private @Nullable TrackingToken taken;
        private long letGo = recent.letGo();
        private long seen = -2;
        private volatile Runnable callback = () -> {};
        private volatile boolean closed;

        Tail(@Nullable TrackingToken token) {
            this.token = token;
            this.taken = token;
            sequencer.onGrowth(this::notifyReader);
        }

        private void notifyReader() {
            if (!closed) {
                callback.run();
            }
        }

        @Override
        public Optional<TrackedEventMessage<?>> peek() {
            return hasNextAvailable(0, TimeUnit.MILLISECONDS)
                    ? Optional.of(fetched.peek())
                    : Optional.empty();
        }

        /** Does not wait: whoever reads is called back. */
        @Override
        public boolean hasNextAvailable(int timeout, TimeUnit unit) {
            if (letGo != recent.letGo()) {
                // fetched before somebody was erased, and perhaps read by others since
                letGo = recent.letGo();
                fetched.clear();
                token = taken;
                seen = -2;
            }
            if (fetched.isEmpty()) {
                var size = sequencer.size();
                if (size != seen) {
                    // One round of the engine's batch; more are fetched when these are read.
                    fetched.addAll(recent.after(token));
                    if (fetched.isEmpty()) {
                        seen = size;
                    } else {
                        token = fetched.peekLast().trackingToken();
                    }
                }
            }
            return !fetched.isEmpty();
        }

        @Override
        public TrackedEventMessage<?> nextAvailable() {
            if (!hasNextAvailable(0, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("read only what is available");
            }
            var next = fetched.remove();
            taken = next.trackingToken();
            return next;
        }

        @Override
        public boolean setOnAvailableCallback(Runnable onAvailable) {
            callback = onAvailable;
            return true;
        }

        @Override
        public void close() {
            closed = true;
            // whoever else reads asks anew; nothing stays behind where nobody does any more
            recent.clear();
        }
    }
}
