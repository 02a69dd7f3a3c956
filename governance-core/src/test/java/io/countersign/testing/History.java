package io.countersign.testing;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.eventstore.TestStreams;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.jspecify.annotations.Nullable;

/** What other streams say in a test, and the readers that ask them; no database. */
public final class History {
    private final EventStore store =
            EmbeddedEventStore.builder().storageEngine(new InMemoryEventStorageEngine()).build();
    private final Map<SubjectRef, Integer> next = new HashMap<>();
    private final Map<Class<?>, Object> answers = new HashMap<>();

    /** With the project {@link People#PROJECT} of the highest tier. */
    public static History ofProject() {
        return new History()
                .add(
                        ProjectCommand.ref(People.PROJECT),
                        new ProjectEvent.Registered(
                                People.PROJECT,
                                "Credit",
                                "Too slow",
                                "Score applications",
                                "Lending",
                                List.of("EU"),
                                RiskTier.HIGH,
                                People.ENGINEER.id()));
    }

    /** More events of one stream, which happened at {@link People#NOW}. */
    public History add(SubjectRef stream, Object... events) {
        return addAt(People.NOW, stream, events);
    }

    public History addAt(Instant at, SubjectRef stream, Object... events) {
        for (var event : events) {
            store.publish(
                    new GenericDomainEventMessage<>(
                            stream.kind().key(),
                            stream.toString(),
                            next.merge(stream, 1, Integer::sum) - 1,
                            event,
                            MetaData.emptyInstance(),
                            UUID.randomUUID().toString(),
                            at));
        }
        return this;
    }

    /** What a reader is given where it asks for this type. */
    public <T> History answering(Class<T> question, T answer) {
        answers.put(question, answer);
        return this;
    }

    /** Makes what Spring would make, over this history; its queries do not work. */
    public <T> T make(Class<T> type) {
        try {
            var constructor = type.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return type.cast(
                    constructor.newInstance(
                            Arrays.stream(constructor.getParameterTypes())
                                    .map(this::given)
                                    .toArray()));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type.getName(), e);
        }
    }

    private @Nullable Object given(Class<?> type) {
        if (type == Streams.class) {
            return TestStreams.of(store);
        }
        if (answers.containsKey(type)) {
            return answers.get(type);
        }
        return type.getPackageName().startsWith("io.countersign")
                        && !type.isInterface()
                        && !type.getPackageName().endsWith("readmodel")
                ? make(type)
                : null;
    }
}
