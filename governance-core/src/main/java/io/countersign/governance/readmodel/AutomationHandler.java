package io.countersign.governance.readmodel;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.SubjectRef;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.jspecify.annotations.Nullable;

/** Runs an automation on a thread of its own, since a command needs a transaction of its own. */
record AutomationHandler(Automation automation) implements EventHandlerInvoker {
    /** What it passes over is not even read, and costs no transaction. */
    @Override
    public boolean canHandle(EventMessage<?> message, Segment segment) {
        return message.getPayloadType().getAnnotation(EventName.class) instanceof EventName name
                && automation.concerns(name.value());
    }

    @Override
    public void handle(EventMessage<?> message, Segment segment) throws Exception {
        if (message instanceof DomainEventMessage<?> event
                && message instanceof TrackedEventMessage<?> tracked
                && tracked.trackingToken() instanceof GapAwareTrackingToken token
                && event.getPayloadType().getAnnotation(EventName.class)
                        instanceof EventName name) {
            var recorded =
                    new Recorded(
                            token.getIndex() - 1,
                            event.getTimestamp(),
                            event.getIdentifier(),
                            SubjectRef.parse(event.getAggregateIdentifier()),
                            event.getSequenceNumber(),
                            name.value(),
                            event.getTimestamp(),
                            event.getPayload(),
                            event.getMetaData());
            var task = new FutureTask<@Nullable Void>(() -> automation.on(recorded), null);
            Thread.ofVirtual().name(automation.name()).start(task);
            try {
                task.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }
}
