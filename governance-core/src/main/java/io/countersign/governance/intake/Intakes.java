package io.countersign.governance.intake;

import io.countersign.governance.project.IntakeResult;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.project.RiskTier;
import io.countersign.governance.project.TierOverride;
import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.UserId;
import io.countersign.governance.shared.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads what was answered about projects and which tiers were overridden. */
@Component
public class Intakes {
    private static final int OVERRIDES = 100;

    private final ReadTables tables;

    Intakes(ReadTables tables) {
        this.tables = tables;
    }

    /**
     * The latest intake of a project.
     *
     * @param overriddenBy number of the override in force, or null
     */
    public record Row(
            ProjectId projectId,
            IntakeResult result,
            UserId answeredBy,
            Instant answeredAt,
            @Nullable Integer overriddenBy) {}

    /** What became of an override. */
    public enum OverrideStatus {
        /** Waits for its second signature. */
        ASKED,
        IN_FORCE,
        REFUSED,
        /** A later intake, or another override, took its place. */
        ENDED
    }

    /**
     * @param id project and number
     * @param signature the second, or that of the refusal; null while none was given
     */
    public record OverrideRow(
            String id,
            ProjectId projectId,
            int number,
            RiskTier tier,
            OverrideStatus status,
            TierOverride override,
            Instant askedAt,
            TierOverride.@Nullable Signature signature) {
        private OverrideRow with(OverrideStatus now, TierOverride.@Nullable Signature signed) {
            return new OverrideRow(id, projectId, number, tier, now, override, askedAt, signed);
        }
    }

    /** Empty where the project has none, or may not be seen. */
    public Optional<Row> find(ProjectId id, At at, Visibility visible) {
        return tables.held("project_intake", Row.class, at, visible)
                .where("project_id = :id", "id", id)
                .optional();
    }

    /** Newest first, at most 100. */
    public List<OverrideRow> overrides(ProjectId id, At at, Visibility visible) {
        return tables.held("tier_override", OverrideRow.class, at, visible)
                .where("project_id = :id", "id", id)
                .list("number desc", OVERRIDES);
    }

    @Component
    static class IntakeProjection implements Projection {
        private final TemporalTable<Row> intakes;
        private final TemporalTable<OverrideRow> overrides;

        IntakeProjection(ReadTables tables) {
            intakes = tables.temporal("project_intake", Row.class, "projectId");
            overrides = tables.temporal("tier_override", OverrideRow.class, "id");
        }

        @Override
        public void on(Recorded event) {
            if (!(event.payload() instanceof ProjectEvent change)) {
                return;
            }
            switch (change) {
                case ProjectEvent.IntakeAnswered e ->
                        intakes.put(
                                event.position(),
                                new Row(e.id(), e.result(), event.actor().id(), event.at(), null));
                case ProjectEvent.TierOverrideRequested e ->
                        overrides.put(
                                event.position(),
                                new OverrideRow(
                                        key(e.id(), e.override().number()),
                                        e.id(),
                                        e.override().number(),
                                        e.override().tier(),
                                        OverrideStatus.ASKED,
                                        e.override(),
                                        event.at(),
                                        null));
                case ProjectEvent.TierOverridden e -> {
                    intakes.current(e.id())
                            .map(Row::overriddenBy)
                            .ifPresent(earlier ->
                                    decided(event, earlier, OverrideStatus.ENDED, null, e.id()));
                    intakes.change(
                            event.position(),
                            row ->
                                    new Row(
                                            row.projectId(),
                                            row.result(),
                                            row.answeredBy(),
                                            row.answeredAt(),
                                            e.number()),
                            e.id());
                    decided(event, e.number(), OverrideStatus.IN_FORCE, e.signature(), e.id());
                }
                case ProjectEvent.TierOverrideRefused e ->
                        decided(event, e.number(), OverrideStatus.REFUSED, e.signature(), e.id());
                case ProjectEvent.TierOverrideEnded e ->
                        decided(event, e.number(), OverrideStatus.ENDED, null, e.id());
                case ProjectEvent.Registered _, ProjectEvent.Amended _, ProjectEvent.Retired _ -> {}
            }
        }

        /** Keeps the signature it has where there is no newer one. */
        private void decided(
                Recorded event,
                int number,
                OverrideStatus now,
                TierOverride.@Nullable Signature signature,
                ProjectId project) {
            overrides.change(
                    event.position(),
                    row -> row.with(now, signature == null ? row.signature() : signature),
                    key(project, number));
        }

        private static String key(ProjectId project, int number) {
            return project + "/" + number;
        }
    }
}
