package io.countersign.governance.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model version as its events have left it.
 *
 * @param registered null where there is no such version
 */
public record ModelVersionState(
        ModelEvent.@Nullable VersionRegistered registered, ModelCard modelCard, boolean retired) {
    public static final ModelVersionState NONE =
            new ModelVersionState(null, ModelCard.EMPTY, false);

    public ModelVersionState evolve(ModelEvent.OfVersion event, Instant at) {
        return switch (event) {
            case ModelEvent.VersionRegistered e -> new ModelVersionState(e, e.modelCard(), false);
            case ModelEvent.CardWritten e ->
                    new ModelVersionState(registered, e.modelCard(), retired);
            case ModelEvent.VersionRetired _ -> new ModelVersionState(registered, modelCard, true);
        };
    }
}
