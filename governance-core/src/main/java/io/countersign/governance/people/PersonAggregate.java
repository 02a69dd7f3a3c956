package io.countersign.governance.people;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** One person's account: who may do what to it. */
@Aggregate(type = "person")
class PersonAggregate {
    static final Duration LONGEST_TOKEN = Duration.ofDays(366);
    static final Duration LONGEST_DELEGATION = Duration.ofDays(366);

    /** How long a password given counts for delegating. */
    static final Duration FRESH = Duration.ofMinutes(5);

    private static final int LONGEST_NAME = 80;
    private static final int LONGEST_NOTE = 500;

    @AggregateIdentifier private SubjectRef id;
    private Person state = Person.EMPTY;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    PersonAggregate() {}

    @CommandHandler
    @SuppressWarnings("NullAway.Init") // set by on(), which apply() calls
    PersonAggregate(
            PersonCommand.Invite command,
            Actor actor,
            Clock clock,
            KnownRoles roles,
            PersonRecords records,
            PersonalKeys keys) {
        inPerson(actor);
        actor.requireForAll(Role.ADMINISTRATOR);
        command.grants().forEach(grant -> requireKnown(grant.role(), roles));
        records.invite(command, clock.instant());
        keys.create(command.person());
        apply(new PersonEvent.Invited(command.person()));
        command.grants().stream()
                .sorted()
                .forEach(grant ->
                        apply(
                                new PersonEvent.RoleGranted(
                                        command.person(), grant.role(), grant.project())));
    }

    @CommandHandler
    void handle(PersonCommand.IssueLink command, Actor actor, PersonRecords records) {
        inPerson(actor);
        actor.requireForAll(Role.ADMINISTRATOR);
        require(Standing.INVITED, Standing.ACTIVE);
        records.link(command.person(), command.link(), command.expiresAt());
        apply(new PersonEvent.LinkIssued(command.person(), command.expiresAt()));
    }

    @CommandHandler
    void handle(PersonCommand.Activate command, Actor actor, Clock clock, PersonRecords records) {
        ownOnly(command.person(), actor);
        require(Standing.INVITED);
        redeem(command.person(), command.link(), clock, records);
        records.password(command.person(), command.passwordHash(), clock.instant());
        apply(new PersonEvent.Activated(command.person()));
    }

    @CommandHandler
    void handle(
            PersonCommand.ChangePassword command, Actor actor, Clock clock, PersonRecords records) {
        ownOnly(command.person(), actor);
        require(Standing.ACTIVE);
        var link = command.link();
        if (link != null) {
            redeem(command.person(), link, clock, records);
        }
        records.password(command.person(), command.passwordHash(), clock.instant());
        apply(new PersonEvent.PasswordChanged(command.person(), link != null));
    }

    @CommandHandler
    void handle(PersonCommand.Deactivate command, Actor actor, PersonRecords records) {
        inPerson(actor);
        actor.requireForAll(Role.ADMINISTRATOR);
        require(Standing.INVITED, Standing.ACTIVE);
        notTheLastAdministrator(command.person(), records);
        apply(new PersonEvent.Deactivated(command.person()));
    }

    @CommandHandler
    void handle(PersonCommand.Reactivate command, Actor actor) {
        inPerson(actor);
        actor.requireForAll(Role.ADMINISTRATOR);
        require(Standing.DEACTIVATED);
        apply(
                new PersonEvent.Reactivated(
                        command.person(),
                        state.hasPassword() ? Standing.ACTIVE : Standing.INVITED));
    }

    @CommandHandler
    void handle(PersonCommand.GrantRole command, Actor actor, KnownRoles roles) {
        requireMayGrant(command.project(), actor);
        requireKnown(command.role(), roles);
        if (command.person().equals(actor.id()) || command.person().equals(actor.onBehalfOf())) {
            throw new CommandRefused(
                    Refusal.forbidden(
                                    "person.own-grant",
                                    "Nobody grants a role to themself. Ask another administrator"
                                            + " to grant you "
                                            + command.role()
                                            + ".")
                            .with("field", "role"));
        }
        require(Standing.INVITED, Standing.ACTIVE);
        if (state.holds(command.role(), command.project())) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "person.role-held",
                                    "The role "
                                            + command.role()
                                            + " "
                                            + where(command.project())
                                            + " is held already.")
                            .with("field", "role"));
        }
        apply(new PersonEvent.RoleGranted(command.person(), command.role(), command.project()));
    }

    @CommandHandler
    void handle(PersonCommand.RevokeRole command, Actor actor, PersonRecords records) {
        requireMayGrant(command.project(), actor);
        if (!state.holds(command.role(), command.project())) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "person.role-not-held",
                                    "The role "
                                            + command.role()
                                            + " "
                                            + where(command.project())
                                            + " is not held, so it cannot be taken back.")
                            .with("field", "role"));
        }
        if (command.role().equals(Role.ADMINISTRATOR) && command.project() == null) {
            notTheLastAdministrator(command.person(), records);
        }
        apply(new PersonEvent.RoleRevoked(command.person(), command.role(), command.project()));
    }

    @CommandHandler
    void handle(PersonCommand.IssueToken command, Actor actor, Clock clock, PersonRecords records) {
        ownOnly(command.person(), actor);
        require(Standing.ACTIVE);
        var name = command.name().strip();
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw CommandRefused.invalid(
                    "name", name, "give the token a name of 1 to " + LONGEST_NAME + " characters");
        }
        if (command.scopes().isEmpty()) {
            throw CommandRefused.invalid("scopes", "", "choose read, request, or both");
        }
        var now = clock.instant();
        if (!command.expiresAt().isAfter(now)
                || command.expiresAt().isAfter(now.plus(LONGEST_TOKEN))) {
            throw CommandRefused.invalid(
                    "expiresAt",
                    command.expiresAt().toString(),
                    "give a time to come, at most " + LONGEST_TOKEN.toDays() + " days from now");
        }
        records.token(command);
        apply(
                new PersonEvent.TokenIssued(
                        command.person(),
                        command.token(),
                        new PersonalText(command.person(), name),
                        command.scopes(),
                        command.expiresAt()));
    }

    @CommandHandler
    void handle(PersonCommand.RevokeToken command, Actor actor) {
        inPerson(actor);
        if (!actor.id().equals(command.person())) {
            actor.requireForAll(Role.ADMINISTRATOR);
        }
        if (!state.tokens().contains(command.token())) {
            throw new CommandRefused(
                    Refusal.notFound(
                            "token.unknown",
                            "There is no token '"
                                    + command.token()
                                    + "' of this person that is not revoked already."));
        }
        apply(new PersonEvent.TokenRevoked(command.person(), command.token()));
    }

    @CommandHandler
    void handle(PersonCommand.Delegate command, Actor actor, Clock clock, PersonRecords records) {
        inPerson(actor);
        if (!actor.id().equals(command.person()) || actor.onBehalfOf() != null) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "person.not-own",
                            "Roles are delegated by the person who holds them, and by nobody"
                                    + " else."));
        }
        require(Standing.ACTIVE);
        var now = clock.instant();
        var freshAt = actor.freshAt();
        if (freshAt == null || freshAt.isBefore(now.minus(FRESH))) {
            throw new CommandRefused(
                    Refusal.forbidden(
                                    "person.not-fresh",
                                    "Delegating needs your password again: it was last given more"
                                            + " than "
                                            + FRESH.toMinutes()
                                            + " minutes ago.")
                            .with("field", "password"));
        }
        if (command.to().equals(command.person()) || !records.active(command.to())) {
            throw CommandRefused.invalid(
                    "to", command.to().value(), "choose somebody else with an active account");
        }
        requireDelegable(command);
        var begins =
                command.begins() == null || command.begins().isBefore(now) ? now : command.begins();
        if (!command.until().isAfter(begins)
                || command.until().isAfter(now.plus(LONGEST_DELEGATION))) {
            throw CommandRefused.invalid(
                    "until",
                    command.until().toString(),
                    "give a time to come, after it begins and at most "
                            + LONGEST_DELEGATION.toDays()
                            + " days from now");
        }
        var note = command.note() == null ? "" : command.note().strip();
        if (note.length() > LONGEST_NOTE) {
            throw CommandRefused.invalid("note", note, "at most " + LONGEST_NOTE + " characters");
        }
        apply(
                new PersonEvent.RoleDelegated(
                        command.person(),
                        command.delegation(),
                        command.to(),
                        command.roles(),
                        command.projects(),
                        begins,
                        command.until(),
                        command.away(),
                        note.isEmpty() ? null : new PersonalText(command.person(), note)));
    }

    /** No more than is held now; what of it is held later is asked then. */
    private void requireDelegable(PersonCommand.Delegate command) {
        if (command.roles().contains(Role.ADMINISTRATOR)) {
            throw CommandRefused.invalid(
                    "roles",
                    Role.ADMINISTRATOR.key(),
                    "administration is not delegated; another administrator grants that role");
        }
        var held =
                state.grants().stream()
                        .filter(grant -> !grant.role().equals(Role.ADMINISTRATOR))
                        .toList();
        for (var role : command.roles()) {
            if (held.stream().noneMatch(grant -> grant.role().equals(role))) {
                throw notHeld("roles", "the role " + role);
            }
        }
        for (var project : command.projects()) {
            if (held.stream()
                    .noneMatch(grant ->
                            (grant.project() == null || grant.project().equals(project))
                                    && (command.roles().isEmpty()
                                            || command.roles().contains(grant.role())))) {
                throw notHeld("projects", "such a role in project '" + project + "'");
            }
        }
        if (held.isEmpty()) {
            throw notHeld("roles", "a role that decides");
        }
    }

    private static CommandRefused notHeld(String field, String what) {
        return new CommandRefused(
                Refusal.forbidden(
                                "person.role-not-held",
                                "You do not hold "
                                        + what
                                        + ", so you cannot delegate it. What was delegated to you"
                                        + " cannot be passed on.")
                        .with("field", field));
    }

    @CommandHandler
    void handle(PersonCommand.EndDelegation command, Actor actor, Clock clock) {
        inPerson(actor);
        if (!actor.id().equals(command.person())) {
            actor.requireForAll(Role.ADMINISTRATOR);
        }
        var until = state.delegations().get(command.delegation());
        if (until == null || !clock.instant().isBefore(until)) {
            throw new CommandRefused(
                    Refusal.notFound(
                            "delegation.unknown",
                            "There is no delegation '"
                                    + command.delegation()
                                    + "' of this person that has not ended already."));
        }
        apply(new PersonEvent.DelegationEnded(command.person(), command.delegation()));
    }

    @CommandHandler
    void handle(PersonCommand.RecordFailedSignIn command, Actor actor) {
        if (!actor.id().equals(UserId.ANONYMOUS) && !actor.id().equals(command.person())) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "person.not-own", "Only the sign-in itself records that one failed."));
        }
        apply(new PersonEvent.SignInFailed(command.person(), command.blockedBefore()));
        if (command.lockedUntil() != null) {
            apply(new PersonEvent.Locked(command.person(), command.lockedUntil()));
        }
    }

    @CommandHandler
    void handle(
            PersonCommand.Erase command,
            Actor actor,
            Clock clock,
            PersonRecords records,
            PersonalKeys keys) {
        inPerson(actor);
        actor.requireForAll(Role.ADMINISTRATOR);
        require(Standing.DEACTIVATED);
        records.erase(command.person());
        keys.destroy(command.person());
        var before = state;
        before.grants().stream()
                .sorted()
                .forEach(grant ->
                        apply(
                                new PersonEvent.RoleRevoked(
                                        command.person(), grant.role(), grant.project())));
        before.tokens().stream()
                .sorted()
                .forEach(token -> apply(new PersonEvent.TokenRevoked(command.person(), token)));
        before.delegations().entrySet().stream()
                .filter(delegation -> clock.instant().isBefore(delegation.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .forEach(delegation ->
                        apply(new PersonEvent.DelegationEnded(command.person(), delegation)));
        apply(new PersonEvent.Erased(command.person()));
    }

    @EventSourcingHandler
    void on(PersonEvent event) {
        id = new SubjectRef(SubjectKind.PERSON, event.person().value());
        state = state.evolve(event);
    }

    /** A token acts within its scopes for a person; accounts and roles are never among them. */
    private static void inPerson(Actor actor) {
        if (actor.channel() == Channel.TOKEN) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "access.token-cannot",
                            "A token cannot change accounts, roles or tokens. Sign in with the"
                                    + " password and do it there."));
        }
    }

    private static void ownOnly(UserId person, Actor actor) {
        inPerson(actor);
        if (!actor.id().equals(person)) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "person.not-own",
                            "Passwords and tokens are made by the person they are for, and by"
                                    + " nobody else."));
        }
    }

    private static void requireMayGrant(@Nullable ProjectId project, Actor actor) {
        inPerson(actor);
        if (project == null) {
            actor.requireForAll(Role.ADMINISTRATOR);
        } else {
            actor.require(project, Role.ADMINISTRATOR);
        }
    }

    private static void requireKnown(Role role, KnownRoles roles) {
        if (!roles.contains(role)) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "role.unknown",
                                    "There is no role '"
                                            + role
                                            + "'. Use one of "
                                            + roles.all().stream()
                                                    .sorted()
                                                    .map(Role::key)
                                                    .collect(Collectors.joining(", "))
                                            + ".")
                            .with("field", "role"));
        }
    }

    private void require(Standing... anyOf) {
        if (!Arrays.asList(anyOf).contains(state.standing())) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "person.standing",
                                    switch (state.standing()) {
                                        case INVITED ->
                                                "This person has been invited and has not set a"
                                                        + " password yet. Let them use their"
                                                        + " link, or make a new one.";
                                        case ACTIVE ->
                                                "This person is active. Deactivate them first.";
                                        case DEACTIVATED ->
                                                "This person is deactivated. Reactivate them"
                                                        + " first.";
                                        case ERASED ->
                                                "This person has been erased, and there is no way"
                                                        + " back. Invite them anew.";
                                    })
                            .with("standing", state.standing().name()));
        }
    }

    private void notTheLastAdministrator(UserId person, PersonRecords records) {
        if (state.standing() == Standing.ACTIVE
                && state.holds(Role.ADMINISTRATOR, null)
                && !records.anotherAdministrator(person)) {
            throw new CommandRefused(
                    Refusal.conflict(
                            "person.last-administrator",
                            "This is the last active administrator for all projects. Make"
                                    + " somebody else one first."));
        }
    }

    private static void redeem(UserId person, Sha256 link, Clock clock, PersonRecords records) {
        if (!records.redeem(person, link, clock.instant())) {
            throw SignIn.linkOver();
        }
    }

    private static String where(@Nullable ProjectId project) {
        return project == null ? "for all projects" : "in project '" + project + "'";
    }
}
