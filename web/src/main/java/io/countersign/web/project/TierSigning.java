package io.countersign.web.project;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.people.Names;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Sha256;
import io.countersign.web.security.Reauthentication;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes the second signature on an override, from a page or the API alike. */
@Component
class TierSigning {
    private final Reauthentication reauthentication;
    private final Names names;
    private final Commands commands;

    TierSigning(Reauthentication reauthentication, Names names, Commands commands) {
        this.reauthentication = reauthentication;
        this.names = names;
        this.commands = commands;
    }

    /**
     * @param digest of what the signer was shown
     * @param decision approve or refuse
     * @param password null where the call itself brought it
     * @throws CommandRefused from {@link Reauthentication#confirm} or the project
     */
    Sent sign(
            ProjectId project,
            String digest,
            String decision,
            @Nullable String comment,
            @Nullable String password,
            Actor actor,
            Context context) {
        // The password first: whoever cannot give it learns nothing about the rest.
        var signer = reauthentication.confirm(actor, password);
        return commands.send(
                new ProjectCommand.DecideTierOverride(
                        project,
                        new Sha256(digest),
                        switch (decision) {
                            case "approve" -> true;
                            case "refuse" -> false;
                            default ->
                                    throw CommandRefused.invalid(
                                            "decision", decision, "use approve or refuse");
                        },
                        comment,
                        names.of(actor.id())),
                signer,
                context);
    }
}
