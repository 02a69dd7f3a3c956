package io.countersign.governance.people;

import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.eventstore.Grants;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The tables {@code person}, {@code role_grant} and {@code api_token}: what decisions and the
 * sign-in ask. What events say is written from the events, what they must not say by the handlers,
 * all in the command's transaction.
 */
@Component
class PersonTable implements PersonRecords, DecisionIndex, Grants {
    static final int ATTEMPTS = 5;
    static final Duration LOCK = Duration.ofMinutes(15);
    private static final Duration TOKEN_USE_GRAIN = Duration.ofMinutes(1);
    private static final String ALL = "*";

    private final JdbcClient db;

    PersonTable(JdbcClient db) {
        this.db = db;
    }

    /** What the sign-in needs to know. */
    record Login(
            UserId person, String username, Standing standing, @Nullable String passwordHash) {}

    /**
     * @param last whether the account is locked from now on unless this attempt is right
     * @param blocked how many attempts were turned away before this one
     */
    record Attempt(boolean last, int blocked) {}

    record StoredToken(UserId person, String secretSha256, Set<TokenScope> scopes, boolean live) {}

    @Override
    public void invite(PersonCommand.Invite invite, Instant now) {
        var inserted =
                db.sql(
                                """
                                insert into person (id, username, display_name, email, state,
                                                    link_sha256, link_expires_at, created_at)
                                values (:id, :username, :name, :email, 'INVITED', :link, :until,
                                        :now)
                                on conflict (username) do nothing
                                """)
                        .param("id", invite.person().value())
                        .param("username", invite.username())
                        .param("name", invite.displayName())
                        .param("email", invite.email())
                        .param("link", invite.link().hex())
                        .param("until", Timestamp.from(invite.linkExpiresAt()))
                        .param("now", Timestamp.from(now))
                        .update();
        if (inserted == 0) {
            throw new CommandRefused(
                    Refusal.conflict(
                                    "person.username-taken",
                                    "Somebody has the user name '"
                                            + invite.username()
                                            + "' already. Choose another.")
                            .with("field", "username"));
        }
    }

    @Override
    public void link(UserId person, Sha256 link, Instant expiresAt) {
        db.sql("update person set link_sha256 = ?, link_expires_at = ? where id = ?")
                .params(link.hex(), Timestamp.from(expiresAt), person.value())
                .update();
    }

    @Override
    public boolean redeem(UserId person, Sha256 link, Instant now) {
        return db.sql(
                                """
                                update person set link_sha256 = null, link_expires_at = null
                                 where id = ? and link_sha256 = ? and link_expires_at > ?
                                """)
                        .params(person.value(), link.hex(), Timestamp.from(now))
                        .update()
                == 1;
    }

    @Override
    public void password(UserId person, String hash, Instant now) {
        db.sql(
                        """
                        update person
                           set password_hash = ?, password_changed_at = ?, link_sha256 = null,
                               link_expires_at = null, failed_attempts = 0, locked_until = null
                         where id = ?
                        """)
                .params(hash, Timestamp.from(now), person.value())
                .update();
    }

    @Override
    public void token(PersonCommand.IssueToken token) {
        db.sql(
                        """
                        insert into api_token (id, person_id, secret_sha256, scopes, expires_at)
                        values (?, ?, ?, ?, ?)
                        """)
                .params(
                        token.token(),
                        token.person().value(),
                        token.secret().hex(),
                        token.scopes().stream().map(Enum::name).sorted().toArray(String[]::new),
                        Timestamp.from(token.expiresAt()))
                .update();
    }

    @Override
    public void erase(UserId person) {
        // The state goes with it: an erased row is empty, and the table checks that.
        db.sql(
                        """
                        update person
                           set state = 'ERASED', username = null, display_name = null, email = null,
                               password_hash = null, password_changed_at = null, link_sha256 = null,
                               link_expires_at = null, failed_attempts = 0, last_attempt_at = null,
                               locked_until = null, blocked_attempts = 0
                         where id = ?
                        """)
                .param(person.value())
                .update();
    }

    @Override
    public boolean active(UserId person) {
        return db.sql("select exists (select 1 from person where id = ? and state = 'ACTIVE')")
                .param(person.value())
                .query(Boolean.class)
                .single();
    }

    @Override
    public boolean anotherAdministrator(UserId person) {
        // One at a time through here, or two who step back at once would each count the other.
        db.sql("select 1 from pg_advisory_xact_lock(hashtext('the last administrator'))")
                .query()
                .listOfRows();
        return db.sql(
                        """
                        select exists (
                            select 1 from role_grant g join person p on p.id = g.person_id
                             where g.role = ? and g.scope = '*' and p.state = 'ACTIVE'
                               and p.id <> ?)
                        """)
                .params(Role.ADMINISTRATOR.key(), person.value())
                .query(Boolean.class)
                .single();
    }

    @Override
    public void on(DomainEventMessage<?> message) {
        if (!(message.getPayload() instanceof PersonEvent event)) {
            return;
        }
        var person = event.person();
        switch (event) {
            case PersonEvent.Activated _ -> state(person, Standing.ACTIVE);
            case PersonEvent.Deactivated _ -> state(person, Standing.DEACTIVATED);
            case PersonEvent.Reactivated e -> state(person, e.to());
            case PersonEvent.RoleGranted e ->
                    db.sql("insert into role_grant (person_id, role, scope) values (?, ?, ?)")
                            .params(person.value(), e.role().key(), scope(e.project()))
                            .update();
            case PersonEvent.RoleRevoked e ->
                    db.sql("delete from role_grant where person_id = ? and role = ? and scope = ?")
                            .params(person.value(), e.role().key(), scope(e.project()))
                            .update();
            case PersonEvent.TokenRevoked e ->
                    db.sql("update api_token set revoked_at = ? where id = ? and person_id = ?")
                            .params(
                                    Timestamp.from(message.getTimestamp()),
                                    e.token(),
                                    person.value())
                            .update();
            case PersonEvent.RoleDelegated e ->
                    db.sql(
                                    """
                                    insert into delegation (id, person_id, delegate_id, roles,
                                                            projects, begins_at, until)
                                    values (?, ?, ?, ?, ?, ?, ?)
                                    """)
                            .params(
                                    e.delegation(),
                                    person.value(),
                                    e.to().value(),
                                    e.roles().stream().map(Role::key).toArray(String[]::new),
                                    e.projects().stream()
                                            .map(ProjectId::value)
                                            .toArray(String[]::new),
                                    Timestamp.from(e.begins()),
                                    Timestamp.from(e.until()))
                            .update();
            case PersonEvent.DelegationEnded e ->
                    db.sql("delete from delegation where id = ? and person_id = ?")
                            .params(e.delegation(), person.value())
                            .update();
            case PersonEvent.Erased _,
                    PersonEvent.Invited _,
                    PersonEvent.LinkIssued _,
                    PersonEvent.PasswordChanged _,
                    PersonEvent.TokenIssued _,
                    PersonEvent.SignInFailed _,
                    PersonEvent.Locked _ -> {}
        }
    }

    /** Nothing for anybody who is not active. */
    @Override
    public Set<Actor.Grant> of(UserId person) {
        return new HashSet<>(
                db.sql(
                                """
                                select g.role, g.scope
                                  from role_grant g join person p on p.id = g.person_id
                                 where p.id = ? and p.state = 'ACTIVE'
                                """)
                        .param(person.value())
                        .query((row, _) ->
                                new Actor.Grant(
                                        new Role(row.getString(1)), project(row.getString(2))))
                        .list());
    }

    /** From what others hold themselves, so that nothing is passed on; never administration. */
    @Override
    public List<Actor.StandIn> standIns(UserId person, Instant now) {
        var held = new TreeMap<UserId, Set<Actor.Grant>>();
        db.sql(
                        """
                        select d.person_id, g.role, s.scope
                          from delegation d
                          join person p on p.id = d.person_id and p.state = 'ACTIVE'
                          join person o on o.id = d.delegate_id and o.state = 'ACTIVE'
                          join role_grant g on g.person_id = d.person_id
                         cross join lateral unnest(
                               case when g.scope = '*' and cardinality(d.projects) > 0
                                    then d.projects else array[g.scope] end) s (scope)
                         where d.delegate_id = :person and d.begins_at <= :now and d.until > :now
                           and g.role <> 'administrator'
                           and (cardinality(d.roles) = 0 or g.role = any(d.roles))
                           and (cardinality(d.projects) = 0 or s.scope = any(d.projects))
                        """)
                .param("person", person.value())
                .param("now", Timestamp.from(now))
                .query(row -> {
                    held.computeIfAbsent(new UserId(row.getString(1)), _ -> new HashSet<>())
                            .add(
                                    new Actor.Grant(
                                            new Role(row.getString(2)), project(row.getString(3))));
                });
        return held.entrySet().stream()
                .map(entry -> new Actor.StandIn(entry.getKey(), entry.getValue()))
                .toList();
    }

    Optional<Login> login(String username) {
        return login("username", username);
    }

    Optional<Login> login(UserId person) {
        return login("id", person.value());
    }

    Optional<Login> byLink(Sha256 link) {
        return login("link_sha256", link.hex());
    }

    boolean linkWorks(UserId person, Instant now) {
        return db.sql("select link_expires_at > ? from person where id = ?")
                .params(Timestamp.from(now), person.value())
                .query(Boolean.class)
                .single();
    }

    private Optional<Login> login(String column, String value) {
        return db.sql(
                        "select id, username, state, password_hash from person where state <>"
                                + " 'ERASED' and "
                                + column
                                + " = ?")
                .param(value)
                .query((row, _) ->
                        new Login(
                                new UserId(row.getString(1)),
                                row.getString(2),
                                Standing.valueOf(row.getString(3)),
                                row.getString(4)))
                .optional();
    }

    /**
     * Takes one of the attempts an account has, before the password is looked at, so that many at
     * once get no more of them than one after the other. Empty where there is none left; that is
     * counted.
     */
    Optional<Attempt> attempt(UserId person, Instant now) {
        var taken =
                db.sql(
                                """
                                update person p
                                   set failed_attempts = next.attempts,
                                       last_attempt_at = :now,
                                       locked_until =
                                           case when next.attempts >= :most
                                                then :until::timestamptz end,
                                       blocked_attempts = 0
                                  from (select id, blocked_attempts,
                                               case when last_attempt_at > :windowStart
                                                     and locked_until is null
                                                    then failed_attempts else 0 end + 1 as attempts
                                          from person where id = :person for update) next
                                 where p.id = next.id
                                   and (p.locked_until is null or p.locked_until <= :now)
                                returning next.attempts, next.blocked_attempts
                                """)
                        .param("person", person.value())
                        .param("now", Timestamp.from(now))
                        .param("until", Timestamp.from(now.plus(LOCK)))
                        .param("windowStart", Timestamp.from(now.minus(LOCK)))
                        .param("most", ATTEMPTS)
                        .query((row, _) -> new Attempt(row.getInt(1) >= ATTEMPTS, row.getInt(2)))
                        .optional();
        if (taken.isEmpty()) {
            db.sql("update person set blocked_attempts = blocked_attempts + 1 where id = ?")
                    .param(person.value())
                    .update();
        }
        return taken;
    }

    /** The password was right: the attempts begin anew. */
    void attemptSucceeded(UserId person) {
        db.sql(
                        "update person set failed_attempts = 0, locked_until = null where id = ?"
                                + " and failed_attempts > 0")
                .param(person.value())
                .update();
    }

    Optional<StoredToken> token(String id, Instant now) {
        return db.sql(
                        """
                        select t.person_id, t.secret_sha256, t.scopes,
                               t.revoked_at is null and t.expires_at > ? and p.state = 'ACTIVE'
                          from api_token t join person p on p.id = t.person_id
                         where t.id = ?
                        """)
                .params(Timestamp.from(now), id)
                .query((row, _) -> {
                    var scopes = new HashSet<TokenScope>();
                    for (var scope : (String[]) row.getArray(3).getArray()) {
                        scopes.add(TokenScope.valueOf(scope));
                    }
                    return new StoredToken(
                            new UserId(row.getString(1)),
                            row.getString(2),
                            scopes,
                            row.getBoolean(4));
                })
                .optional();
    }

    /** To the minute, so that a busy token does not write for each use. */
    void tokenUsed(String id, Instant now) {
        db.sql(
                        """
                        update api_token set last_used_at = ?
                         where id = ? and (last_used_at is null or last_used_at <= ?)
                        """)
                .params(Timestamp.from(now), id, Timestamp.from(now.minus(TOKEN_USE_GRAIN)))
                .update();
    }

    /** Empty where the person is not active; the epoch where no password was ever set. */
    Optional<Instant> passwordChangedAt(UserId person) {
        return db.sql(
                        """
                        select coalesce(password_changed_at, 'epoch') from person
                         where id = ? and state = 'ACTIVE'
                        """)
                .param(person.value())
                .query((row, _) -> row.getObject(1, OffsetDateTime.class).toInstant())
                .optional();
    }

    boolean anybodyActive() {
        return db.sql("select exists (select 1 from person where state = 'ACTIVE')")
                .query(Boolean.class)
                .single();
    }

    /** The invited administrator of a first start that nobody has followed up. */
    Optional<UserId> waitingAdministrator() {
        return db.sql(
                        """
                        select p.id from person p join role_grant g on g.person_id = p.id
                         where p.state = 'INVITED' and g.role = ? and g.scope = '*'
                         order by p.created_at, p.id limit 1
                        """)
                .param(Role.ADMINISTRATOR.key())
                .query((row, _) -> new UserId(row.getString(1)))
                .optional();
    }

    boolean anybody() {
        return db.sql("select exists (select 1 from person)").query(Boolean.class).single();
    }

    private void state(UserId person, Standing standing) {
        db.sql("update person set state = ? where id = ?")
                .params(standing.name(), person.value())
                .update();
    }

    static String scope(@Nullable ProjectId project) {
        return project == null ? ALL : project.value();
    }

    static @Nullable ProjectId project(String scope) {
        return scope.equals(ALL) ? null : new ProjectId(scope);
    }
}
