package io.countersign.governance.risk;

import io.countersign.governance.readmodel.GrowingTable;
import io.countersign.governance.readmodel.HeldRows;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the risk register as it was at a position. */
@Component
public class RiskRegister {
    private final JdbcClient db;
    private final ReadTables tables;

    RiskRegister(JdbcClient db, ReadTables tables) {
        this.db = db;
        this.tables = tables;
    }

    /**
     * One risk as shown.
     *
     * @param due and {@code reviewOn} as ISO dates
     * @param recurrences how often the fact that raised it was found again
     */
    public record Row(
            RiskId id,
            ProjectId projectId,
            String title,
            String description,
            String category,
            List<SubjectRef> subjects,
            String harmed,
            int inherentLikelihood,
            int inherentImpact,
            @Nullable Integer residualLikelihood,
            @Nullable Integer residualImpact,
            @Nullable UserId owner,
            @Nullable Treatment treatment,
            String plan,
            @Nullable UserId responsible,
            @Nullable String due,
            @Nullable String reviewOn,
            boolean open,
            int recurrences,
            @Nullable String causeEventId,
            Instant raisedAt,
            UserId raisedBy,
            @Nullable Instant closedAt,
            @Nullable UserId closedBy) {
        public Rating inherent() {
            return new Rating(inherentLikelihood, inherentImpact);
        }

        public Optional<Rating> residual() {
            return residualLikelihood == null || residualImpact == null
                    ? Optional.empty()
                    : Optional.of(new Rating(residualLikelihood, residualImpact));
        }

        /** The residual rating once there is one, until then the inherent. */
        public Rating current() {
            return residual().orElseGet(this::inherent);
        }

        /** Whether the treatment or the review should have been done by that time. */
        public boolean overdue(Instant now) {
            var today = LocalDate.ofInstant(now, ZoneOffset.UTC);
            return open
                    && ((due != null && LocalDate.parse(due).isBefore(today))
                            || (reviewOn != null && LocalDate.parse(reviewOn).isBefore(today)));
        }
    }

    /** One rating once given. */
    public record RatingRow(
            RiskId riskId,
            ProjectId projectId,
            long position,
            String kind,
            int likelihood,
            int impact,
            @Nullable PersonalText reason,
            UserId ratedBy,
            Instant at) {}

    /** What to list; every part left null says nothing. {@code cell} is of the current rating. */
    public record Filter(
            @Nullable ProjectId project,
            @Nullable String category,
            @Nullable Boolean open,
            @Nullable Rating inherent,
            @Nullable Rating current,
            @Nullable SubjectRef subject,
            @Nullable UserId owner) {
        public static final Filter ALL = new Filter(null, null, null, null, null, null, null);
    }

    public Optional<Row> find(RiskId id, At at, Visibility visible) {
        return tables.held("risk", Row.class, at, visible).where("id = :id", "id", id).optional();
    }

    /** By id, those after {@code after} first. */
    public List<Row> list(
            Filter filter, @Nullable String after, int limit, At at, Visibility visible) {
        return held(filter, at, visible)
                .whereGiven("id > :after", "after", after)
                .list("id", limit);
    }

    /** How many risks each cell holds. */
    public record Cell(Rating rating, int count) {}

    /**
     * The heat map's figures.
     *
     * @param inherent whether by inherent rating; otherwise by the current one
     */
    public List<Cell> cells(Filter filter, boolean inherent, At at, Visibility visible) {
        var likelihood =
                inherent
                        ? "inherent_likelihood"
                        : "coalesce(residual_likelihood, inherent_likelihood)";
        var impact = inherent ? "inherent_impact" : "coalesce(residual_impact, inherent_impact)";
        return held(filter, at, visible)
                .grouped(
                        likelihood + ", " + impact,
                        (row, _) ->
                                new Cell(new Rating(row.getInt(1), row.getInt(2)), row.getInt(3)));
    }

    /** Every rating the risk was given up to the position, newest first; at most 200. */
    public List<RatingRow> ratings(RiskId id, At at, Visibility visible) {
        return db.sql(
                        """
                        select * from risk_rating
                         where risk_id = :id and position <= :at
                           and (:all or project_id = any(:projects))
                         order by position desc limit 200
                        """)
                .param("id", id.value())
                .param("at", at.position())
                .param("all", visible.all())
                .param("projects", visible.projectKeys())
                .query(tables.rows(RatingRow.class))
                .list();
    }

    private HeldRows<Row> held(Filter filter, At at, Visibility visible) {
        var held =
                tables.held("risk", Row.class, at, visible)
                        .whereGiven("project_id = :project", "project", filter.project())
                        .whereGiven("category = :category", "category", filter.category())
                        .whereGiven("open = :open", "open", filter.open())
                        .whereGiven(
                                "subjects @> to_jsonb(array[:subject::text])",
                                "subject",
                                filter.subject())
                        .whereGiven("owner = :owner", "owner", filter.owner());
        var inherent = filter.inherent();
        if (inherent != null) {
            held.where("inherent_likelihood = :il", "il", inherent.likelihood())
                    .where("inherent_impact = :ii", "ii", inherent.impact());
        }
        var current = filter.current();
        if (current != null) {
            held.where(
                            "coalesce(residual_likelihood, inherent_likelihood) = :cl",
                            "cl",
                            current.likelihood())
                    .where(
                            "coalesce(residual_impact, inherent_impact) = :ci",
                            "ci",
                            current.impact());
        }
        return held;
    }

    @Component
    static class RiskProjection implements Projection {
        private final TemporalTable<Row> risks;
        private final GrowingTable<RatingRow> ratings;

        RiskProjection(ReadTables tables) {
            risks = tables.temporal("risk", Row.class, "id");
            ratings = tables.growing("risk_rating", RatingRow.class);
        }

        @Override
        public void on(Recorded event) {
            if (!(event.payload() instanceof RiskEvent change)) {
                return;
            }
            var at = event.position();
            switch (change) {
                case RiskEvent.Raised e -> {
                    risks.put(at, raised(e, event));
                    rated(event, e.id(), "inherent", e.inherent(), null);
                }
                case RiskEvent.Recurred e ->
                        risks.change(at, row -> Draft.of(row).recurred(e).row(), e.id());
                case RiskEvent.OwnerAssigned e ->
                        risks.change(at, row -> Draft.of(row).owner(e.owner()).row(), e.id());
                case RiskEvent.InherentRated e -> {
                    risks.change(at, row -> Draft.of(row).inherent(e.rating()).row(), e.id());
                    rated(event, e.id(), "inherent", e.rating(), e.reason());
                }
                case RiskEvent.ResidualRated e -> {
                    risks.change(at, row -> Draft.of(row).residual(e.rating()).row(), e.id());
                    rated(event, e.id(), "residual", e.rating(), e.reason());
                }
                case RiskEvent.TreatmentPlanned e ->
                        risks.change(at, row -> Draft.of(row).planned(e).row(), e.id());
                case RiskEvent.ReviewScheduled e ->
                        risks.change(at, row -> Draft.of(row).review(e.on()).row(), e.id());
                case RiskEvent.Closed e ->
                        risks.change(
                                at,
                                row -> Draft.of(row).closed(event.at(), event.actor().id()).row(),
                                e.id());
                case RiskEvent.Reopened e ->
                        risks.change(at, row -> Draft.of(row).reopened().row(), e.id());
            }
        }

        private void rated(
                Recorded event,
                RiskId id,
                String kind,
                Rating rating,
                @Nullable PersonalText reason) {
            ratings.add(
                    new RatingRow(
                            id,
                            id.project(),
                            event.position(),
                            kind,
                            rating.likelihood(),
                            rating.impact(),
                            reason,
                            event.actor().id(),
                            event.at()));
        }

        private static Row raised(RiskEvent.Raised e, Recorded event) {
            return new Row(
                    e.id(),
                    e.id().project(),
                    e.title(),
                    e.description(),
                    e.category(),
                    e.subjects(),
                    e.harmed(),
                    e.inherent().likelihood(),
                    e.inherent().impact(),
                    null,
                    null,
                    null,
                    null,
                    "",
                    null,
                    null,
                    null,
                    true,
                    0,
                    e.causeEventId(),
                    event.at(),
                    event.actor().id(),
                    null,
                    null);
        }
    }

    /** A row being changed: one place that lists all its components. */
    private static final class Draft {
        private final Row from;
        private String description;
        private List<SubjectRef> subjects;
        private Rating inherent;
        private @Nullable Rating residual;
        private @Nullable UserId owner;
        private @Nullable Treatment treatment;
        private String plan;
        private @Nullable UserId responsible;
        private @Nullable String due;
        private @Nullable String reviewOn;
        private boolean open;
        private int recurrences;
        private @Nullable Instant closedAt;
        private @Nullable UserId closedBy;

        private Draft(Row row) {
            from = row;
            description = row.description();
            subjects = row.subjects();
            inherent = row.inherent();
            residual = row.residual().orElse(null);
            owner = row.owner();
            treatment = row.treatment();
            plan = row.plan();
            responsible = row.responsible();
            due = row.due();
            reviewOn = row.reviewOn();
            open = row.open();
            recurrences = row.recurrences();
            closedAt = row.closedAt();
            closedBy = row.closedBy();
        }

        static Draft of(Row row) {
            return new Draft(row);
        }

        Draft recurred(RiskEvent.Recurred e) {
            description = e.description();
            subjects =
                    java.util.stream.Stream.concat(subjects.stream(), e.subjects().stream())
                            .distinct()
                            .toList();
            recurrences++;
            return this;
        }

        Draft owner(UserId person) {
            owner = person;
            return this;
        }

        Draft inherent(Rating rating) {
            inherent = rating;
            return this;
        }

        Draft residual(Rating rating) {
            residual = rating;
            return this;
        }

        Draft planned(RiskEvent.TreatmentPlanned e) {
            treatment = e.treatment();
            plan = e.plan();
            responsible = e.responsible();
            due = e.due().toString();
            return this;
        }

        Draft review(LocalDate on) {
            reviewOn = on.toString();
            return this;
        }

        Draft closed(Instant at, UserId by) {
            open = false;
            closedAt = at;
            closedBy = by;
            return this;
        }

        Draft reopened() {
            open = true;
            closedAt = null;
            closedBy = null;
            return this;
        }

        Row row() {
            return new Row(
                    from.id(),
                    from.projectId(),
                    from.title(),
                    description,
                    from.category(),
                    subjects,
                    from.harmed(),
                    inherent.likelihood(),
                    inherent.impact(),
                    residual == null ? null : residual.likelihood(),
                    residual == null ? null : residual.impact(),
                    owner,
                    treatment,
                    plan,
                    responsible,
                    due,
                    reviewOn,
                    open,
                    recurrences,
                    from.causeEventId(),
                    from.raisedAt(),
                    from.raisedBy(),
                    closedAt,
                    closedBy);
        }
    }
}
