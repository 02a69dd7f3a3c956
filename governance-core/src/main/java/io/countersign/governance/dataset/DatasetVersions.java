package io.countersign.governance.dataset;

import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.UserId;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Dataset versions as they are now, for decisions inside commands. */
@Component
public class DatasetVersions {
    private final Streams streams;

    DatasetVersions(Streams streams) {
        this.streams = streams;
    }

    /** {@link DatasetVersionState#NONE} where there is no such version. */
    public DatasetVersionState read(DatasetVersionId id) {
        return streams.read(
                id.ref(),
                DatasetEvent.OfVersion.class,
                DatasetVersionState.NONE,
                DatasetVersionState::evolve);
    }

    /**
     * A version that exists and that the actor may see.
     *
     * @throws CommandRefused {@code dataset.version-unknown}, the same for one that does not exist
     *     and one of a project the actor has no role in
     */
    public DatasetVersionState registered(DatasetVersionId id, Actor actor) {
        var state = read(id);
        if (state.registered() == null
                || !(actor.isSystem() || actor.visibility().includes(id.project()))) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "dataset.version-unknown",
                                    "There is no dataset version '"
                                            + id
                                            + "' that you may see. Check the name, or register it"
                                            + " first.")
                            .with("datasetVersion", id.value()));
        }
        return state;
    }

    UserId ownerOf(DatasetId dataset) {
        return streams.read(
                        dataset.ref(),
                        DatasetEvent.Registered.class,
                        Optional.<UserId>empty(),
                        (_, event, _) -> Optional.of(event.owner()))
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "dataset.unknown",
                                                "There is no dataset '"
                                                        + dataset
                                                        + "'. Register it first.")
                                        .with("dataset", dataset.value())));
    }
}
