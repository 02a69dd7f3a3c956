package io.countersign.governance.people;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Lets somebody in where there is nobody yet. */
@Component
public class FirstAdministrator {
    /** The user name to sign in with after the link was followed. */
    public static final String USERNAME = "administrator";

    private final People people;
    private final PersonTable table;

    FirstAdministrator(People people, PersonTable table) {
        this.people = people;
        this.table = table;
    }

    /**
     * Where nobody exists, invites an administrator for all projects; where that one was invited by
     * an earlier start and nobody has become active since, makes a new link. Empty once anybody is
     * active. Call it at the start, when commands can be sent.
     */
    public Optional<People.Link> invite() {
        if (table.anybodyActive()) {
            return Optional.empty();
        }
        if (table.anybody()) {
            return table.waitingAdministrator().map(person -> people.link(person, Actor.system()));
        }
        try {
            return Optional.of(
                    people.invite(
                            USERNAME,
                            "First administrator",
                            null,
                            Set.of(new Actor.Grant(Role.ADMINISTRATOR, null)),
                            Actor.system()));
        } catch (CommandRefused refused) {
            if (refused.refusal().code().equals("person.username-taken")) {
                return Optional.empty(); // another instance started at the same moment and has it
            }
            throw refused;
        }
    }
}
