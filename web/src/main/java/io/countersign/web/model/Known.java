package io.countersign.web.model;

import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.Models;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import org.springframework.stereotype.Component;

/** Models and versions that exist and that the caller may see. */
@Component
class Known {
    private final Models models;

    Known(Models models) {
        this.models = models;
    }

    /**
     * @throws CommandRefused {@code model.unknown}
     */
    Models.ModelRow model(ModelId id, Actor actor, At at) {
        return models.find(id, at, actor.visibility())
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "model.unknown",
                                                "There is no model '"
                                                        + id
                                                        + "' that you may see. Check the name.")
                                        .with("model", id.value())));
    }

    /**
     * @throws CommandRefused {@code model.version-unknown}
     */
    Models.VersionRow version(ModelVersionId id, Actor actor, At at) {
        return models.findVersion(id, at, actor.visibility())
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "model.version-unknown",
                                                "There is no model version '"
                                                        + id
                                                        + "' that you may see. Check the name.")
                                        .with("modelVersion", id.value())));
    }
}
