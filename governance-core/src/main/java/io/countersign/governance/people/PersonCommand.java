package io.countersign.governance.people;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * What may be asked about a person. {@link People} and {@link SignIn} send those with a secret in
 * them; the others are for anybody to send.
 */
public sealed interface PersonCommand extends Command {
    UserId person();

    @Override
    @TargetAggregateIdentifier
    default SubjectRef stream() {
        return new SubjectRef(SubjectKind.PERSON, person().value());
    }

    /**
     * @param link digest of the one-time link's secret
     * @param grants the roles held from the start
     */
    record Invite(
            UserId person,
            String username,
            String displayName,
            @Nullable String email,
            Sha256 link,
            Instant linkExpiresAt,
            Set<Actor.Grant> grants)
            implements PersonCommand {
        public Invite {
            grants = Set.copyOf(grants);
        }

        @Override
        public Object repeatable() {
            var roles = grants.stream().map(Actor.Grant::toString).sorted().toList();
            return List.of(username, displayName, email == null ? "" : email, roles);
        }

        /** Without the personal part, since commands may end up in logs. */
        @Override
        public String toString() {
            return "Invite[" + person + "]";
        }
    }

    /** A new one-time link; the one before stops working. */
    record IssueLink(UserId person, Sha256 link, Instant expiresAt) implements PersonCommand {
        @Override
        public Object repeatable() {
            return person;
        }
    }

    /** Sets the first password by the link. */
    record Activate(UserId person, Sha256 link, String passwordHash) implements PersonCommand {
        @Override
        public Object repeatable() {
            return link;
        }

        @Override
        public String toString() {
            return "Activate[" + person + "]";
        }
    }

    /**
     * @param link null where the person gave the old password
     */
    record ChangePassword(UserId person, @Nullable Sha256 link, String passwordHash)
            implements PersonCommand {
        @Override
        public Object repeatable() {
            return link == null ? person : link;
        }

        @Override
        public String toString() {
            return "ChangePassword[" + person + "]";
        }
    }

    record Deactivate(UserId person) implements PersonCommand {}

    /** Back as before, with the roles held then. */
    record Reactivate(UserId person) implements PersonCommand {}

    /**
     * @param project null for all of them
     */
    record GrantRole(UserId person, Role role, @Nullable ProjectId project)
            implements PersonCommand {}

    /**
     * @param project null for the grant for all of them
     */
    record RevokeRole(UserId person, Role role, @Nullable ProjectId project)
            implements PersonCommand {}

    /**
     * @param secret digest of the token's secret
     */
    record IssueToken(
            UserId person,
            String token,
            String name,
            Set<TokenScope> scopes,
            Instant expiresAt,
            Sha256 secret)
            implements PersonCommand {
        public IssueToken {
            scopes = Set.copyOf(scopes);
        }

        @Override
        public Object repeatable() {
            return List.of(name, scopes.stream().sorted().toList(), expiresAt);
        }
    }

    record RevokeToken(UserId person, String token) implements PersonCommand {}

    /**
     * Lets another decide in this person's place. By the person, password just given.
     *
     * @param roles which of those held; empty for all
     * @param projects in which of those they are held in; empty for all
     * @param begins null for at once
     * @param until before, not at it
     * @param away whether the person is out of office
     * @param note for whoever stands in, or null
     */
    record Delegate(
            UserId person,
            String delegation,
            UserId to,
            List<Role> roles,
            List<ProjectId> projects,
            @Nullable Instant begins,
            Instant until,
            boolean away,
            @Nullable String note)
            implements PersonCommand {
        public Delegate {
            roles = roles.stream().distinct().sorted().toList();
            projects = projects.stream().distinct().sorted().toList();
        }

        @Override
        public Object repeatable() {
            return List.of(
                    to,
                    roles,
                    projects,
                    begins == null ? "" : begins.toString(),
                    until,
                    away,
                    note == null ? "" : note);
        }
    }

    /** Ends a delegation before its time. By the person, or an administrator. */
    record EndDelegation(UserId person, String delegation) implements PersonCommand {}

    record RecordFailedSignIn(UserId person, int blockedBefore, @Nullable Instant lockedUntil)
            implements PersonCommand {}

    /** Of somebody deactivated; there is no way back. */
    record Erase(UserId person) implements PersonCommand {}
}
