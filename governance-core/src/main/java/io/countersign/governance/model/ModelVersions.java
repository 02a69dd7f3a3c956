package io.countersign.governance.model;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Model versions as they are now, for decisions inside commands. */
@Component
public class ModelVersions {
    private final Streams streams;

    ModelVersions(Streams streams) {
        this.streams = streams;
    }

    /** {@link ModelVersionState#NONE} where there is no such version. */
    public ModelVersionState read(ModelVersionId id) {
        return streams.read(
                id.ref(),
                ModelEvent.OfVersion.class,
                ModelVersionState.NONE,
                ModelVersionState::evolve);
    }

    /** When it was registered; empty where there is no such version. */
    public Optional<Instant> registeredAt(ModelVersionId id) {
        return streams.read(
                id.ref(),
                ModelEvent.OfVersion.class,
                Optional.empty(),
                (known, _, at) -> known.isPresent() ? known : Optional.of(at));
    }

    /**
     * A version that exists and that the actor may see; it may be retired.
     *
     * @throws CommandRefused {@code model.version-unknown}, the same for one that does not exist
     *     and one of a project the actor has no role in
     */
    public ModelEvent.VersionRegistered registered(ModelVersionId id, Actor actor) {
        return registered(read(id), id, actor);
    }

    /**
     * One that besides is not retired.
     *
     * @throws CommandRefused {@code model.version-unknown} or {@code model.version-retired}
     */
    public ModelEvent.VersionRegistered active(ModelVersionId id, Actor actor) {
        var state = read(id);
        var registered = registered(state, id, actor);
        requireActive(state, id);
        return registered;
    }

    void requireModel(ModelId model) {
        if (!streams.read(model.ref(), ModelEvent.Registered.class, false, (_, _, _) -> true)) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "model.unknown",
                                    "There is no model '" + model + "'. Register it first.")
                            .with("model", model.value()));
        }
    }

    static void requireActive(ModelVersionState state, ModelVersionId id) {
        if (state.retired()) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "model.version-retired",
                            "The model version '" + id + "' is retired. Register a new version."));
        }
    }

    private static ModelEvent.VersionRegistered registered(
            ModelVersionState state, ModelVersionId id, Actor actor) {
        var registered = state.registered();
        if (registered == null
                || !(actor.isSystem() || actor.visibility().includes(id.project()))) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "model.version-unknown",
                                    "There is no model version '"
                                            + id
                                            + "' that you may see. Check the name, or register it"
                                            + " first.")
                            .with("modelVersion", id.value()));
        }
        return registered;
    }
}
