package io.countersign.governance.eventstore;

import io.countersign.governance.shared.SubjectRef;
import java.util.Collection;
import java.util.List;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** Reads other streams from any event store, without locks. */
public final class TestStreams {
    private TestStreams() {}

    public static Streams of(EventStore events) {
        return new Streams(events, new NoLocks());
    }

    private static final class NoLocks extends LockedStreams {
        NoLocks() {
            super(
                    new JdbcTemplate(new SimpleDriverDataSource()),
                    new EventSerializer(List.of(), List.of()));
        }

        @Override
        void rely(Collection<SubjectRef> streams) {}
    }
}
