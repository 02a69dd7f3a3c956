package io.countersign.governance.people;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A person's account as its events leave it.
 *
 * @param hasPassword whether one was ever set
 * @param tokens those not revoked, expired ones included
 * @param delegations when each that was not ended ends by itself, those that have included
 */
record Person(
        Standing standing,
        boolean hasPassword,
        Set<Actor.Grant> grants,
        Set<String> tokens,
        Map<String, Instant> delegations) {
    static final Person EMPTY = new Person(Standing.INVITED, false, Set.of(), Set.of(), Map.of());

    Person {
        grants = Set.copyOf(grants);
        tokens = Set.copyOf(tokens);
        delegations = Map.copyOf(delegations);
    }

    Person evolve(PersonEvent event) {
        return switch (event) {
            case PersonEvent.Invited _ -> EMPTY;
            case PersonEvent.Activated _ ->
                    new Person(Standing.ACTIVE, true, grants, tokens, delegations);
            case PersonEvent.Reactivated e -> with(e.to());
            case PersonEvent.Deactivated _ -> with(Standing.DEACTIVATED);
            case PersonEvent.Erased _ ->
                    new Person(Standing.ERASED, false, Set.of(), Set.of(), Map.of());
            case PersonEvent.RoleGranted e ->
                    with(plus(grants, grant(e.role(), e.project())), tokens);
            case PersonEvent.RoleRevoked e ->
                    with(minus(grants, grant(e.role(), e.project())), tokens);
            case PersonEvent.TokenIssued e -> with(grants, plus(tokens, e.token()));
            case PersonEvent.TokenRevoked e -> with(grants, minus(tokens, e.token()));
            case PersonEvent.RoleDelegated e -> {
                var more = new HashMap<>(delegations);
                more.put(e.delegation(), e.until());
                yield new Person(standing, hasPassword, grants, tokens, more);
            }
            case PersonEvent.DelegationEnded e -> {
                var fewer = new HashMap<>(delegations);
                fewer.remove(e.delegation());
                yield new Person(standing, hasPassword, grants, tokens, fewer);
            }
            case PersonEvent.LinkIssued _,
                    PersonEvent.PasswordChanged _,
                    PersonEvent.SignInFailed _,
                    PersonEvent.Locked _ ->
                    this;
        };
    }

    boolean holds(Role role, @Nullable ProjectId project) {
        return grants.contains(grant(role, project));
    }

    static Actor.Grant grant(Role role, @Nullable ProjectId project) {
        return new Actor.Grant(role, project);
    }

    private Person with(Standing next) {
        return new Person(next, hasPassword, grants, tokens, delegations);
    }

    private Person with(Set<Actor.Grant> nextGrants, Set<String> nextTokens) {
        return new Person(standing, hasPassword, nextGrants, nextTokens, delegations);
    }

    private static <T> Set<T> plus(Set<T> set, T element) {
        var more = new HashSet<>(set);
        more.add(element);
        return more;
    }

    private static <T> Set<T> minus(Set<T> set, T element) {
        var fewer = new HashSet<>(set);
        fewer.remove(element);
        return fewer;
    }
}
