package io.countersign.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.eventstore.WriterKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rows as the product appends them, many at a time and without the product: authentic, not read.
 */
public final class TestEvents {
    public static final String INSERT =
            """
            insert into event (event_identifier, type, aggregate_identifier, sequence_number,
                               time_stamp, payload_type, payload_revision, payload, meta_data,
                               salt, writer_key_id, writer_mac)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TestDatabase database;
    private final WriterKey key;
    private final Map<String, Long> next = new ConcurrentHashMap<>();

    public TestEvents(TestDatabase database) {
        this(database, new WriterKey("test-writer", new byte[32]));
    }

    public TestEvents(TestDatabase database, WriterKey key) {
        this.database = database;
        this.key = key;
    }

    public WriterKey key() {
        return key;
    }

    /** So many more events of a stream, in one transaction; their ids. */
    public List<String> append(String stream, int count) {
        try (var connection = database.app().getConnection()) {
            connection.setAutoCommit(false);
            var ids = append(connection, stream, count);
            connection.commit();
            connection.setAutoCommit(true);
            return ids;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same within a transaction of the caller's. A stream is for one caller at a time. */
    public List<String> append(Connection connection, String stream, int count)
            throws SQLException {
        var ids = new ArrayList<String>(count);
        try (var insert = connection.prepareStatement(INSERT)) {
            for (var i = 0; i < count; i++) {
                var written = written(stream, next.merge(stream, 1L, Long::sum) - 1);
                set(insert, written, key.id(), key.mac(written));
                insert.addBatch();
                ids.add(written.eventId());
            }
            insert.executeBatch();
        }
        return ids;
    }

    /** The stream has so many events again: what was appended last was rolled back. */
    public void rolledBack(String stream, int count) {
        next.merge(stream, (long) -count, Long::sum);
    }

    public static WriterKey.Written written(String stream, long sequence) {
        var id = UUID.randomUUID().toString();
        var salt = new byte[32];
        RANDOM.nextBytes(salt);
        return new WriterKey.Written(
                id,
                "project",
                "project:" + stream,
                sequence,
                java.time.format.DateTimeFormatter.ISO_INSTANT.format(
                        Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS)),
                "test.happened",
                null,
                ("{\"what\":\"" + "something with words ".repeat(15) + "\",\"id\":\"" + id + "\"}")
                        .getBytes(UTF_8),
                "{\"actor\":\"test\",\"channel\":\"API\",\"roles\":\"requester@*\"}"
                        .getBytes(UTF_8),
                salt);
    }

    public static void set(
            java.sql.PreparedStatement insert, WriterKey.Written written, String kid, byte[] mac)
            throws SQLException {
        insert.setString(1, written.eventId());
        insert.setString(2, written.type());
        insert.setString(3, written.stream());
        insert.setLong(4, written.sequenceNumber());
        insert.setString(5, written.time());
        insert.setString(6, written.payloadType());
        insert.setString(7, written.payloadRevision());
        insert.setBytes(8, written.payload());
        insert.setBytes(9, written.metadata());
        insert.setBytes(10, written.salt());
        insert.setString(11, kid);
        insert.setBytes(12, mac);
    }
}
