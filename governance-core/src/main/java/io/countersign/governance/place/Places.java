package io.countersign.governance.place;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.Actor;
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

/** Reads environments and places: as they were at a position, and as they are for a decision. */
@Component
public class Places {
    private final JdbcClient db;
    private final ReadTables tables;
    private final Streams streams;

    Places(JdbcClient db, ReadTables tables, Streams streams) {
        this.db = db;
        this.tables = tables;
        this.streams = streams;
    }

    /** One environment as shown; everybody who may see anything sees it. */
    public record EnvironmentRow(
            EnvironmentId id, String name, boolean production, Instant registeredAt) {}

    /** One place as shown. */
    public record PlaceRow(
            PlaceId id,
            ProjectId projectId,
            PlaceKind kind,
            String name,
            String ownerTeam,
            boolean retired,
            Instant registeredAt,
            String registeredBy) {}

    /** All of them, by key; at most 200. */
    public List<EnvironmentRow> environments(At at) {
        return db.sql(
                        """
                        select * from environment
                         where valid_from <= :at and valid_to > :at
                         order by id limit 200
                        """)
                .param("at", at.position())
                .query(tables.rows(EnvironmentRow.class))
                .list();
    }

    public Optional<PlaceRow> find(PlaceId id, At at, Visibility visible) {
        return tables.held("place", PlaceRow.class, at, visible)
                .where("id = :id", "id", id)
                .optional();
    }

    /** By id, those after {@code after} first; of one project, or of all one may see. */
    public List<PlaceRow> list(
            @Nullable ProjectId project,
            @Nullable String after,
            int limit,
            At at,
            Visibility visible) {
        return tables.held("place", PlaceRow.class, at, visible)
                .whereGiven("id > :after", "after", after)
                .whereGiven("project_id = :project", "project", project)
                .list("id", limit);
    }

    /**
     * The environment now, for a decision inside a command.
     *
     * @throws CommandRefused {@code environment.unknown}
     */
    public EnvironmentEvent.Registered environment(EnvironmentId id) {
        return streams.read(
                        id.ref(),
                        EnvironmentEvent.class,
                        Optional.<EnvironmentEvent.Registered>empty(),
                        Places::registered)
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "environment.unknown",
                                                "There is no environment '"
                                                        + id
                                                        + "'. Check the name, or ask an"
                                                        + " administrator to register it.")
                                        .with("field", "environment")
                                        .with("environment", id.value())));
    }

    /**
     * A place that exists, is not retired and that the actor may see, for a decision inside a
     * command.
     *
     * @throws CommandRefused {@code place.unknown} or {@code place.retired}
     */
    public PlaceEvent.Registered place(PlaceId id, Actor actor) {
        var state = streams.read(id.ref(), PlaceEvent.class, PlaceState.NONE, PlaceState::evolve);
        var registered = state.registered();
        if (registered == null
                || !(actor.isSystem() || actor.visibility().includes(id.project()))) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "place.unknown",
                                    "There is no application, service or pipeline '"
                                            + id
                                            + "' that you may see. Check the name, or register it"
                                            + " first.")
                            .with("field", "place")
                            .with("place", id.value()));
        }
        requireActive(state, id);
        return registered;
    }

    boolean isRegistered(EnvironmentId id) {
        return streams.peek(
                        id.ref(),
                        EnvironmentEvent.class,
                        Optional.<EnvironmentEvent.Registered>empty(),
                        Places::registered)
                .isPresent();
    }

    static void requireActive(PlaceState state, PlaceId id) {
        if (state.retired()) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "place.retired",
                                    "The place '" + id + "' is retired. Register a new one.")
                            .with("field", "place"));
        }
    }

    private static Optional<EnvironmentEvent.Registered> registered(
            Optional<EnvironmentEvent.Registered> before, EnvironmentEvent event, Instant at) {
        return switch (event) {
            case EnvironmentEvent.Registered e -> Optional.of(e);
        };
    }

    @Component
    static class PlaceProjection implements Projection {
        private final TemporalTable<EnvironmentRow> environments;
        private final TemporalTable<PlaceRow> places;

        PlaceProjection(ReadTables tables) {
            environments = tables.temporal("environment", EnvironmentRow.class, "id");
            places = tables.temporal("place", PlaceRow.class, "id");
        }

        @Override
        public void on(Recorded event) {
            switch (event.payload()) {
                case EnvironmentEvent change -> on(event, change);
                case PlaceEvent change -> on(event, change);
                default -> {}
            }
        }

        private void on(Recorded event, EnvironmentEvent change) {
            switch (change) {
                case EnvironmentEvent.Registered e ->
                        environments.put(
                                event.position(),
                                new EnvironmentRow(e.id(), e.name(), e.production(), event.at()));
            }
        }

        private void on(Recorded event, PlaceEvent change) {
            switch (change) {
                case PlaceEvent.Registered e ->
                        places.put(
                                event.position(),
                                new PlaceRow(
                                        e.id(),
                                        e.id().project(),
                                        e.kind(),
                                        e.name(),
                                        e.ownerTeam(),
                                        false,
                                        event.at(),
                                        event.actor().id().value()));
                case PlaceEvent.Retired e ->
                        places.change(
                                event.position(),
                                row ->
                                        new PlaceRow(
                                                row.id(),
                                                row.projectId(),
                                                row.kind(),
                                                row.name(),
                                                row.ownerTeam(),
                                                true,
                                                row.registeredAt(),
                                                row.registeredBy()),
                                e.id());
            }
        }
    }
}
