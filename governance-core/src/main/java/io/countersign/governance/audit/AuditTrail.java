package io.countersign.governance.audit;

import io.countersign.governance.eventstore.EventSerializer;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Visibility;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the audit trail. */
@Component
public class AuditTrail {
    /**
     * A position's time is never before its event's, so an event of that time or later is at one of
     * these positions; they are found at once, and read in the order they are shown in.
     */
    private static final String NOT_BEFORE =
            """
             and position >= (select position from log_leaf where position_time >= :from
                               order by position_time, position limit 1)\
            """;

    /** An event has its position minutes after its time: no transaction may last any longer. */
    private static final String NOT_AFTER =
            """
             and position <= (select position from log_leaf
                               where position_time <= cast(:until as timestamptz) + interval '1 day'
                               order by position_time desc, position desc limit 1)\
            """;

    private final JdbcClient db;
    private final NamedParameterJdbcTemplate streaming;
    private final TransactionTemplate reading;
    private final ReadTables tables;
    private final EventSerializer serializer;
    private final JsonMapper json = JsonMapper.shared();

    AuditTrail(
            JdbcClient db,
            JdbcTemplate template,
            PlatformTransactionManager transactions,
            ReadTables tables,
            EventSerializer serializer) {
        this.db = db;
        this.tables = tables;
        this.serializer = serializer;
        var own = new JdbcTemplate(Objects.requireNonNull(template.getDataSource()));
        own.setFetchSize(1_000); // rows come as they are read, never all at once
        this.streaming = new NamedParameterJdbcTemplate(own);
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
    }

    /**
     * What to show. Every part left null says nothing.
     *
     * @param subject kind and id; an id alone is looked for in {@code text}
     * @param name an event's whole name, or its capability: {@code review}
     * @param text words that must all occur
     */
    public record Filter(
            @Nullable String project,
            @Nullable String actor,
            @Nullable SubjectRef subject,
            @Nullable String name,
            @Nullable String decision,
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable String text,
            @Nullable String correlation) {
        public static final Filter ALL =
                new Filter(null, null, null, null, null, null, null, null, null);

        public static Filter about(SubjectRef subject) {
            return new Filter(null, null, subject, null, null, null, null, null, null);
        }
    }

    /** Newest first, those before position {@code before}; at most {@code limit}. */
    public List<AuditEntry> newest(
            Filter filter, long before, int limit, At at, Visibility visible) {
        var parameters = parameters(filter, at, visible);
        parameters.put("before", before);
        parameters.put("limit", limit);
        return db.sql(
                        "select * from audit_entry"
                                + where(filter, visible)
                                + " and position < :before order by position desc limit :limit")
                .params(parameters)
                .query(tables.rows(AuditEntry.class))
                .list();
    }

    /** Oldest first, those after position {@code after}; at most {@code limit}. */
    public List<AuditEntry> oldest(
            Filter filter, long after, int limit, At at, Visibility visible) {
        var parameters = parameters(filter, at, visible);
        parameters.put("after", after);
        parameters.put("limit", limit);
        return db.sql(
                        "select * from audit_entry"
                                + where(filter, visible)
                                + " and position > :after order by position limit :limit")
                .params(parameters)
                .query(tables.rows(AuditEntry.class))
                .list();
    }

    /** All of them, oldest first, one at a time, however many there are. */
    public void each(Filter filter, At at, Visibility visible, Consumer<AuditEntry> consumer) {
        var rows = tables.rows(AuditEntry.class);
        reading.executeWithoutResult(_ ->
                streaming.query(
                        "select * from audit_entry" + where(filter, visible) + " order by position",
                        parameters(filter, at, visible),
                        row -> {
                            consumer.accept(Objects.requireNonNull(rows.mapRow(row, 0)));
                        }));
    }

    /**
     * The same with each event's payload as stored: JSON, sealed text still sealed, so that a copy
     * that leaves the product loses an erased person's words as the product does.
     */
    public void eachStored(
            Filter filter, At at, Visibility visible, BiConsumer<AuditEntry, String> consumer) {
        var rows = tables.rows(AuditEntry.class);
        reading.executeWithoutResult(_ ->
                streaming.query(
                        """
                        select a.*, (select e.payload::text from readable_event e
                                      where e.event_identifier = a.event_id) as payload
                          from audit_entry a\
                        """
                                + where(filter, visible)
                                + " order by position",
                        parameters(filter, at, visible),
                        row -> {
                            consumer.accept(
                                    Objects.requireNonNull(rows.mapRow(row, 0)),
                                    row.getString("payload"));
                        }));
    }

    /** How many the filter finds, counted up to {@code most}. */
    public int count(Filter filter, At at, Visibility visible, int most) {
        var parameters = parameters(filter, at, visible);
        parameters.put("limit", most);
        return db.sql(
                        "select count(*) from (select 1 from audit_entry"
                                + where(filter, visible)
                                + " limit :limit) found")
                .params(parameters)
                .query(Integer.class)
                .single();
    }

    /** The positions of what the filter finds, ascending; at most {@code most}. */
    public long[] positions(Filter filter, At at, Visibility visible, int most) {
        var parameters = parameters(filter, at, visible);
        parameters.put("limit", most);
        return db
                .sql(
                        "select position from audit_entry"
                                + where(filter, visible)
                                + " order by position limit :limit")
                .params(parameters)
                .query(Long.class)
                .list()
                .stream()
                .mapToLong(Long::longValue)
                .toArray();
    }

    /** Whether there is an event that may be seen at each of these positions. */
    public boolean seesAll(Collection<Long> positions, Visibility visible) {
        return db.sql(
                                """
                                select count(*) from audit_entry
                                 where position = any(:positions)
                                   and (:all or project_id = any(:projects))
                                """)
                        .param("positions", positions.toArray(Long[]::new))
                        .param("all", visible.all())
                        .param("projects", visible.projectKeys())
                        .query(Long.class)
                        .single()
                == Set.copyOf(positions).size();
    }

    public Optional<AuditEntry> find(String eventId, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from audit_entry
                         where event_id = :id and position <= :at
                           and (:all or project_id = any(:projects))
                        """)
                .param("id", eventId)
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(AuditEntry.class))
                .optional();
    }

    /** What an event led to, oldest first: at most 200. */
    public List<AuditEntry> effects(AuditEntry cause, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from audit_entry
                         where (causation = :id
                                or (correlation = :correlation and command = :command
                                    and position > :position))
                           and position <= :at
                           and (:all or project_id = any(:projects))
                         order by position limit 200
                        """)
                .param("id", cause.eventId())
                .param("correlation", cause.correlation())
                .param("command", cause.command())
                .param("position", cause.position())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(AuditEntry.class))
                .list();
    }

    /** An event's payload and metadata as stored, sealed text still sealed. */
    public record Stored(
            long position,
            Instant positionTime,
            String type,
            String revision,
            JsonNode payload,
            JsonNode metadata) {}

    public Optional<Stored> stored(AuditEntry entry) {
        return db.sql(
                        """
                        select position, position_time, payload_type, payload_revision,
                               payload::text, meta_data::text
                          from readable_event where event_identifier = ?
                        """)
                .param(entry.eventId())
                .query((row, _) ->
                        new Stored(
                                row.getLong(1),
                                row.getObject(2, OffsetDateTime.class).toInstant(),
                                row.getString(3),
                                row.getString(4),
                                json.readTree(row.getString(5)),
                                json.readTree(row.getString(6))))
                .optional();
    }

    /**
     * The event itself, sealed text opened; empty where it was stored by a version of the product
     * whose form of it is no longer known.
     */
    public Optional<Object> opened(Stored stored) {
        var type = serializer.events().get(stored.type());
        try {
            return type == null
                    ? Optional.empty()
                    : Optional.of(serializer.mapper().treeToValue(stored.payload(), type));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /**
     * The kinds of events there can be, for choosing one. Not those there are: that would tell what
     * happens in projects one may not see.
     */
    public List<String> names() {
        return serializer.events().keySet().stream().sorted().toList();
    }

    private static String where(Filter filter, Visibility visible) {
        var where = new StringBuilder(" where position <= :at");
        if (!visible.all()) {
            where.append(" and project_id = any(:projects)");
        }
        if (filter.project() != null) {
            where.append(" and project_id = :project");
        }
        if (filter.actor() != null) {
            where.append(" and actor = :actor");
        }
        if (filter.subject() != null) {
            where.append(" and subject_kind = :kind and subject_id = :id");
        }
        if (filter.name() != null) {
            where.append(
                    filter.name().contains(".")
                            ? " and name = :name"
                            : " and name >= :name || '.' and name < :name || '/'");
        }
        if (filter.decision() != null) {
            where.append(" and decision = :decision");
        }
        if (filter.from() != null) {
            where.append(" and at >= :from").append(NOT_BEFORE);
        }
        if (filter.until() != null) {
            where.append(" and at <= :until").append(NOT_AFTER);
        }
        if (filter.text() != null) {
            where.append(
                    """
                     and (search @@ plainto_tsquery('simple', :text)
                          or personal_search @@ plainto_tsquery('simple', :text)
                          or subject_id = :text)\
                    """);
        }
        if (filter.correlation() != null) {
            where.append(" and correlation = :correlation");
        }
        return where.toString();
    }

    private static Map<String, @Nullable Object> parameters(
            Filter filter, At at, Visibility visible) {
        var parameters = new HashMap<String, @Nullable Object>();
        parameters.put("at", at.position());
        parameters.put("projects", visible.projectKeys());
        parameters.put("project", filter.project());
        parameters.put("actor", filter.actor());
        var subject = filter.subject();
        parameters.put("kind", subject == null ? null : subject.kind().key());
        parameters.put("id", subject == null ? null : subject.id());
        parameters.put("name", filter.name());
        parameters.put("decision", filter.decision());
        parameters.put("from", filter.from() == null ? null : Timestamp.from(filter.from()));
        parameters.put("until", filter.until() == null ? null : Timestamp.from(filter.until()));
        parameters.put("text", filter.text());
        parameters.put("correlation", filter.correlation());
        return parameters;
    }
}
