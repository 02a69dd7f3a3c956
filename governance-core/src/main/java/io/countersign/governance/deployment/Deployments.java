package io.countersign.governance.deployment;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.PlaceKind;
import io.countersign.governance.policy.GateResult;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads deployments: as they were at a position, and as they are for a decision. */
@Component
public class Deployments {
    private final JdbcClient db;
    private final ReadTables tables;
    private final Streams streams;

    Deployments(JdbcClient db, ReadTables tables, Streams streams) {
        this.db = db;
        this.tables = tables;
        this.streams = streams;
    }

    /**
     * One deployment as shown.
     *
     * @param gateOpen the last answer on record; false before the first
     * @param gateAnsweredAt null before the first answer
     * @param changedBy who brought about the status, and {@code changedAt} when
     * @param reason for being suspended, rolled back or retired, else null
     */
    public record Row(
            DeploymentId id,
            ProjectId projectId,
            ModelVersionId modelVersion,
            EnvironmentId environment,
            boolean production,
            PlaceId place,
            PlaceKind placeKind,
            Sha256 artifactDigest,
            UserId requester,
            @Nullable PersonalText comment,
            DeploymentStatus status,
            boolean gateOpen,
            List<String> gateReasons,
            List<GateResult> gates,
            @Nullable Instant gateAnsweredAt,
            Instant requestedAt,
            Instant changedAt,
            UserId changedBy,
            @Nullable PersonalText reason) {
        Row gate(DeploymentEvent.GateChanged e, Instant at) {
            return new Row(
                    id,
                    projectId,
                    modelVersion,
                    environment,
                    production,
                    place,
                    placeKind,
                    artifactDigest,
                    requester,
                    comment,
                    status,
                    e.gate() == DeploymentEvent.GateChanged.Gate.OPEN,
                    e.reasons(),
                    e.gates(),
                    at,
                    requestedAt,
                    changedAt,
                    changedBy,
                    reason);
        }

        Row now(DeploymentStatus next, Instant at, UserId by, @Nullable PersonalText why) {
            return new Row(
                    id,
                    projectId,
                    modelVersion,
                    environment,
                    production,
                    place,
                    placeKind,
                    artifactDigest,
                    requester,
                    comment,
                    next,
                    gateOpen,
                    gateReasons,
                    gates,
                    gateAnsweredAt,
                    requestedAt,
                    at,
                    by,
                    why);
        }
    }

    /**
     * Which deployments to list; what is null does not narrow the list.
     *
     * @param after the last id of the page before
     */
    public record Filter(
            @Nullable ProjectId project,
            @Nullable ModelVersionId modelVersion,
            @Nullable EnvironmentId environment,
            @Nullable DeploymentStatus status,
            @Nullable DeploymentId after) {
        public static final Filter NONE = new Filter(null, null, null, null, null);
    }

    /**
     * How often the gate gave the same answer again.
     *
     * @param repeats since the answer last changed
     */
    public record Repeats(long repeats, Instant lastAt) {}

    public Optional<Row> find(DeploymentId id, At at, Visibility visible) {
        return tables.held("deployment", Row.class, at, visible)
                .where("id = :id", "id", id)
                .optional();
    }

    /** Newest first, at most {@code limit}. */
    public List<Row> list(Filter filter, int limit, At at, Visibility visible) {
        return tables.held("deployment", Row.class, at, visible)
                .whereGiven("project_id = :project", "project", filter.project())
                .whereGiven("model_version = :version", "version", filter.modelVersion())
                .whereGiven("environment = :environment", "environment", filter.environment())
                .whereGiven("status = :status", "status", filter.status())
                .whereGiven(
                        """
                        (requested_at, id) < (select a.requested_at, a.id from deployment a
                                               where a.id = :after order by a.valid_from limit 1)\
                        """,
                        "after",
                        filter.after())
                .list("requested_at desc, id desc", limit);
    }

    /** Of a deployment the caller has found visible; empty before the gate's first answer. */
    public Optional<Repeats> repeats(DeploymentId id) {
        return db.sql("select repeats, last_at from deployment_gate_repeat where deployment_id = ?")
                .param(id.value())
                .query((row, _) -> new Repeats(row.getLong(1), row.getTimestamp(2).toInstant()))
                .optional();
    }

    /** Those that have not ended, for asking their gates again; the system's own view. */
    public List<DeploymentId> current(@Nullable DeploymentId after, int limit, At at) {
        return db.sql(
                        """
                        select id from deployment
                         where id > :after and valid_from <= :at and valid_to > :at
                           and status not in ('ROLLED_BACK', 'RETIRED')
                         order by id limit :limit
                        """)
                .param("after", after == null ? "" : after.value())
                .param("at", at.position())
                .param("limit", limit)
                .query((row, _) -> new DeploymentId(row.getString(1)))
                .list();
    }

    /**
     * Those that have not ended and whose gates look at one of these: the deployment itself, its
     * model version, its model, its project, or a dataset version the model was trained on.
     */
    List<DeploymentId> concernedBy(Collection<SubjectRef> subjects) {
        return db.sql(
                        """
                        select id from deployment
                         where valid_to = 9223372036854775807
                           and status not in ('ROLLED_BACK', 'RETIRED')
                           and (id = any(:deployments)
                                or project_id = any(:projects)
                                or model_version = any(:versions)
                                or model_version = any(array(
                                       select id from model_version where model_id = any(:models)
                                       union
                                       select v.id from unnest(:datasets::text[]) d (id)
                                         join model_version v
                                           on v.training_datasets @> to_jsonb(d.id))))
                         order by id
                        """)
                .param("deployments", ids(subjects, SubjectKind.DEPLOYMENT))
                .param("projects", ids(subjects, SubjectKind.PROJECT))
                .param("versions", ids(subjects, SubjectKind.MODEL_VERSION))
                .param("models", ids(subjects, SubjectKind.MODEL))
                .param("datasets", ids(subjects, SubjectKind.DATASET_VERSION))
                .query((row, _) -> new DeploymentId(row.getString(1)))
                .list();
    }

    private static String[] ids(Collection<SubjectRef> subjects, SubjectKind kind) {
        return subjects.stream()
                .filter(subject -> subject.kind() == kind)
                .map(SubjectRef::id)
                .toArray(String[]::new);
    }

    /**
     * The deployment now, for a decision inside a command.
     *
     * @throws CommandRefused {@code deployment.unknown}
     */
    public DeploymentState read(DeploymentId id) {
        var state =
                streams.read(
                        id.ref(),
                        DeploymentEvent.class,
                        DeploymentState.NONE,
                        DeploymentState::evolve);
        if (state.requested() == null) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "deployment.unknown",
                                    "There is no deployment '" + id + "'. Check the id.")
                            .with("deployment", id.value()));
        }
        return state;
    }

    /** As its events have left it, for showing what a command just did: the gate's answer. */
    public DeploymentState peek(DeploymentId id) {
        return streams.peek(
                id.ref(), DeploymentEvent.class, DeploymentState.NONE, DeploymentState::evolve);
    }

    @Component
    static class DeploymentProjection implements Projection {
        private final TemporalTable<Row> deployments;

        DeploymentProjection(ReadTables tables) {
            deployments = tables.temporal("deployment", Row.class, "id");
        }

        @Override
        public void on(Recorded event) {
            if (!(event.payload() instanceof DeploymentEvent change)) {
                return;
            }
            switch (change) {
                case DeploymentEvent.Requested e ->
                        deployments.put(
                                event.position(),
                                new Row(
                                        e.id(),
                                        e.id().project(),
                                        e.modelVersion(),
                                        e.environment(),
                                        e.production(),
                                        e.place(),
                                        e.placeKind(),
                                        e.artifactDigest(),
                                        e.requester(),
                                        e.comment(),
                                        DeploymentStatus.REQUESTED,
                                        false,
                                        List.of(),
                                        List.of(),
                                        null,
                                        event.at(),
                                        event.at(),
                                        e.requester(),
                                        null));
                case DeploymentEvent.GateChanged e ->
                        deployments.change(
                                event.position(), row -> row.gate(e, event.at()), e.id());
                case DeploymentEvent.Activated e ->
                        now(event, e.id(), DeploymentStatus.ACTIVE, e.by(), null);
                case DeploymentEvent.Suspended e ->
                        now(event, e.id(), DeploymentStatus.SUSPENDED, e.by(), e.reason());
                case DeploymentEvent.Resumed e ->
                        now(event, e.id(), DeploymentStatus.ACTIVE, e.by(), null);
                case DeploymentEvent.RolledBack e ->
                        now(event, e.id(), DeploymentStatus.ROLLED_BACK, e.by(), e.reason());
                case DeploymentEvent.Retired e ->
                        now(event, e.id(), DeploymentStatus.RETIRED, e.by(), e.reason());
            }
        }

        private void now(
                Recorded event,
                DeploymentId id,
                DeploymentStatus next,
                UserId by,
                @Nullable PersonalText reason) {
            deployments.change(event.position(), row -> row.now(next, event.at(), by, reason), id);
        }
    }
}
