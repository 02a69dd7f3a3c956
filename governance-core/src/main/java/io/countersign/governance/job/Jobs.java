package io.countersign.governance.job;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The jobs of all nodes, in one table. Whoever waits for one reads it here; {@link JobWorkers} does
 * them.
 */
@Component
public class Jobs {
    static final int MOST_ATTEMPTS = 3;

    /** A node that has not been heard of for so long is taken for dead. */
    private static final String DEAD = "heartbeat_at < clock_timestamp() - interval '60 seconds'";

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;

    Jobs(JdbcClient jdbc, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** Queues a job, as part of the caller's transaction where there is one. */
    public UUID submit(
            String kind, UserId requestedBy, @Nullable ProjectId project, JsonNode parameters) {
        var id = UUID.randomUUID();
        jdbc.sql(
                        """
                        insert into job (id, kind, project_id, requested_by, parameters, state, created_at)
                        values (:id, :kind, :project, :by, cast(:parameters as jsonb), 'QUEUED', :now)
                        """)
                .param("id", id)
                .param("kind", kind)
                .param("project", project == null ? null : project.value())
                .param("by", requestedBy.value())
                .param("parameters", json.writeValueAsString(parameters))
                .param("now", now())
                .update();
        return id;
    }

    public Optional<Job> find(UUID id) {
        return jdbc.sql("select * from job where id = :id")
                .param("id", id)
                .query(this::row)
                .optional();
    }

    /** The newest of a kind, whoever asked for it. */
    public Optional<Job> newest(String kind) {
        return jdbc.sql("select * from job where kind = :kind order by created_at desc, id limit 1")
                .param("kind", kind)
                .query(this::row)
                .optional();
    }

    /**
     * The one of a kind that waits or runs. Where there is none, nobody else's transaction that
     * asks finds out before the caller's has ended: of those who ask at once, one queues one.
     */
    public Optional<Job> unfinished(String kind) {
        var unused =
                jdbc.sql("select pg_advisory_xact_lock(hashtextextended('job ' || :kind, 0))::text")
                        .param("kind", kind)
                        .query(String.class)
                        .list();
        return jdbc.sql(
                        """
                        select * from job where kind = :kind and state in ('QUEUED', 'RUNNING')
                        order by created_at, id limit 1
                        """)
                .param("kind", kind)
                .query(this::row)
                .optional();
    }

    /** The jobs a person asked for, newest first. */
    public List<Job> of(UserId person, int limit) {
        return jdbc.sql(
                        """
                        select * from job where requested_by = :by
                        order by created_at desc, id limit :limit
                        """)
                .param("by", person.value())
                .param("limit", limit)
                .query(this::row)
                .list();
    }

    /**
     * Calls a job off: at once where it waits, at its next step where it runs.
     *
     * @throws CommandRefused {@code job.unknown} where there is none, or it is another person's and
     *     the actor is no administrator; {@code job.ended} where it has ended
     */
    public void cancel(UUID id, Actor actor) {
        var job =
                find(id).filter(j ->
                                actor.isSystem()
                                        || j.requestedBy().equals(actor.id())
                                        || actor.rolesForAll().contains(Role.ADMINISTRATOR))
                        .orElseThrow(() ->
                                new CommandRefused(
                                        Refusal.notFound(
                                                        "job.unknown",
                                                        "There is no job "
                                                                + id
                                                                + " of yours. Look it up in"
                                                                + " the list of your jobs.")
                                                .with("job", id.toString())));
        int changed =
                jdbc.sql(
                                """
                                update job set cancel_requested = true,
                                    state = case state when 'QUEUED' then 'CANCELLED' else state end,
                                    ended_at = case state when 'QUEUED' then cast(:now as timestamptz) end
                                where id = :id and state in ('QUEUED', 'RUNNING')
                                """)
                        .param("now", now())
                        .param("id", id)
                        .update();
        if (changed == 0) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "job.ended",
                                    "The job "
                                            + id
                                            + " ("
                                            + job.kind()
                                            + ") has ended already; there is nothing to call off.")
                            .with("job", id.toString()));
        }
    }

    /** Ends what has been taken up too often. */
    void giveUp() {
        jdbc.sql(
                        """
                        update job set state = 'FAILED', ended_at = :now,
                            message = 'The server stopped ' || attempt || ' times while this ran; it was given up.'
                        where state = 'RUNNING' and attempt >= :most and
                        """
                                + DEAD)
                .param("now", now())
                .param("most", MOST_ATTEMPTS)
                .update();
    }

    /**
     * Takes up the oldest job that waits, or that a dead node left; no two callers get the same.
     * Liveness is by the database's clock, the one that all nodes share.
     */
    Optional<Job> claim(Collection<String> kinds) {
        return jdbc.sql(
                        """
                        update job set state = 'RUNNING', attempt = attempt + 1, done = 0,
                            started_at = coalesce(started_at, :now), heartbeat_at = clock_timestamp()
                        where id = (
                            select id from job
                            where kind in (:kinds) and (state = 'QUEUED'
                                or state = 'RUNNING' and attempt < :most and %s)
                            order by created_at limit 1
                            for update skip locked)
                        returning *
                        """
                                .formatted(DEAD))
                .param("now", now())
                .param("kinds", kinds)
                .param("most", MOST_ATTEMPTS)
                .query(this::row)
                .optional();
    }

    /**
     * Says that this node still lives; false where the job is no longer its own, or is called off.
     */
    boolean progress(Job job, long done, long total, String message) {
        return jdbc.sql(
                        """
                        update job set done = :done, total = nullif(:total, 0), message = :message,
                            heartbeat_at = clock_timestamp()
                        where id = :id and attempt = :attempt and state = 'RUNNING'
                        returning not cancel_requested
                        """)
                .param("done", done)
                .param("total", total)
                .param("message", message)
                .param("id", job.id())
                .param("attempt", job.attempt())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** Says that this node still lives, for handlers that are silent for long. */
    void heartbeat(Job job) {
        jdbc.sql(
                        """
                        update job set heartbeat_at = clock_timestamp()
                        where id = :id and attempt = :attempt and state = 'RUNNING'
                        """)
                .param("id", job.id())
                .param("attempt", job.attempt())
                .update();
    }

    /** The end of a job, unless another node has taken it up meanwhile. */
    void end(Job job, Job.State state, @Nullable String message, @Nullable JsonNode result) {
        jdbc.sql(
                        """
                        update job set state = :state, message = coalesce(:message, message),
                            result = cast(:result as jsonb), ended_at = :now
                        where id = :id and attempt = :attempt and state = 'RUNNING'
                        """)
                .param("state", state.name())
                .param("message", message)
                .param("result", result == null ? null : json.writeValueAsString(result))
                .param("now", now())
                .param("id", job.id())
                .param("attempt", job.attempt())
                .update();
    }

    /** A job that an orderly stop cut off waits again, and the attempt does not count. */
    void putBack(Job job) {
        jdbc.sql(
                        """
                        update job set state = 'QUEUED', attempt = attempt - 1
                        where id = :id and attempt = :attempt and state = 'RUNNING'
                        """)
                .param("id", job.id())
                .param("attempt", job.attempt())
                .update();
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    private Job row(ResultSet row, int number) throws SQLException {
        var project = row.getString("project_id");
        var result = row.getString("result");
        return new Job(
                row.getObject("id", UUID.class),
                row.getString("kind"),
                project == null ? null : new ProjectId(project),
                new UserId(row.getString("requested_by")),
                json.readTree(row.getString("parameters")),
                Job.State.valueOf(row.getString("state")),
                row.getLong("done"),
                row.getObject("total", Long.class),
                row.getString("message"),
                result == null ? null : json.readTree(result),
                row.getInt("attempt"),
                row.getTimestamp("created_at").toInstant(),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                row.getBoolean("cancel_requested"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }
}
