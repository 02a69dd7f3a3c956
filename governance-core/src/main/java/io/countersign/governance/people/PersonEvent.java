package io.countersign.governance.people;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.PersonErased;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a person's account. Stored for ever, so it holds pseudonyms only: no name,
 * no address, no hash. Who did it is in the metadata.
 */
public sealed interface PersonEvent {
    UserId person();

    @EventName("person.invited")
    record Invited(UserId person) implements PersonEvent {}

    /** A one-time link to set a password was made, which may pass into other hands. */
    @EventName("person.link-issued")
    record LinkIssued(UserId person, Instant expiresAt) implements PersonEvent {}

    /** The first password was set. */
    @EventName("person.activated")
    record Activated(UserId person) implements PersonEvent {}

    /**
     * @param byLink whether a one-time link stood in for the old password
     */
    @EventName("person.password-changed")
    record PasswordChanged(UserId person, boolean byLink) implements PersonEvent {}

    @EventName("person.deactivated")
    record Deactivated(UserId person) implements PersonEvent {}

    /**
     * @param to INVITED where there never was a password, otherwise ACTIVE
     */
    @EventName("person.reactivated")
    record Reactivated(UserId person, Standing to) implements PersonEvent {}

    /**
     * @param project null for all of them
     */
    @EventName("person.role-granted")
    record RoleGranted(UserId person, Role role, @Nullable ProjectId project)
            implements PersonEvent {}

    /**
     * @param project null for all of them
     */
    @EventName("person.role-revoked")
    record RoleRevoked(UserId person, Role role, @Nullable ProjectId project)
            implements PersonEvent {}

    @EventName("person.token-issued")
    record TokenIssued(
            UserId person,
            String token,
            PersonalText name,
            Set<TokenScope> scopes,
            Instant expiresAt)
            implements PersonEvent {
        public TokenIssued {
            scopes = Set.copyOf(scopes);
        }
    }

    @EventName("person.token-revoked")
    record TokenRevoked(UserId person, String token) implements PersonEvent {}

    /**
     * Another may decide in this person's place, as far as they hold the roles then. It ends by
     * itself.
     *
     * @param roles empty for all that are held
     * @param projects empty for all that the roles are held in
     * @param until before, not at it
     * @param away whether the person is out of office
     */
    @EventName("person.role-delegated")
    record RoleDelegated(
            UserId person,
            String delegation,
            UserId to,
            List<Role> roles,
            List<ProjectId> projects,
            Instant begins,
            Instant until,
            boolean away,
            @Nullable PersonalText note)
            implements PersonEvent {
        public RoleDelegated {
            roles = List.copyOf(roles);
            projects = List.copyOf(projects);
        }
    }

    /** Before its time. */
    @EventName("person.delegation-ended")
    record DelegationEnded(UserId person, String delegation) implements PersonEvent {}

    /**
     * A wrong password.
     *
     * @param blockedBefore how many attempts were turned away unread since the last such event,
     *     because the account was locked
     */
    @EventName("person.sign-in-failed")
    record SignInFailed(UserId person, int blockedBefore) implements PersonEvent {}

    @EventName("person.locked")
    record Locked(UserId person, Instant until) implements PersonEvent {}

    /** Roles and tokens were revoked one by one before. */
    @EventName("person.erased")
    record Erased(UserId person) implements PersonEvent, PersonErased {}
}
