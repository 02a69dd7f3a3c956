package io.countersign.bench;

import io.countersign.governance.audit.AuditEvent;
import io.countersign.governance.bias.AssessmentEvent;
import io.countersign.governance.configuration.ConfigurationEvent;
import io.countersign.governance.database.DatabaseAccess;
import io.countersign.governance.dataset.DatasetEvent;
import io.countersign.governance.deployment.DeploymentEvent;
import io.countersign.governance.eventstore.ActorMetadata;
import io.countersign.governance.eventstore.Correlation;
import io.countersign.governance.eventstore.EventFamily;
import io.countersign.governance.eventstore.EventSerializer;
import io.countersign.governance.eventstore.RefusalEvent;
import io.countersign.governance.eventstore.WriterKey;
import io.countersign.governance.evidence.EvidenceEvent;
import io.countersign.governance.keys.KeyFolder;
import io.countersign.governance.keys.PersonalKeyring;
import io.countersign.governance.keys.PersonalTextModule;
import io.countersign.governance.model.ModelEvent;
import io.countersign.governance.people.PersonEvent;
import io.countersign.governance.place.EnvironmentEvent;
import io.countersign.governance.place.PlaceEvent;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.report.ReportEvent;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.risk.RiskEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.axonframework.common.DateTimeUtils;
import org.axonframework.messaging.MetaData;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Puts histories into a database that nobody serves from, as the engine, the sequencer and the
 * decision indexes would have: every event with its salt and the writer's MAC, in its place in the
 * ledger. The read models are left for a rebuild, and everything that reads in ledger order is told
 * that it has read them all.
 */
public final class HistoryLoad {
    private static final int CHUNK = 10_000;
    private static final String COPY =
            "copy event (event_identifier, type, aggregate_identifier, sequence_number, time_stamp,"
                    + " payload_type, payload_revision, payload, meta_data, salt, writer_key_id,"
                    + " writer_mac) from stdin";

    private final DatabaseAccess access;
    private final WriterKey key;
    private final EventSerializer serializer;
    private final SplittableRandom salts;

    private HistoryLoad(DatabaseAccess access, KeyFolder keys, long seed) {
        this.access = access;
        this.key = keys.writer();
        this.salts = new SplittableRandom(seed);
        var keyring =
                new PersonalKeyring(
                        JdbcClient.create(access.ownerSource()), keys, Clock.systemUTC());
        this.serializer =
                new EventSerializer(
                        Stream.of(
                                        AssessmentEvent.class,
                                        AuditEvent.class,
                                        ConfigurationEvent.class,
                                        DatasetEvent.class,
                                        DeploymentEvent.class,
                                        EnvironmentEvent.class,
                                        EvidenceEvent.class,
                                        ModelEvent.class,
                                        PersonEvent.class,
                                        PlaceEvent.class,
                                        ProjectEvent.class,
                                        RefusalEvent.class,
                                        ReportEvent.class,
                                        ReviewEvent.class,
                                        RiskEvent.class)
                                .map(EventFamily::new)
                                .toList(),
                        List.of(new PersonalTextModule(keyring)));
    }

    /** Loads so many events; all committed when it returns. */
    public static void run(DatabaseAccess access, KeyFolder keys, long seed, long size) {
        var load = new HistoryLoad(access, keys, seed);
        var decisions = new Decisions();
        try (var owner = access.ownerSource().getConnection()) {
            owner.setAutoCommit(false);
            load.events(owner, new Histories(seed, size), decisions);
            decisions.copyTo(owner);
            sequence(owner);
            standAtTheEnd(owner);
            owner.commit();
            owner.setAutoCommit(true);
            try (var statement = owner.createStatement()) {
                statement.execute("vacuum analyze");
            }
        } catch (SQLException | IOException | ExecutionException e) {
            throw new IllegalStateException("loading histories: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while loading", e);
        }
    }

    private void events(Connection owner, Iterator<Happened> histories, Decisions decisions)
            throws SQLException, IOException, ExecutionException, InterruptedException {
        var copy = owner.unwrap(PGConnection.class).getCopyAPI();
        try (var threads = Executors.newFixedThreadPool(2)) {
            var written = new ArrayDeque<Future<byte[]>>();
            while (histories.hasNext() || !written.isEmpty()) {
                if (histories.hasNext() && written.size() < 4) {
                    var chunk = new ArrayList<Happened>();
                    while (histories.hasNext() && chunk.size() < CHUNK) {
                        var event = histories.next();
                        decisions.on(event);
                        chunk.add(event);
                    }
                    var random = salts.split();
                    written.add(threads.submit(() -> lines(chunk, random)));
                } else {
                    copy.copyIn(COPY, new java.io.ByteArrayInputStream(written.remove().get()));
                    owner.commit();
                }
            }
        }
    }

    private byte[] lines(List<Happened> events, SplittableRandom random) {
        var text = new StringBuilder(events.size() * 2_000);
        var hex = HexFormat.of();
        for (var event : events) {
            var payload = serializer.serialize(event.payload(), byte[].class);
            var metadata = new HashMap<String, Object>(ActorMetadata.of(event.actor()));
            metadata.put(Correlation.COMMAND, event.command());
            metadata.put(Correlation.CORRELATION, event.correlation());
            metadata.put(Correlation.CAUSATION, event.cause());
            var salt = new byte[32];
            random.nextBytes(salt);
            var written =
                    new WriterKey.Written(
                            event.id(),
                            type(event),
                            event.stream().toString(),
                            event.sequence(),
                            DateTimeUtils.formatInstant(event.at()),
                            payload.getType().getName(),
                            payload.getType().getRevision(),
                            payload.getData(),
                            serializer.serialize(MetaData.from(metadata), byte[].class).getData(),
                            salt);
            text.append(written.eventId()).append('\t');
            text.append(written.type()).append('\t');
            text.append(written.stream()).append('\t');
            text.append(written.sequenceNumber()).append('\t');
            text.append(written.time()).append('\t');
            text.append(written.payloadType()).append('\t');
            text.append(written.payloadRevision() == null ? "\\N" : written.payloadRevision());
            bytes(text, hex, written.payload());
            bytes(text, hex, written.metadata());
            bytes(text, hex, salt);
            text.append('\t').append(key.id());
            bytes(text, hex, key.mac(written));
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void bytes(StringBuilder text, HexFormat hex, byte[] value) {
        text.append("\t\\\\x");
        hex.formatHex(text, value);
    }

    /** The aggregate's name, which Axon stores beside the stream and nothing reads. */
    private static String type(Happened event) {
        return switch (event.stream().kind()) {
            case REVIEW -> "ReviewAggregate";
            case REFUSAL -> "Refusal";
            default -> event.payload().getClass().getEnclosingClass().getSimpleName();
        };
    }

    /** All at once what the sequencer does in batches. */
    private static void sequence(Connection owner) throws SQLException {
        try (var statement = owner.createStatement()) {
            statement.execute(
                    """
                    with state as (select * from log_state for update)
                    insert into log_leaf (position, global_index, position_time)
                    select s.size + row_number() over w - 1, e.global_index,
                           greatest(s.last_time, max(e.time_stamp::timestamptz) over w)
                      from event e, state s
                     where (e.tx_id, e.global_index) > (s.last_tx_id, s.last_global_index)
                    window w as (order by e.tx_id, e.global_index)
                    """);
            statement.execute(
                    """
                    update log_state s
                       set size = l.position + 1, last_tx_id = e.tx_id,
                           last_global_index = e.global_index, last_time = l.position_time
                      from log_leaf l join event e using (global_index)
                     where l.position = (select max(position) from log_leaf)
                    """);
        }
    }

    private static void standAtTheEnd(Connection owner) throws SQLException {
        try (var statement = owner.createStatement()) {
            statement.execute(
                    """
                    update read_model.progress
                       set position = s.size - 1, position_time = s.last_time from log_state s
                    """);
            statement.execute(
                    """
                    update token_entry
                       set token = convert_to(
                               jsonb_set(convert_from(token, 'UTF8')::jsonb, '{index}',
                                         to_jsonb(s.size))::text, 'UTF8')
                      from log_state s where token is not null
                    """);
        }
    }
}
