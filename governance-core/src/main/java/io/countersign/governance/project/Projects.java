package io.countersign.governance.project;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads projects: as they were at a position, and as they are for a decision. */
@Component
public class Projects {
    private final JdbcClient db;
    private final ReadTables tables;
    private final Streams streams;

    Projects(JdbcClient db, ReadTables tables, Streams streams) {
        this.db = db;
        this.tables = tables;
        this.streams = streams;
    }

    /**
     * One project as shown.
     *
     * @param riskTier the one in force
     */
    public record Row(
            ProjectId id,
            ProjectId projectId,
            String name,
            String businessProblem,
            String intendedPurpose,
            String ownerTeam,
            List<String> jurisdictions,
            RiskTier riskTier,
            TierOrigin tierOrigin,
            boolean retired,
            Instant registeredAt,
            String registeredBy) {
        private Row with(RiskTier tier, TierOrigin origin) {
            return new Row(
                    id,
                    projectId,
                    name,
                    businessProblem,
                    intendedPurpose,
                    ownerTeam,
                    jurisdictions,
                    tier,
                    origin,
                    retired,
                    registeredAt,
                    registeredBy);
        }
    }

    public Optional<Row> find(ProjectId id, At at, Visibility visible) {
        return tables.held("project", Row.class, at, visible)
                .where("id = :id", "id", id)
                .optional();
    }

    /** By id, those after {@code after} first; at most {@code limit}. */
    public List<Row> list(@Nullable String after, int limit, At at, Visibility visible) {
        return tables.held("project", Row.class, at, visible)
                .whereGiven("id > :after", "after", after)
                .list("id", limit);
    }

    /** How much a project holds. */
    public record Counts(
            int datasets, int models, int deployments, int openRisks, int places, int evidence) {}

    /** Of a project that the one who asks may see. */
    public Counts counts(ProjectId id, At at) {
        return db.sql(
                        """
                        with held (what) as (
                            select 'dataset' from dataset
                             where project_id = :id and valid_from <= :at and valid_to > :at
                            union all select 'model' from model
                             where project_id = :id and valid_from <= :at and valid_to > :at
                            union all select 'deployment' from deployment
                             where project_id = :id and valid_from <= :at and valid_to > :at
                            union all select 'risk' from risk
                             where project_id = :id and valid_from <= :at and valid_to > :at
                               and open
                            union all select 'place' from place
                             where project_id = :id and valid_from <= :at and valid_to > :at
                            union all select 'evidence' from evidence
                             where project_id = :id and valid_from <= :at and valid_to > :at)
                        select count(*) filter (where what = 'dataset'),
                               count(*) filter (where what = 'model'),
                               count(*) filter (where what = 'deployment'),
                               count(*) filter (where what = 'risk'),
                               count(*) filter (where what = 'place'),
                               count(*) filter (where what = 'evidence') from held
                        """)
                .param("id", id.value())
                .param("at", at.position())
                .query((row, _) ->
                        new Counts(
                                row.getInt(1),
                                row.getInt(2),
                                row.getInt(3),
                                row.getInt(4),
                                row.getInt(5),
                                row.getInt(6)))
                .single();
    }

    /**
     * The project now, for a decision inside a command.
     *
     * @throws CommandRefused {@code project.unknown} or {@code project.retired}
     */
    public ProjectState active(ProjectId id) {
        var project =
                streams.read(
                        ProjectCommand.ref(id),
                        ProjectEvent.class,
                        ProjectState.NONE,
                        ProjectState::evolve);
        if (project.id() == null) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "project.unknown",
                                    "There is no project '" + id + "'. Register it first.")
                            .with("project", id.value()));
        }
        if (project.retired()) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "project.retired",
                            "The project '" + id + "' is retired. Register a new one."));
        }
        return project;
    }

    @Component
    static class ProjectProjection implements Projection {
        private final TemporalTable<Row> projects;

        ProjectProjection(ReadTables tables) {
            projects = tables.temporal("project", Row.class, "id");
        }

        @Override
        public void on(Recorded event) {
            if (!(event.payload() instanceof ProjectEvent change)) {
                return;
            }
            switch (change) {
                case ProjectEvent.Registered e ->
                        projects.put(
                                event.position(),
                                new Row(
                                        e.id(),
                                        e.id(),
                                        e.name(),
                                        e.businessProblem(),
                                        e.intendedPurpose(),
                                        e.ownerTeam(),
                                        e.jurisdictions(),
                                        e.riskTier(),
                                        TierOrigin.DECLARED,
                                        false,
                                        event.at(),
                                        e.firstRequester().value()));
                case ProjectEvent.Amended e ->
                        projects.change(
                                event.position(),
                                row ->
                                        new Row(
                                                e.id(),
                                                e.id(),
                                                e.name(),
                                                e.businessProblem(),
                                                e.intendedPurpose(),
                                                e.ownerTeam(),
                                                e.jurisdictions(),
                                                row.tierOrigin() == TierOrigin.DECLARED
                                                        ? e.riskTier()
                                                        : row.riskTier(),
                                                row.tierOrigin(),
                                                row.retired(),
                                                row.registeredAt(),
                                                row.registeredBy()),
                                e.id());
                case ProjectEvent.IntakeAnswered e ->
                        projects.change(
                                event.position(),
                                row -> row.with(e.result().tier(), TierOrigin.DERIVED),
                                e.id());
                case ProjectEvent.TierOverridden e ->
                        projects.change(
                                event.position(),
                                row -> row.with(e.tier(), TierOrigin.OVERRIDDEN),
                                e.id());
                case ProjectEvent.TierOverrideRequested _,
                        ProjectEvent.TierOverrideRefused _,
                        ProjectEvent.TierOverrideEnded _ -> {}
                case ProjectEvent.Retired e ->
                        projects.change(
                                event.position(),
                                row ->
                                        new Row(
                                                row.id(),
                                                row.projectId(),
                                                row.name(),
                                                row.businessProblem(),
                                                row.intendedPurpose(),
                                                row.ownerTeam(),
                                                row.jurisdictions(),
                                                row.riskTier(),
                                                row.tierOrigin(),
                                                true,
                                                row.registeredAt(),
                                                row.registeredBy()),
                                e.id());
            }
        }
    }
}
