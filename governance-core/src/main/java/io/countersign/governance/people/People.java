package io.countersign.governance.people;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes accounts, links and tokens: all that involves a secret, which is returned once and kept as
 * a digest only. The other commands of {@link PersonCommand} are sent as any other.
 */
@Component
public class People {
    /** How long an invitation or a new link works. */
    public static final Duration LINK_LIFE = Duration.ofHours(72);

    private static final String TOKEN_PREFIX = "cs_";

    private final Commands commands;
    private final JdbcClient db;
    private final Clock clock;

    People(Commands commands, JdbcClient db, Clock clock) {
        this.commands = commands;
        this.db = db;
        this.clock = clock;
    }

    /**
     * A one-time link that was made.
     *
     * @param secret what the link carries; shown once, and null where the same key was sent before
     * @param expiresAt null where the same key was sent before and the link was used
     */
    public record Link(
            UserId person,
            @Nullable String secret,
            @Nullable Instant expiresAt,
            @Nullable String eventId) {
        /** Of a link made just now. */
        public String shown() {
            return Objects.requireNonNull(secret);
        }
    }

    /**
     * A token that was made.
     *
     * @param token {@code cs_<id>_<secret>}; shown once, and null where the same key was sent
     *     before
     */
    public record IssuedToken(
            String id, @Nullable String token, Instant expiresAt, @Nullable String eventId) {
        /** Of one made just now. */
        public String shown() {
            return Objects.requireNonNull(token);
        }
    }

    /**
     * Invites somebody, who then sets a password by the link.
     *
     * @param username 2 to 80 characters; stored in lower case
     * @param grants roles from the start
     * @throws CommandRefused {@code input.invalid}, {@code person.username-taken}, {@code
     *     role.unknown}, {@code access.role-needed}
     */
    public Link invite(
            String username,
            String displayName,
            @Nullable String email,
            Set<Actor.Grant> grants,
            Actor actor) {
        return invite(username, displayName, email, grants, actor, Context.NONE);
    }

    /** The same; under one key somebody is invited once, and the link shown once. */
    public Link invite(
            String username,
            String displayName,
            @Nullable String email,
            Set<Actor.Grant> grants,
            Actor actor,
            Context context) {
        var person = new UserId("u-" + Secrets.id(8, actor.id(), context.idempotencyKey()));
        var secret = Secrets.secret();
        var expiresAt = clock.instant().plus(LINK_LIFE);
        var sent =
                commands.send(
                        new PersonCommand.Invite(
                                person,
                                username(username),
                                displayName(displayName),
                                email(email),
                                Sha256.of(secret),
                                expiresAt,
                                grants),
                        actor,
                        context);
        return link(person, secret, expiresAt, sent);
    }

    /** A new link for somebody invited, or who forgot the password; the old one stops working. */
    public Link link(UserId person, Actor actor) {
        return link(person, actor, Context.NONE);
    }

    /** The same; under one key it is made once, and shown once. */
    public Link link(UserId person, Actor actor, Context context) {
        var secret = Secrets.secret();
        var expiresAt = clock.instant().plus(LINK_LIFE);
        var sent =
                commands.send(
                        new PersonCommand.IssueLink(person, Sha256.of(secret), expiresAt),
                        actor,
                        context);
        return link(person, secret, expiresAt, sent);
    }

    private Link link(UserId person, String secret, Instant expiresAt, Sent sent) {
        return sent.again()
                ? new Link(
                        person,
                        null,
                        account(person).map(Account::linkExpiresAt).orElse(null),
                        sent.lastEventId())
                : new Link(person, secret, expiresAt, sent.lastEventId());
    }

    /** A token that acts for the actor, and for nobody else. */
    public IssuedToken issueToken(
            String name, Set<TokenScope> scopes, Instant expiresAt, Actor actor) {
        return issueToken(name, scopes, expiresAt, actor, Context.NONE);
    }

    /** The same; under one key it is made once, and shown once. */
    public IssuedToken issueToken(
            String name, Set<TokenScope> scopes, Instant expiresAt, Actor actor, Context context) {
        var id = Secrets.id(10, actor.id(), context.idempotencyKey());
        var secret = Secrets.secret();
        var sent =
                commands.send(
                        new PersonCommand.IssueToken(
                                actor.id(), id, name, scopes, expiresAt, Sha256.of(secret)),
                        actor,
                        context);
        return new IssuedToken(
                id,
                sent.again() ? null : TOKEN_PREFIX + id + "_" + secret,
                expiresAt,
                sent.lastEventId());
    }

    /**
     * A delegation that was made.
     *
     * @param id names it when it is ended
     */
    public record Delegated(String id, Sent sent) {}

    /**
     * Lets another decide in the actor's place, password just given.
     *
     * @param roles which; empty for all that are held
     * @param projects where; empty for all
     * @param begins null for at once
     * @param away whether the actor is out of office
     * @throws CommandRefused {@code access.token-cannot}, {@code person.not-fresh}, {@code
     *     person.role-not-held}, {@code input.invalid}
     */
    public Delegated delegate(
            UserId to,
            List<Role> roles,
            List<ProjectId> projects,
            @Nullable Instant begins,
            Instant until,
            boolean away,
            @Nullable String note,
            Actor actor,
            Context context) {
        var id = "d-" + Secrets.id(8, actor.id(), context.idempotencyKey());
        return new Delegated(
                id,
                commands.send(
                        new PersonCommand.Delegate(
                                actor.id(), id, to, roles, projects, begins, until, away, note),
                        actor,
                        context));
    }

    public Optional<Account> account(UserId person) {
        return accounts(List.of(person)).stream().findFirst();
    }

    /** In the order of their user names, the erased last. */
    public List<Account> accounts(Collection<UserId> people) {
        return db.sql(ACCOUNT + " where id = any(?) order by username nulls last, id")
                .param(people.stream().map(UserId::value).toArray(String[]::new))
                .query(People::account)
                .list();
    }

    public Optional<UserId> byUsername(String username) {
        return db.sql("select id from person where username = ?")
                .param(username.strip().toLowerCase(Locale.ROOT))
                .query((row, _) -> new UserId(row.getString(1)))
                .optional();
    }

    private static final String ACCOUNT =
            """
            select id, state, username, display_name, email, link_expires_at, locked_until,
                   created_at
              from person
            """;

    private static Account account(ResultSet row, int rowNumber) throws SQLException {
        return new Account(
                new UserId(row.getString(1)),
                Standing.valueOf(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                instant(row, 6),
                instant(row, 7),
                row.getObject(8, OffsetDateTime.class).toInstant());
    }

    static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        var at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    static String username(String typed) {
        var username = typed.strip().toLowerCase(Locale.ROOT);
        if (!username.matches("[a-z0-9][a-z0-9._@+-]{1,79}")) {
            throw CommandRefused.invalid(
                    "username",
                    username,
                    "use 2 to 80 characters of a-z, 0-9, '.', '_', '-', '+' and '@', beginning"
                            + " with a letter or digit");
        }
        return username;
    }

    private static String displayName(String typed) {
        var name = typed.strip();
        if (name.isEmpty()
                || name.length() > 120
                || name.codePoints().anyMatch(c -> Character.getType(c) == Character.CONTROL)
                || name.startsWith("[")) {
            throw CommandRefused.invalid(
                    "displayName",
                    name,
                    "give the name people know them by, 1 to 120 characters on one line, not"
                            + " beginning with '['");
        }
        return name;
    }

    private static @Nullable String email(@Nullable String typed) {
        if (typed == null || typed.isBlank()) {
            return null;
        }
        var email = typed.strip();
        if (email.length() > 254 || !email.matches("[^\\s@<>\"]+@[^\\s@<>\"]+\\.[^\\s@<>\"]+")) {
            throw CommandRefused.invalid("email", email, "give one address, or none");
        }
        return email;
    }
}
