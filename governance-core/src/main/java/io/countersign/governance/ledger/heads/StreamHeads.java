package io.countersign.governance.ledger.heads;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.LedgerFault;
import io.countersign.governance.ledger.entry.LedgerEntry;
import io.countersign.governance.ledger.entry.StreamHead;
import io.countersign.governance.ledger.tlog.Frontier;
import io.countersign.governance.ledger.tlog.Hash;
import io.countersign.governance.ledger.tlog.InclusionProof;
import io.countersign.governance.ledger.tlog.Merkle;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records how far every stream has come, and proves it of single streams. A record is made from all
 * streams at once and says nothing of them but their number; one stream's head is proven with its
 * own last event and some hashes.
 */
@Component
public class StreamHeads {
    static final String EVENT = "ledger.stream-heads-recorded";

    private static final int FETCH = 2_000;

    /** Sorted by the bytes of the names, whatever the database sorts by. */
    private static final String HEADS =
            """
            select distinct on (e.aggregate_identifier collate "C")
                   e.aggregate_identifier, e.sequence_number, l.position, e.salt
              from log_leaf l join event e using (global_index)
             where l.position < ?
             order by e.aggregate_identifier collate "C", e.sequence_number desc, l.position desc
            """;

    private final DataSource database;
    private final JdbcClient db;
    private final Commands commands;
    private final Ledger ledger;
    private final JsonMapper json = JsonMapper.shared();

    StreamHeads(DataSource database, JdbcClient db, Commands commands, Ledger ledger) {
        this.database = database;
        this.db = db;
        this.commands = commands;
        this.ledger = ledger;
    }

    /**
     * Stream heads on record.
     *
     * @param position of the event that records them
     * @param at the time of that position
     * @param size of the ledger they were taken at: events before this position count
     */
    public record OnRecord(
            String eventId, long position, Instant at, long size, long streams, Hash root) {}

    /**
     * That a stream's event is its last one below the size of the heads.
     *
     * @param inclusion in the tree of the heads
     */
    public record Head(
            String stream, long lastSequence, long lastPosition, InclusionProof inclusion) {}

    /** The newest that the product recorded and the ledger's tree holds. */
    public Optional<OnRecord> newest() {
        return onRecord("l.position >= ? order by l.position desc limit 1", 0).stream().findFirst();
    }

    /**
     * Records the heads of all that is sequenced.
     *
     * @return empty where nothing has happened since the last time but records of heads
     */
    public Optional<String> record() {
        var newest = newest();
        if (!hasNews(newest.map(OnRecord::size).orElse(0L))) {
            return Optional.empty();
        }
        return Optional.ofNullable(record(size()));
    }

    /** Whether anything but records of heads is in the ledger from this position on. */
    boolean hasNews(long from) {
        return db.sql(
                        """
                        select exists (select 1 from log_leaf l join event e using (global_index)
                                        where l.position >= ? and e.payload_type <> ?)
                        """)
                .params(from, EVENT)
                .query(Boolean.class)
                .single();
    }

    /**
     * The first record of heads that covers every event these streams have now: the same for
     * whoever asks, until one of the streams goes on. Where there is none, one is made. It is in a
     * published checkpoint when this returns.
     *
     * @param longest to wait for that
     * @throws CommandRefused {@code ledger.no-events} where none of the streams has an event in the
     *     ledger, {@code ledger.not-published} where it took longer
     */
    public OnRecord covering(Collection<SubjectRef> streams, Duration longest) {
        var newest =
                db.sql(
                                """
                                select coalesce(max(l.position), -1)
                                  from event e join log_leaf l using (global_index)
                                 where e.aggregate_identifier = any (?)
                                """)
                        .param(names(streams))
                        .query(Long.class)
                        .single();
        if (newest < 0) {
            throw new CommandRefused(
                    Refusal.notFound(
                            "ledger.no-events",
                            "There is no event of %s in the ledger."
                                    .formatted(
                                            streams.stream()
                                                    .map(SubjectRef::toString)
                                                    .collect(Collectors.joining(" or ")))));
        }
        var until = System.nanoTime() + longest.toNanos();
        var found = firstCovering(newest);
        if (found.isEmpty()) {
            // Of those who ask at once, one records it, and all wait for that.
            var size = size();
            var recorded = record(size);
            var eventId = recorded == null ? eventOf(size) : recorded;
            if (ledger.await(eventId, longest).isEmpty()) {
                throw notPublished();
            }
            found = firstCovering(newest);
        }
        var heads = found.orElseThrow(StreamHeads::notPublished);
        var left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
        if (ledger.await(heads.eventId(), left).isEmpty()) {
            throw notPublished();
        }
        return heads;
    }

    /**
     * The heads of these streams, in the order of their names; those without an event below the
     * size are left out.
     *
     * @throws LedgerFault where the events do not lead to the root on record any more
     */
    public List<Head> heads(OnRecord heads, Collection<SubjectRef> streams) {
        var wanted = Arrays.stream(names(streams)).collect(Collectors.toSet());
        var tree = new HeadsTree();
        var found = new ArrayList<Head>();
        each(
                heads.size(),
                (stream, sequence, position, salt) -> {
                    if (wanted.contains(stream)) {
                        found.add(
                                new Head(
                                        stream,
                                        sequence,
                                        position,
                                        new InclusionProof(
                                                tree.size(), heads.streams(), List.of())));
                    }
                    tree.append(leaf(stream, sequence, position, salt));
                });
        if (tree.size() != heads.streams() || !tree.root().equals(heads.root())) {
            throw new LedgerFault(
                    LedgerFault.Kind.REWRITTEN,
                    "The stream heads at size %d are on record at position %d with the root %s of %d streams, but the events amount to %s of %d."
                            .formatted(
                                    heads.size(),
                                    heads.position(),
                                    heads.root().hex(),
                                    heads.streams(),
                                    tree.root().hex(),
                                    tree.size()));
        }
        return found.stream()
                .map(head ->
                        new Head(
                                head.stream(),
                                head.lastSequence(),
                                head.lastPosition(),
                                tree.inclusion((int) head.inclusion().index())))
                .toList();
    }

    /** The positions of these streams' events below a size, ascending. */
    public long[] positions(Collection<SubjectRef> streams, long below) {
        return db
                .sql(
                        """
                        select l.position from event e join log_leaf l using (global_index)
                         where e.aggregate_identifier = any (?) and l.position < ?
                         order by l.position
                        """)
                .params(names(streams), below)
                .query(Long.class)
                .list()
                .stream()
                .mapToLong(Long::longValue)
                .toArray();
    }

    private @Nullable String record(long size) {
        var growing = new Growing();
        each(size, growing);
        var frontier = growing.frontier;
        return commands.send(
                        new LedgerCommand.RecordStreamHeads(
                                size, frontier.size(), new Sha256(frontier.root().hex())),
                        Actor.system())
                .lastEventId();
    }

    /** The root of all heads, without keeping them. */
    private static final class Growing implements EachHead {
        private Frontier frontier = Frontier.EMPTY;

        @Override
        public void take(String stream, long sequence, long position, byte[] salt) {
            frontier = frontier.append(leaf(stream, sequence, position, salt));
        }
    }

    private static Hash leaf(String stream, long sequence, long position, byte[] salt) {
        return Merkle.leaf(
                StreamHead.entry(
                        LedgerEntry.derive(salt, LedgerEntry.Salt.HEAD),
                        stream,
                        sequence,
                        position));
    }

    private long size() {
        return db.sql("select size from log_state").query(Long.class).single();
    }

    private String eventOf(long size) {
        return db.sql("select event_identifier from event where aggregate_identifier = ?")
                .param(LedgerCommand.ref(size).toString())
                .query(String.class)
                .single();
    }

    private Optional<OnRecord> firstCovering(long position) {
        // Recorded after what they cover; those recorded later mostly cover it too.
        return onRecord("l.position > ? order by l.position", position).stream()
                .filter(heads -> heads.size() > position)
                .findFirst();
    }

    /** Only what the product wrote itself: a row somebody put in has no MAC of a writer. */
    private List<OnRecord> onRecord(String where, long position) {
        return db.sql(
                        """
                        select e.event_identifier, l.position, l.position_time, e.payload
                          from event e
                          join log_leaf l using (global_index)
                          join log_entry n on n.position = l.position
                           and n.epoch = (select max(epoch) from log_tree)
                         where e.payload_type = 'ledger.stream-heads-recorded' and n.mac_state = 0
                        """
                                + " and "
                                + where)
                .param(position)
                .query((row, _) -> {
                    var event =
                            json.readValue(row.getBytes(4), LedgerEvent.StreamHeadsRecorded.class);
                    return new OnRecord(
                            row.getString(1),
                            row.getLong(2),
                            row.getTimestamp(3).toInstant(),
                            event.size(),
                            event.streams(),
                            Hash.of(HexFormat.of().parseHex(event.root().hex())));
                })
                .list();
    }

    @FunctionalInterface
    private interface EachHead {
        void take(String stream, long sequence, long position, byte[] salt);
    }

    /** Through a cursor: there may be more streams than fit into memory as rows. */
    private void each(long size, EachHead each) {
        try (var connection = database.getConnection()) {
            var autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try (var query = connection.prepareStatement(HEADS)) {
                query.setFetchSize(FETCH);
                query.setLong(1, size);
                try (var row = query.executeQuery()) {
                    while (row.next()) {
                        each.take(
                                row.getString(1), row.getLong(2), row.getLong(3), row.getBytes(4));
                    }
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the streams' heads cannot be read", e);
        }
    }

    private static String[] names(Collection<SubjectRef> streams) {
        return streams.stream().map(SubjectRef::toString).toArray(String[]::new);
    }

    private static CommandRefused notPublished() {
        return new CommandRefused(
                Refusal.conflict(
                        "ledger.not-published",
                        "The ledger has not published a checkpoint with these events yet. Try again in a moment; if it stays so, look at the ledger's state."));
    }
}
