package io.countersign.governance.people;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Who somebody is: by password, by token, by one-time link.
 *
 * <p>Guessing is held back twice. An account takes {@value PersonTable#ATTEMPTS} passwords in a
 * row, then none, right or wrong, for 15 minutes; this is kept in the database and holds for all
 * instances. An address takes {@value AddressLimit#FAILURES} failures in 15 minutes, whichever the
 * accounts; this is kept in the memory of each instance. The answer never says whether the name
 * exists, and takes the same time to hash.
 *
 * <p>A wrong password is an event of that person; attempts while locked are counted into the next
 * one. Names nobody has, addresses over their limit and tokens that do not hold are recorded as
 * refusals, up to {@value #RECORDED_A_MINUTE} a minute, the rest counted into the next.
 */
@Component
public class SignIn {
    private static final int RECORDED_A_MINUTE = 10;
    private static final Actor NOBODY =
            new Actor(UserId.ANONYMOUS, null, Channel.PAGE, null, Set.of());

    private final Commands commands;
    private final PersonTable table;
    private final Clock clock;
    private final Passwords passwords;
    private final AddressLimit addresses;
    private final RecordedRefusals recorded;

    SignIn(Commands commands, PersonTable table, Clock clock, Passwords passwords) {
        this.commands = commands;
        this.table = table;
        this.clock = clock;
        this.passwords = passwords;
        this.addresses = new AddressLimit(clock);
        this.recorded = new RecordedRefusals(clock, RECORDED_A_MINUTE);
    }

    /** Whom a token acts for, and what it may do. */
    public record TokenBearer(UserId person, String token, Set<TokenScope> scopes) {
        public TokenBearer {
            scopes = Set.copyOf(scopes);
        }
    }

    /**
     * Signs in with user name and password.
     *
     * @param address the caller's IP address
     * @throws CommandRefused {@code sign-in.refused} or {@code sign-in.too-many-attempts}
     */
    public UserId withPassword(String username, String password, String address) {
        var login = table.login(username.strip().toLowerCase(Locale.ROOT)).orElse(null);
        return verify(login, password, address, NOBODY);
    }

    /**
     * Makes sure that it is still the same person, before a signature.
     *
     * @throws CommandRefused as {@link #withPassword}
     */
    public void confirm(UserId person, String password, String address) {
        var self = new Actor(person, null, Channel.PAGE, null, Set.of());
        verify(table.login(person).orElse(null), password, address, self);
    }

    /**
     * Whether a session begun at that time still holds: the person is active, and has not changed
     * the password since.
     */
    public boolean stillHolds(UserId person, Instant signedInAt) {
        return table.passwordChangedAt(person)
                .map(changed -> !changed.isAfter(signedInAt))
                .orElse(false);
    }

    /**
     * Changes one's own password; sessions begun before no longer hold.
     *
     * @throws CommandRefused as {@link #withPassword}, and {@code password.weak}
     */
    public void changePassword(UserId person, String old, String fresh, String address) {
        changePassword(person, old, fresh, address, Commands.Context.NONE);
    }

    /** The same; sent again under its key, it only makes sure that the new password holds. */
    public void changePassword(
            UserId person, String old, String fresh, String address, Commands.Context context) {
        var key = context.idempotencyKey();
        var actor = freshly(person);
        if (key != null
                && commands.wasCarriedOut(
                        new PersonCommand.ChangePassword(person, null, ""), actor, key)) {
            confirm(person, fresh, address);
            return;
        }
        var login = table.login(person).orElse(null);
        Passwords.check(fresh, login == null ? null : login.username());
        confirm(person, old, address);
        commands.send(
                new PersonCommand.ChangePassword(person, null, passwords.hash(fresh)),
                actor,
                context);
    }

    /**
     * Whom a one-time link is for, so that a page can greet them; the link stays as it is.
     *
     * @return the user name
     * @throws CommandRefused {@code link.over}
     */
    public String linkOwner(String secret, String address) {
        enter(address, NOBODY);
        var username = owner(secret).username();
        addresses.succeeded(address);
        return username;
    }

    /**
     * Sets a password by a one-time link, which is used up.
     *
     * @throws CommandRefused {@code link.over}, {@code password.weak}, {@code
     *     sign-in.too-many-attempts}
     */
    public UserId redeem(String secret, String password, String address) {
        return redeem(secret, password, address, Commands.Context.NONE);
    }

    /** The same; the link works once, whatever the key. */
    public UserId redeem(String secret, String password, String address, Commands.Context context) {
        enter(address, NOBODY);
        var login = owner(secret);
        addresses.succeeded(address);
        Passwords.check(password, login.username());
        var link = Sha256.of(secret);
        var hash = passwords.hash(password);
        commands.send(
                login.standing() == Standing.INVITED
                        ? new PersonCommand.Activate(login.person(), link, hash)
                        : new PersonCommand.ChangePassword(login.person(), link, hash),
                freshly(login.person()),
                context);
        return login.person();
    }

    /**
     * Whom a token {@code cs_<id>_<secret>} acts for.
     *
     * @throws CommandRefused {@code token.refused} where it is unknown, expired or revoked, or its
     *     person is not active
     */
    public TokenBearer withToken(String token) {
        var parts = token.split("_", 3);
        var now = clock.instant();
        if (parts.length == 3 && parts[0].equals("cs")) {
            var stored = table.token(parts[1], now).orElse(null);
            if (stored != null
                    && MessageDigest.isEqual(
                            Sha256.of(parts[2]).hex().getBytes(UTF_8),
                            stored.secretSha256().getBytes(UTF_8))
                    && stored.live()) {
                table.tokenUsed(parts[1], now);
                return new TokenBearer(stored.person(), parts[1], stored.scopes());
            }
        }
        throw refused(
                new Actor(UserId.ANONYMOUS, null, Channel.TOKEN, null, Set.of()),
                Refusal.forbidden(
                        "token.refused",
                        "The token is unknown, expired or revoked. Make a new one on your account"
                                + " page."));
    }

    static CommandRefused linkOver() {
        return new CommandRefused(
                Refusal.notFound(
                        "link.over",
                        "The link is unknown, was used already, or is too old. Ask an"
                                + " administrator for a new one."));
    }

    private UserId verify(
            PersonTable.@Nullable Login login, String password, String address, Actor actor) {
        enter(address, actor);
        var attempt =
                login == null ? null : table.attempt(login.person(), clock.instant()).orElse(null);
        var hash =
                login == null || attempt == null || login.standing() != Standing.ACTIVE
                        ? null
                        : login.passwordHash();
        if (passwords.matches(password, hash)) {
            var person = Objects.requireNonNull(login).person();
            table.attemptSucceeded(person);
            addresses.succeeded(address);
            return person;
        }
        if (login != null && attempt != null) {
            commands.send(
                    new PersonCommand.RecordFailedSignIn(
                            login.person(),
                            attempt.blocked(),
                            attempt.last() ? clock.instant().plus(PersonTable.LOCK) : null),
                    actor);
        }
        var refusal =
                Refusal.forbidden(
                        "sign-in.refused",
                        "The name or the password is not right. After "
                                + PersonTable.ATTEMPTS
                                + " wrong ones an account takes none for "
                                + PersonTable.LOCK.toMinutes()
                                + " minutes.");
        throw login == null ? refused(actor, refusal) : new CommandRefused(refusal);
    }

    private PersonTable.Login owner(String secret) {
        return table.byLink(Sha256.of(secret))
                .filter(login -> table.linkWorks(login.person(), clock.instant()))
                .orElseThrow(() -> refused(NOBODY, linkOver().refusal()));
    }

    private CommandRefused refused(Actor actor, Refusal refusal) {
        var attempts = recorded.due();
        if (attempts > 0) {
            commands.recordRefusal(
                    "people.sign-in",
                    new SubjectRef(SubjectKind.PERSON, actor.id().value()),
                    actor,
                    refusal.with("attempts", attempts));
        }
        return new CommandRefused(refusal);
    }

    private void enter(String address, Actor actor) {
        if (!addresses.enter(address)) {
            throw refused(
                    actor,
                    Refusal.forbidden(
                            "sign-in.too-many-attempts",
                            "Too many attempts from this address have failed. Wait "
                                    + AddressLimit.WINDOW.toMinutes()
                                    + " minutes."));
        }
    }

    private Actor freshly(UserId person) {
        return new Actor(person, null, Channel.PAGE, clock.instant(), Set.of());
    }
}
