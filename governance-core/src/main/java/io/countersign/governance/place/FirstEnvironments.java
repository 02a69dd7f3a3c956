package io.countersign.governance.place;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import java.util.List;
import org.springframework.stereotype.Component;

/** The environments every installation begins with. */
@Component
public class FirstEnvironments {
    static final List<PlaceCommand.RegisterEnvironment> FIRST =
            List.of(
                    first("development", "Development", false),
                    first("staging", "Staging", false),
                    first("production", "Production", true));

    private final Commands commands;
    private final Places places;

    FirstEnvironments(Commands commands, Places places) {
        this.commands = commands;
        this.places = places;
    }

    /** Registers those that are missing; does nothing at any later start. */
    public void ensure() {
        for (var environment : FIRST) {
            if (!places.isRegistered(environment.id())) {
                try {
                    commands.send(environment, Actor.system());
                } catch (CommandRefused refused) {
                    // another instance, started at the same moment, was faster
                    if (!refused.refusal().code().equals("subject.exists")) {
                        throw refused;
                    }
                }
            }
        }
    }

    private static PlaceCommand.RegisterEnvironment first(
            String key, String name, boolean production) {
        return new PlaceCommand.RegisterEnvironment(new EnvironmentId(key), name, production);
    }
}
