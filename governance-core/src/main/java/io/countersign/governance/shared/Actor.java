package io.countersign.governance.shared;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who acts, with the roles they hold at this moment. Built by the sign-in for queries, and built
 * anew inside the command's own transaction for decisions, so that a grant taken back a moment ago
 * no longer counts.
 *
 * @param onBehalfOf the person this one stands in for, or null
 * @param freshAt when the person last proved who they are with their password, or null where a
 *     token, a job or an older sign-in acts
 * @param grants the roles, each for one project or for all; of somebody who acts for another, what
 *     that one delegated
 * @param standsInFor whom this person may act for at this moment; what is theirs can be seen, and
 *     is acted on by {@link #acting} only
 */
public record Actor(
        UserId id,
        @Nullable UserId onBehalfOf,
        Channel channel,
        @Nullable Instant freshAt,
        Set<Grant> grants,
        List<StandIn> standsInFor) {
    /** Of somebody who stands in for nobody. */
    public Actor(
            UserId id,
            @Nullable UserId onBehalfOf,
            Channel channel,
            @Nullable Instant freshAt,
            Set<Grant> grants) {
        this(id, onBehalfOf, channel, freshAt, grants, List.of());
    }

    /** What this person may do in another's place: never more than that one holds. */
    public record StandIn(UserId of, Set<Grant> grants) {
        public StandIn {
            grants = Set.copyOf(grants);
        }
    }

    /** A role for one project, or for all of them where {@code project} is null. */
    public record Grant(Role role, @Nullable ProjectId project) implements Comparable<Grant> {
        /** {@code requester@credit-scoring}, or {@code auditor@*}. */
        public static Grant parse(String text) {
            var at = text.indexOf('@');
            if (at < 1) {
                throw CommandRefused.invalid("grant", text, "write it as role@project or role@*");
            }
            var scope = text.substring(at + 1);
            return new Grant(
                    new Role(text.substring(0, at)),
                    scope.equals("*") ? null : new ProjectId(scope));
        }

        @Override
        public int compareTo(Grant other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return role + "@" + (project == null ? "*" : project);
        }
    }

    public Actor {
        grants = Set.copyOf(grants);
        standsInFor = List.copyOf(standsInFor);
    }

    /** The product itself; it may do what its own rules tell it and holds no role. */
    public static Actor system() {
        return new Actor(UserId.SYSTEM, null, Channel.JOB, null, Set.of());
    }

    public boolean isSystem() {
        return id.equals(UserId.SYSTEM);
    }

    /** The roles held in this project, those for all projects included. */
    public SortedSet<Role> rolesIn(ProjectId project) {
        return grants.stream()
                .filter(g -> g.project() == null || g.project().equals(project))
                .map(Grant::role)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The roles held for all projects. */
    public SortedSet<Role> rolesForAll() {
        return grants.stream()
                .filter(g -> g.project() == null)
                .map(Grant::role)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Which projects this person may see anything of, also as a stand-in. */
    public Visibility visibility() {
        var all =
                Stream.concat(
                                grants.stream(),
                                standsInFor.stream().flatMap(other -> other.grants().stream()))
                        .collect(Collectors.toSet());
        return all.stream().anyMatch(grant -> grant.project() == null)
                ? Visibility.ALL
                : Visibility.of(
                        all.stream()
                                .map(Grant::project)
                                .filter(java.util.Objects::nonNull)
                                .collect(Collectors.toSet()));
    }

    /** This person in the place of another, with what that one delegated and nothing else. */
    public Actor standingIn(StandIn other) {
        return new Actor(id, other.of(), channel, freshAt, other.grants());
    }

    /**
     * This person as they act in a role: in their own name where they hold it, else for the one who
     * delegated it to them.
     *
     * @param wanted for whom, or null where they do not say
     * @throws CommandRefused {@code delegation.none} where the one they name has not delegated the
     *     role to them; {@code delegation.ambiguous} where it could be for several
     */
    public Actor acting(ProjectId project, Role role, @Nullable UserId wanted) {
        if (wanted == null && rolesIn(project).contains(role)) {
            return this;
        }
        var possible =
                standsInFor.stream()
                        .filter(other -> wanted == null || other.of().equals(wanted))
                        .filter(other -> standingIn(other).rolesIn(project).contains(role))
                        .toList();
        if (possible.isEmpty() && wanted != null) {
            throw new CommandRefused(
                    Refusal.forbidden(
                                    "delegation.none",
                                    "The role "
                                            + role
                                            + " is not delegated to you by '"
                                            + wanted
                                            + "' in project '"
                                            + project
                                            + "', or no longer.")
                            .with("field", "role"));
        }
        if (possible.size() > 1) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "delegation.ambiguous",
                                    "Several people have delegated the role "
                                            + role
                                            + " to you: "
                                            + possible.stream()
                                                    .map(other -> other.of().value())
                                                    .collect(Collectors.joining(", "))
                                            + ". Say for whom you act.")
                            .with("field", "role"));
        }
        return possible.isEmpty() ? this : standingIn(possible.getFirst());
    }

    /** Which projects this person holds the role in. */
    public Visibility holding(Role role) {
        var held = grants.stream().filter(g -> g.role().equals(role)).toList();
        return isSystem() || held.stream().anyMatch(g -> g.project() == null)
                ? Visibility.ALL
                : Visibility.of(
                        held.stream()
                                .map(Grant::project)
                                .filter(java.util.Objects::nonNull)
                                .collect(Collectors.toSet()));
    }

    /**
     * @throws CommandRefused {@code access.role-needed} unless one of the roles is held in the
     *     project, or {@code access.project-unknown} where the project cannot even be seen
     */
    public void require(ProjectId project, Role... anyOf) {
        var held = rolesIn(project);
        if (held.isEmpty() && !isSystem()) {
            throw new CommandRefused(
                    Refusal.notFound(
                                    "project.unknown",
                                    "There is no project '"
                                            + project
                                            + "' that you may see. Check the name, or ask an"
                                            + " administrator for a role in it.")
                            .with("project", project.value()));
        }
        if (!isSystem() && Arrays.stream(anyOf).noneMatch(held::contains)) {
            throw new CommandRefused(roleNeeded("in project '" + project + "'", held, anyOf));
        }
    }

    /**
     * @throws CommandRefused {@code access.role-needed} unless one of the roles is held for all
     *     projects
     */
    public void requireForAll(Role... anyOf) {
        var held = rolesForAll();
        if (!isSystem() && Arrays.stream(anyOf).noneMatch(held::contains)) {
            throw new CommandRefused(roleNeeded("for all projects", held, anyOf));
        }
    }

    private static Refusal roleNeeded(String where, SortedSet<Role> held, Role... anyOf) {
        var needed = Arrays.stream(anyOf).map(Role::key).sorted().toList();
        var holds =
                held.isEmpty()
                        ? "none"
                        : held.stream().map(Role::key).collect(Collectors.joining(", "));
        return new Refusal(
                "access.role-needed",
                Refusal.Kind.FORBIDDEN,
                "This needs the role "
                        + String.join(" or ", needed)
                        + " "
                        + where
                        + "; the roles held there are: "
                        + holds
                        + ".",
                Map.of("needed", needed));
    }
}
