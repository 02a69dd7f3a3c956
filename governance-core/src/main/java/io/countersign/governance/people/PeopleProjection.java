package io.countersign.governance.people;

import io.countersign.governance.readmodel.Projection;
import io.countersign.governance.readmodel.ReadTables;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.readmodel.TemporalTable;
import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Keeps {@link PeopleRegister} in step. */
@Component
class PeopleProjection implements Projection {
    private final TemporalTable<StandingRow> standings;
    private final TemporalTable<GrantRow> grants;
    private final TemporalTable<TokenRow> tokens;
    private final TemporalTable<DelegationRow> delegations;

    record StandingRow(
            UserId person,
            Standing standing,
            Instant since,
            Instant invitedAt,
            @Nullable Instant lockedUntil) {}

    /**
     * @param scope a project's key, or {@code *} for all of them
     */
    record GrantRow(UserId person, Role role, String scope, UserId grantedBy, Instant grantedAt) {}

    record TokenRow(
            String token,
            UserId person,
            PersonalText name,
            Set<TokenScope> scopes,
            Instant issuedAt,
            Instant expiresAt,
            @Nullable Instant revokedAt) {}

    /**
     * @param roles empty for all
     * @param projects empty for all
     */
    record DelegationRow(
            String delegation,
            UserId person,
            UserId delegate,
            List<Role> roles,
            List<ProjectId> projects,
            Instant beginsAt,
            Instant until,
            boolean away,
            @Nullable PersonalText note,
            @Nullable Instant endedAt) {}

    PeopleProjection(ReadTables tables) {
        delegations = tables.temporal("person_delegation", DelegationRow.class, "delegation");
        standings = tables.temporal("person_standing", StandingRow.class, "person");
        grants = tables.temporal("person_grant", GrantRow.class, "person", "role", "scope");
        tokens = tables.temporal("person_token", TokenRow.class, "token");
    }

    @Override
    public void on(Recorded event) {
        if (!(event.payload() instanceof PersonEvent happened)) {
            return;
        }
        var at = event.at();
        var position = event.position();
        var person = happened.person();
        switch (happened) {
            case PersonEvent.Invited _ ->
                    standings.put(
                            position, new StandingRow(person, Standing.INVITED, at, at, null));
            case PersonEvent.Activated _ -> standing(event, person, Standing.ACTIVE);
            case PersonEvent.Reactivated e -> standing(event, person, e.to());
            case PersonEvent.Deactivated _ -> standing(event, person, Standing.DEACTIVATED);
            case PersonEvent.Locked e -> locked(position, person, e.until());
            case PersonEvent.PasswordChanged _ -> locked(position, person, null);
            case PersonEvent.RoleGranted e ->
                    grants.put(
                            position,
                            new GrantRow(
                                    person,
                                    e.role(),
                                    PersonTable.scope(e.project()),
                                    event.actor().id(),
                                    at));
            case PersonEvent.RoleRevoked e ->
                    grants.end(position, person, e.role(), PersonTable.scope(e.project()));
            case PersonEvent.TokenIssued e ->
                    tokens.put(
                            position,
                            new TokenRow(
                                    e.token(),
                                    person,
                                    e.name(),
                                    e.scopes(),
                                    at,
                                    e.expiresAt(),
                                    null));
            case PersonEvent.TokenRevoked e ->
                    tokens.change(
                            position,
                            t ->
                                    new TokenRow(
                                            t.token(),
                                            t.person(),
                                            t.name(),
                                            t.scopes(),
                                            t.issuedAt(),
                                            t.expiresAt(),
                                            at),
                            e.token());
            case PersonEvent.RoleDelegated e ->
                    delegations.put(
                            position,
                            new DelegationRow(
                                    e.delegation(),
                                    person,
                                    e.to(),
                                    e.roles(),
                                    e.projects(),
                                    e.begins(),
                                    e.until(),
                                    e.away(),
                                    e.note(),
                                    null));
            case PersonEvent.DelegationEnded e ->
                    delegations.change(
                            position,
                            d ->
                                    new DelegationRow(
                                            d.delegation(),
                                            d.person(),
                                            d.delegate(),
                                            d.roles(),
                                            d.projects(),
                                            d.beginsAt(),
                                            d.until(),
                                            d.away(),
                                            d.note(),
                                            at),
                            e.delegation());
            case PersonEvent.Erased _ -> standing(event, person, Standing.ERASED);
            case PersonEvent.LinkIssued _, PersonEvent.SignInFailed _ -> {}
        }
    }

    private void standing(Recorded event, UserId person, Standing standing) {
        standings.change(
                event.position(),
                row ->
                        new StandingRow(
                                person, standing, event.at(), row.invitedAt(), row.lockedUntil()),
                person);
    }

    private void locked(long position, UserId person, @Nullable Instant until) {
        standings.change(
                position,
                row -> new StandingRow(person, row.standing(), row.since(), row.invitedAt(), until),
                person);
    }
}
