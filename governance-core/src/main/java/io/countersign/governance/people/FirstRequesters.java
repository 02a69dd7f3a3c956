package io.countersign.governance.people;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.eventstore.Correlation;
import io.countersign.governance.eventstore.Grants;
import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.readmodel.Automation;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Whoever registers a project is its first requester: at once, and at the latest by itself. */
@Component
public class FirstRequesters implements Automation {
    private static final Logger LOG = LoggerFactory.getLogger(FirstRequesters.class);

    private final Commands commands;
    private final Grants grants;

    FirstRequesters(Commands commands, Grants grants) {
        this.commands = commands;
        this.grants = grants;
    }

    /**
     * Registers a project; when this returns, whoever did may work in it.
     *
     * @throws CommandRefused as the command
     */
    public Sent register(ProjectCommand.Register command, Actor actor, Context context) {
        var sent = commands.send(command, actor, context);
        grant(actor.id(), command.id(), sent.lastEventId(), null);
        return sent;
    }

    @Override
    public String name() {
        return "when-a-project-is-registered-make-its-first-requester-one";
    }

    @Override
    public boolean concerns(String eventName) {
        return eventName.equals("project.registered");
    }

    @Override
    public void on(Recorded event) {
        if (event.payload() instanceof ProjectEvent.Registered registered) {
            grant(
                    registered.firstRequester(),
                    registered.id(),
                    event.eventId(),
                    event.metadata(Correlation.CORRELATION));
        }
    }

    private void grant(
            UserId person,
            ProjectId project,
            @Nullable String cause,
            @Nullable String correlation) {
        var held = grants.of(person);
        if (cause == null
                || person.equals(UserId.SYSTEM)
                || held.contains(new Actor.Grant(Role.REQUESTER, null))
                || held.contains(new Actor.Grant(Role.REQUESTER, project))) {
            return;
        }
        try {
            commands.send(
                    new PersonCommand.GrantRole(person, Role.REQUESTER, project),
                    Actor.system(),
                    Context.causedBy(cause, correlation));
        } catch (CommandRefused refused) {
            // the automation was faster, or there is no such person any more; it is on record
            LOG.debug("{} is not made requester of {}", person, project, refused);
        }
    }
}
