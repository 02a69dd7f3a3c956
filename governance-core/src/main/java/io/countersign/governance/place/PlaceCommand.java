package io.countersign.governance.place;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.SubjectRef;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What a person may ask of environments and places. */
public sealed interface PlaceCommand extends Command {
    @Override
    @TargetAggregateIdentifier
    SubjectRef stream();

    /**
     * @param production whether what runs there affects people; where in doubt, it does
     */
    record RegisterEnvironment(EnvironmentId id, String name, boolean production)
            implements PlaceCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }

    record RegisterPlace(PlaceId id, PlaceKind kind, String name, String ownerTeam)
            implements PlaceCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }

    /** Nothing new can be deployed to it; what was stays on record. */
    record RetirePlace(PlaceId id, String reason) implements PlaceCommand {
        @Override
        public SubjectRef stream() {
            return id.ref();
        }
    }
}
