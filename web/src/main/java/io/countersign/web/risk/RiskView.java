package io.countersign.web.risk;

import io.countersign.governance.risk.Rating;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.RiskRegister;
import io.countersign.governance.risk.RiskScale;
import io.countersign.governance.risk.Treatment;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A risk as shown, rated by the scale in force at the position.
 *
 * @param residual null until it was rated after treatment
 * @param current the residual rating once there is one, until then the inherent
 * @param due and {@code reviewOn} as ISO dates
 * @param overdue whether its treatment or its review should have been done
 * @param cause the event that raised it, or null where a person did
 */
record RiskView(
        RiskId id,
        ProjectId project,
        String title,
        String description,
        String category,
        String categoryName,
        List<SubjectRef> subjects,
        String harmed,
        Rated inherent,
        @Nullable Rated residual,
        Rated current,
        @Nullable UserId owner,
        @Nullable Treatment treatment,
        String plan,
        @Nullable UserId responsible,
        @Nullable String due,
        @Nullable String reviewOn,
        boolean open,
        boolean overdue,
        int recurrences,
        @Nullable String cause,
        Instant raisedAt,
        UserId raisedBy,
        @Nullable Instant closedAt,
        @Nullable UserId closedBy) {
    /**
     * A rating with its names.
     *
     * @param level null where the scale in force does not reach so far; an earlier one did
     * @param bars the level's rank, from 1 to 5
     */
    record Rated(
            int likelihood,
            int impact,
            String likelihoodName,
            String impactName,
            @Nullable String level,
            String levelName,
            int bars) {
        static Rated of(Rating rating, RiskScale scale) {
            if (!scale.contains(rating)) {
                return new Rated(
                        rating.likelihood(),
                        rating.impact(),
                        Integer.toString(rating.likelihood()),
                        Integer.toString(rating.impact()),
                        null,
                        "Outside the scale",
                        1);
            }
            var level = scale.level(rating);
            return new Rated(
                    rating.likelihood(),
                    rating.impact(),
                    scale.likelihood().get(rating.likelihood() - 1),
                    scale.impact().get(rating.impact() - 1),
                    level.key(),
                    level.name(),
                    1 + Math.round((level.rank() - 1) * 4f / (scale.levels().size() - 1)));
        }
    }

    static RiskView of(RiskRegister.Row row, RiskScale scale, Instant now) {
        return new RiskView(
                row.id(),
                row.projectId(),
                row.title(),
                row.description(),
                row.category(),
                scale.categories().stream()
                        .filter(category -> category.key().equals(row.category()))
                        .map(RiskScale.Category::name)
                        .findFirst()
                        .orElse(row.category()),
                row.subjects(),
                row.harmed(),
                Rated.of(row.inherent(), scale),
                row.residual().map(rating -> Rated.of(rating, scale)).orElse(null),
                Rated.of(row.current(), scale),
                row.owner(),
                row.treatment(),
                row.plan(),
                row.responsible(),
                row.due(),
                row.reviewOn(),
                row.open(),
                row.overdue(now),
                row.recurrences(),
                row.causeEventId(),
                row.raisedAt(),
                row.raisedBy(),
                row.closedAt(),
                row.closedBy());
    }

    /** Everybody it names. */
    Stream<UserId> persons() {
        return Stream.of(owner, responsible, raisedBy, closedBy).filter(Objects::nonNull);
    }
}
