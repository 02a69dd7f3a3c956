package io.countersign.governance.eventstore;

import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Locks on streams, held until the command's transaction ends: exclusive on what is written, shared
 * on what a decision relies on, so that of a revocation and an approval that meet, one waits and
 * then sees the other. The one written is locked first, then what is read; should two commands ever
 * wait for each other, PostgreSQL ends one and it is tried again.
 */
@Component
public class StreamLocks {
    private final JdbcClient db;

    StreamLocks(JdbcClient db) {
        this.db = db;
    }

    /** Beyond the stream a command writes: for what several streams decide together. */
    public void exclusive(SubjectRef stream) {
        db.sql("select 1 from pg_advisory_xact_lock(?)").param(key(stream)).query().listOfRows();
    }

    /** On what a decision relies on besides. */
    public void shared(SubjectRef stream) {
        db.sql("select 1 from pg_advisory_xact_lock_shared(?)")
                .param(key(stream))
                .query()
                .listOfRows();
    }

    static long key(SubjectRef stream) {
        var digest = Sha256.newDigest().digest(stream.toString().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).getLong();
    }
}
