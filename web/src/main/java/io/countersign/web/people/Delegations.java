package io.countersign.web.people;

import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.people.Names;
import io.countersign.governance.people.People;
import io.countersign.governance.people.PeopleRegister;
import io.countersign.governance.people.PeopleRegister.Delegation;
import io.countersign.governance.people.Standing;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import io.countersign.web.page.DayGiven;
import io.countersign.web.security.Reauthentication;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who stands in for whom, for a page or the API alike. */
@Component
class Delegations {
    private static final int MOST = 200;
    private static final int MOST_PEOPLE = 500;

    private final People people;
    private final PeopleRegister register;
    private final Names names;
    private final Reauthentication reauthentication;

    Delegations(
            People people,
            PeopleRegister register,
            Names names,
            Reauthentication reauthentication) {
        this.people = people;
        this.register = register;
        this.names = names;
        this.reauthentication = reauthentication;
    }

    /**
     * @param roles empty for all that are held
     * @param projects empty for all
     * @param until before, not at it
     * @param away whether the person is out of office
     * @param state ahead, active, over or ended
     * @param ends whether who asks may end it
     */
    record Listed(
            String id,
            String person,
            String personName,
            String delegate,
            String delegateName,
            List<String> roles,
            List<String> projects,
            Instant begins,
            Instant until,
            boolean away,
            @Nullable String note,
            String state,
            boolean ends) {}

    /**
     * A delegation as it was typed or sent.
     *
     * @param begins a day, from whose start in UTC it counts, or a time; empty for at once
     * @param until a day, to whose end in UTC it counts, or a time
     */
    record Given(
            @Nullable String to,
            List<String> roles,
            List<String> projects,
            @Nullable String begins,
            @Nullable String until,
            boolean away,
            @Nullable String note,
            @Nullable String password) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Given[to " + to + "]";
        }
    }

    /** Those this person has given or was given, the latest first. */
    List<Listed> mine(Actor actor, At at) {
        return listed(register.delegations(at, actor.id(), MOST), actor, at);
    }

    /** Everybody's for administrators, the latest first; for others none. */
    List<Listed> all(Actor actor, At at) {
        return Directory.administers(actor)
                ? listed(register.delegations(at, null, MOST), actor, at)
                : List.of();
    }

    /** Those of one person, for administrators and for themself. */
    List<Listed> of(UserId person, Actor actor, At at) {
        return Directory.administers(actor) || actor.id().equals(person)
                ? listed(register.delegations(at, person, MOST), actor, at)
                : List.of();
    }

    /**
     * Who can stand in for this person: names by id of those active that have a project in common.
     */
    Map<String, String> candidates(Actor actor, At at) {
        var others =
                register.list(at, actor.visibility(), null, MOST_PEOPLE).stream()
                        .filter(entry -> entry.standing() == Standing.ACTIVE)
                        .map(PeopleRegister.Entry::person)
                        .filter(person -> !person.equals(actor.id()))
                        .toList();
        var known = names.of(others);
        var candidates = new LinkedHashMap<String, String>();
        others.stream()
                .sorted(Comparator.comparing(person -> String.valueOf(known.get(person))))
                .forEach(person ->
                        candidates.put(person.value(), String.valueOf(known.get(person))));
        return candidates;
    }

    /**
     * @throws CommandRefused from {@link Reauthentication#confirm} or {@link People#delegate}
     */
    People.Delegated delegate(Given given, Actor actor, Context context) {
        var begins = text(given.begins());
        return people.delegate(
                value("to", text(given.to()), "choose who stands in", UserId::new),
                values("roles", given.roles(), Role::new),
                values("projects", given.projects(), ProjectId::new),
                begins.isEmpty() ? null : DayGiven.start("begins", begins),
                DayGiven.end("until", text(given.until())),
                given.away(),
                given.note(),
                reauthentication.confirm(actor, given.password()),
                context);
    }

    private List<Listed> listed(List<Delegation> delegations, Actor actor, At at) {
        var known =
                names.of(
                        delegations.stream()
                                .flatMap(d -> Stream.of(d.person(), d.delegate()))
                                .toList());
        return delegations.stream()
                .map(d -> {
                    var state = d.stateAt(at.time());
                    return new Listed(
                            d.id(),
                            d.person().value(),
                            String.valueOf(known.get(d.person())),
                            d.delegate().value(),
                            String.valueOf(known.get(d.delegate())),
                            d.roles().stream().map(Role::key).toList(),
                            d.projects().stream().map(ProjectId::value).toList(),
                            d.beginsAt(),
                            d.until(),
                            d.away(),
                            Objects.toString(d.note(), null),
                            state,
                            !at.past()
                                    && (state.equals("active") || state.equals("ahead"))
                                    && (actor.id().equals(d.person())
                                            || Directory.administers(actor)));
                })
                .toList();
    }

    private static <T> List<T> values(String field, List<String> given, Function<String, T> read) {
        return given.stream()
                .filter(one -> !one.isBlank())
                .map(one -> value(field, one, "give keys of those you hold", read))
                .toList();
    }

    private static <T> T value(String field, String given, String rule, Function<String, T> read) {
        try {
            return read.apply(given);
        } catch (CommandRefused | IllegalArgumentException e) {
            throw CommandRefused.invalid(field, given, rule);
        }
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given.strip();
    }
}
