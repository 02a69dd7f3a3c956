package io.countersign.governance.project;

import io.countersign.governance.shared.ProjectId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A project as its events have left it.
 *
 * @param id null where there is no such project
 */
public record ProjectState(
        @Nullable ProjectId id, RiskTier riskTier, List<String> jurisdictions, boolean retired) {
    public static final ProjectState NONE = new ProjectState(null, RiskTier.HIGH, List.of(), false);

    public ProjectState evolve(ProjectEvent event, Instant at) {
        return switch (event) {
            case ProjectEvent.Registered e ->
                    new ProjectState(e.id(), e.riskTier(), e.jurisdictions(), false);
            case ProjectEvent.Amended e ->
                    new ProjectState(e.id(), e.riskTier(), e.jurisdictions(), retired);
            case ProjectEvent.Retired e -> new ProjectState(e.id(), riskTier, jurisdictions, true);
        };
    }
}
