package io.countersign.governance.eventstore;

import io.countersign.governance.shared.SubjectRef;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** Reads other streams from any event store, without locks. */
public final class TestStreams {
    private TestStreams() {}

    public static Streams of(EventStore events) {
        return new Streams(events, new NoLocks());
    }

    private static final class NoLocks extends StreamLocks {
        NoLocks() {
            super(JdbcClient.create(new SimpleDriverDataSource()));
        }

        @Override
        public void exclusive(SubjectRef stream) {}

        @Override
        public void shared(SubjectRef stream) {}
    }
}
