package io.countersign.governance.waiver;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.policy.PolicyRef;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.review.Status;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads waivers: as they were at a position, and as they are for a decision. */
@Component
public class Waivers {
    /** One that ends within this is said to end soon. */
    public static final Duration SOON = Duration.ofDays(14);

    private static final String STATE =
            """
            case when r.approved_until > :now
                      and (r.condition_due is null or r.condition_due > :now) then 'IN_FORCE'
                 when r.subject is null or r.status = 'RETURNED'
                      or (r.status = 'OPEN' and r.due_at > :now) then 'OPEN'
                 else 'ENDED' end
            """;

    private final JdbcClient db;
    private final ReadTables tables;
    private final Streams streams;

    Waivers(JdbcClient db, ReadTables tables, Streams streams) {
        this.db = db;
        this.tables = tables;
        this.streams = streams;
    }

    /** How a waiver stands at a time. */
    public enum State {
        /** Not decided yet. */
        OPEN,
        IN_FORCE,
        /** Over, revoked, or never granted; its review says which. */
        ENDED;

        /** {@code in-force}, in addresses and in the API. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        /**
         * @throws CommandRefused where there is none of that name
         */
        public static State ofKey(String key) {
            return Arrays.stream(values())
                    .filter(state -> state.key().equals(key))
                    .findFirst()
                    .orElseThrow(() ->
                            CommandRefused.invalid(
                                    "state",
                                    key,
                                    "use "
                                            + Arrays.stream(values())
                                                    .map(State::key)
                                                    .collect(Collectors.joining(", "))));
        }
    }

    /** A waiver as it was asked for. */
    record Row(
            WaiverId id,
            ProjectId projectId,
            String gate,
            String sentence,
            SubjectRef subject,
            @Nullable String environment,
            String reason,
            String control,
            Instant until,
            List<String> by,
            PolicyRef policy,
            UserId requester,
            Instant askedAt) {}

    /**
     * A waiver and how it stands.
     *
     * @param by keys of the roles of which one has to sign it
     * @param policy that has the gate, as it was when the waiver was asked for
     * @param status of its review, as its events left it
     */
    public record Listed(
            WaiverId id,
            ProjectId projectId,
            String gate,
            String sentence,
            SubjectRef subject,
            @Nullable String environment,
            String reason,
            String control,
            Instant until,
            List<String> by,
            PolicyRef policy,
            UserId requester,
            Instant askedAt,
            State state,
            Status status) {
        /** In force, and ends within {@link #SOON} of that time. */
        public boolean soon(Instant now) {
            return state == State.IN_FORCE && !until.isAfter(now.plus(SOON));
        }
    }

    /** Which to list; what is null does not narrow the list. */
    public record Filter(
            @Nullable State state,
            @Nullable ProjectId project,
            @Nullable SubjectRef subject,
            @Nullable Instant endingBefore,
            @Nullable WaiverId id) {
        public static final Filter ALL = new Filter(null, null, null, null, null);

        /** In force for this subject. */
        public static Filter inForce(SubjectRef subject) {
            return new Filter(State.IN_FORCE, null, subject, null, null);
        }
    }

    /**
     * Inside a command: what was asked for.
     *
     * @throws CommandRefused {@code waiver.unknown}
     */
    WaiverEvent.Requested asked(WaiverId id) {
        return streams.read(id.ref(), WaiverEvent.class, Asked.NOTHING, Asked::and)
                .first()
                .orElseThrow(() -> WaiverRefusals.unknown(id));
    }

    /** What a waiver is for, outside of any decision. */
    public Optional<SubjectRef> subjectOf(WaiverId id) {
        return streams.peek(id.ref(), WaiverEvent.class, Asked.NOTHING, Asked::and)
                .first()
                .map(WaiverEvent.Requested::subject);
    }

    /**
     * The approval in force that a waiver let through, and so falls with it.
     *
     * @param subject that is approved
     * @param gate that the waiver let pass when it was
     */
    public record Resting(SubjectRef subject, int round, String gate) {
        /** Why it is stale, when the waiver has ended so: {@code revoked}. */
        public String reason(WaiverId waiver, String how) {
            return "the waiver " + waiver + " of the gate '" + gate + "' is " + how;
        }
    }

    /** What rests on a waiver, outside of any decision; empty where nothing in force does. */
    public Optional<Resting> restingOn(WaiverId id) {
        return subjectOf(id)
                .flatMap(subject -> {
                    var review =
                            streams.peek(
                                    Review.stream(subject),
                                    ReviewEvent.class,
                                    Review.NONE,
                                    Review::evolve);
                    var approval = review.approval();
                    return approval == null || approval.ending() != null
                            ? Optional.empty()
                            : review
                                    .rounds()
                                    .get(approval.round() - 1)
                                    .evaluation()
                                    .gates()
                                    .stream()
                                    .filter(gate ->
                                            gate.waiver().filter(id.value()::equals).isPresent())
                                    .map(gate ->
                                            new Resting(subject, approval.round(), gate.gate()))
                                    .findFirst();
                });
    }

    private record Asked(Optional<WaiverEvent.Requested> first) {
        static final Asked NOTHING = new Asked(Optional.empty());

        Asked and(WaiverEvent event, Instant at) {
            return switch (event) {
                case WaiverEvent.Requested asked -> new Asked(first.or(() -> Optional.of(asked)));
            };
        }
    }

    public Optional<Listed> find(WaiverId id, At at, Visibility visible) {
        return list(new Filter(null, null, null, null, id), null, 1, at, visible).stream()
                .findFirst();
    }

    /**
     * By id, those after {@code after} first.
     *
     * @param after the last id of the page before, or null
     */
    public List<Listed> list(
            Filter filter, @Nullable String after, int limit, At at, Visibility visible) {
        return db.sql(
                        "select * from (select w.*, coalesce(r.status, 'NONE') as status, "
                                + STATE
                                + """
                                 as state
                                  from waiver w
                                  left join review r on r.subject = 'waiver:' || w.id
                                       and r.valid_from <= :at and r.valid_to > :at
                                 where w.valid_from <= :at and w.valid_to > :at
                                   and (:all or w.project_id = any(:projects))
                                   and (:after::text is null or w.id > :after)
                                   and (:project::text is null or w.project_id = :project)
                                   and (:subject::text is null or w.subject = :subject)
                                   and (:id::text is null or w.id = :id)
                                   and (:before::timestamptz is null or w.until < :before)
                                ) found
                                 where (:state::text is null or state = :state)
                                 order by id limit :limit
                                """)
                .param("at", at.position())
                .param("now", Timestamp.from(at.time()))
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .param("after", after)
                .param("project", filter.project() == null ? null : filter.project().value())
                .param("subject", filter.subject() == null ? null : filter.subject().toString())
                .param(
                        "before",
                        filter.endingBefore() == null
                                ? null
                                : Timestamp.from(filter.endingBefore()))
                .param("id", filter.id() == null ? null : filter.id().value())
                .param("state", filter.state() == null ? null : filter.state().name())
                .param("limit", limit)
                .query(tables.rows(Listed.class))
                .list();
    }

    @Component
    static class WaiverProjection implements Projection {
        private final TemporalTable<Row> waivers;

        WaiverProjection(ReadTables tables) {
            waivers = tables.temporal("waiver", Row.class, "id");
        }

        @Override
        public void on(Recorded event) {
            if (event.payload() instanceof WaiverEvent.Requested e) {
                waivers.put(
                        event.position(),
                        new Row(
                                e.id(),
                                e.id().project(),
                                e.gate(),
                                e.sentence(),
                                e.subject(),
                                e.environment(),
                                e.reason(),
                                e.control(),
                                e.until(),
                                e.by().stream().map(Object::toString).toList(),
                                e.policy(),
                                e.requester(),
                                event.at()));
            }
        }
    }
}
