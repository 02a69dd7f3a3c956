package io.countersign.web.people;

import io.countersign.governance.people.Account;
import io.countersign.governance.people.Names;
import io.countersign.governance.people.People;
import io.countersign.governance.people.PeopleRegister;
import io.countersign.governance.people.Standing;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** People as those may see them who ask: accounts only for administrators. */
@Component
class Directory {
    private final PeopleRegister register;
    private final People people;
    private final Names names;
    private final Sight sight;

    Directory(PeopleRegister register, People people, Names names, Sight sight) {
        this.sight = sight;
        this.register = register;
        this.people = people;
        this.names = names;
    }

    /**
     * @param grant as {@code requester@credit}, or {@code auditor@*} for all projects
     */
    record Held(
            String grant,
            String role,
            @Nullable String project,
            String grantedBy,
            Instant grantedAt) {}

    /**
     * @param username and the email only for administrators for all projects
     */
    record Listed(
            String id,
            String name,
            Standing standing,
            Instant since,
            @Nullable String username,
            @Nullable String email,
            @Nullable Instant linkExpiresAt,
            @Nullable Instant lockedUntil,
            List<Held> roles) {}

    List<Listed> list(Actor actor, At at, @Nullable String from, int limit) {
        return listed(
                actor,
                register.list(
                        at,
                        sight.require(actor, Area.PEOPLE),
                        from == null ? null : person(from),
                        limit));
    }

    /**
     * @throws CommandRefused {@code person.unknown}
     */
    Listed find(Actor actor, At at, UserId person) {
        return listed(
                        actor,
                        register.find(at, sight.require(actor, Area.PEOPLE), person).stream()
                                .toList())
                .stream()
                .findFirst()
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "person.unknown",
                                                "There is nobody '"
                                                        + person
                                                        + "' that you may see.")
                                        .with("subject", "person:" + person)));
    }

    static boolean administers(Actor actor) {
        return actor.rolesForAll().contains(Role.ADMINISTRATOR);
    }

    static void requireConfirmed(UserId person, String typed) {
        if (!typed.strip().equals(person.value())) {
            throw CommandRefused.invalid(
                    "confirm", typed, "there is no way back, so type '" + person + "' to confirm");
        }
    }

    private List<Listed> listed(Actor actor, List<PeopleRegister.Entry> entries) {
        var ids = new ArrayList<UserId>();
        entries.forEach(entry -> {
            ids.add(entry.person());
            entry.roles().forEach(held -> ids.add(held.grantedBy()));
        });
        var known = names.of(ids);
        Map<UserId, Account> accounts =
                administers(actor)
                        ? people
                                .accounts(
                                        entries.stream().map(PeopleRegister.Entry::person).toList())
                                .stream()
                                .collect(Collectors.toMap(Account::person, account -> account))
                        : Map.of();
        return entries.stream()
                .map(entry -> {
                    var account = accounts.get(entry.person());
                    return new Listed(
                            entry.person().value(),
                            String.valueOf(known.get(entry.person())),
                            entry.standing(),
                            entry.since(),
                            account == null ? null : account.username(),
                            account == null ? null : account.email(),
                            account == null ? null : account.linkExpiresAt(),
                            account == null ? null : account.lockedUntil(),
                            entry.roles().stream().map(held -> held(held, known)).toList());
                })
                .toList();
    }

    private static Held held(PeopleRegister.Held held, Map<UserId, String> known) {
        return new Held(
                new Actor.Grant(held.role(), held.project()).toString(),
                held.role().key(),
                held.project() == null ? null : held.project().value(),
                String.valueOf(known.get(held.grantedBy())),
                held.grantedAt());
    }

    private static UserId person(String id) {
        try {
            return new UserId(id);
        } catch (IllegalArgumentException e) {
            throw CommandRefused.invalid("from", id, "give the id of a person");
        }
    }
}
