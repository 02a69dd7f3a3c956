package io.countersign.web.people;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.people.Names;
import io.countersign.governance.people.People;
import io.countersign.governance.people.PeopleRegister;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.people.SignIn;
import io.countersign.governance.people.TokenScope;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/me")
@Tag(name = "Me", description = "One's own account and tokens")
class AccountApi {
    private static final String TOKENS = "/api/v1/me/tokens";

    private final People people;
    private final PeopleRegister register;
    private final Names names;
    private final SignIn signIn;
    private final Commands commands;

    AccountApi(
            People people, PeopleRegister register, Names names, SignIn signIn, Commands commands) {
        this.people = people;
        this.register = register;
        this.names = names;
        this.signIn = signIn;
        this.commands = commands;
    }

    /**
     * @param grants as {@code requester@credit}, or {@code auditor@*} for all projects
     * @param csrfToken to send as X-CSRF-TOKEN with a session; null where the call brought
     *     credentials
     */
    record Me(
            String id,
            String name,
            Channel channel,
            List<String> grants,
            @Nullable String csrfToken) {}

    record Passwords(@NotNull String current, @NotNull String fresh) {
        /** Without the secrets. */
        @Override
        public String toString() {
            return "Passwords";
        }
    }

    /**
     * @param scopes READ, REQUEST or both
     */
    record NewToken(
            @NotNull String name, @NotNull Set<TokenScope> scopes, @NotNull Instant expiresAt) {}

    /**
     * @param token shown this once, and null where the same Idempotency-Key was sent before: if the
     *     first answer was lost, revoke this one and issue another
     * @param repeated whether this was done before, under the same Idempotency-Key
     */
    record Issued(
            String id,
            @Nullable String token,
            Instant expiresAt,
            @Nullable String after,
            boolean repeated) {}

    record Token(
            String id,
            String name,
            Set<TokenScope> scopes,
            Instant issuedAt,
            Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable Instant lastUsedAt) {}

    @GetMapping
    Me me(Actor actor, HttpServletRequest request) {
        var csrf =
                request.getHeader("Authorization") == null
                                && request.getAttribute(CsrfToken.class.getName())
                                        instanceof CsrfToken token
                        ? token.getToken()
                        : null;
        return new Me(
                actor.id().value(),
                names.of(actor.id()),
                actor.channel(),
                actor.grants().stream().sorted().map(Actor.Grant::toString).toList(),
                csrf);
    }

    @PostMapping("/password")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Change one's password",
            description =
                    "Under the same Idempotency-Key again nothing is done; it is answered so where"
                            + " the new password holds.")
    void password(
            @Valid @RequestBody Passwords body,
            Actor actor,
            Context context,
            HttpServletRequest request) {
        requireNoToken(actor);
        signIn.changePassword(
                actor.id(), body.current(), body.fresh(), request.getRemoteAddr(), context);
    }

    @GetMapping("/tokens")
    List<Token> tokens(Actor actor, At at) {
        return register.tokens(at, actor.id()).stream()
                .map(t ->
                        new Token(
                                t.id(),
                                t.name().text(),
                                t.scopes(),
                                t.issuedAt(),
                                t.expiresAt(),
                                t.revokedAt(),
                                t.lastUsedAt()))
                .toList();
    }

    @PostMapping("/tokens")
    @Operation(
            summary = "Issue a token",
            description =
                    "The token is in the first answer only. Under the same Idempotency-Key again"
                            + " nothing is done, and the answer is 200 with `repeated` and no"
                            + " token. If the first answer was lost, DELETE"
                            + " /api/v1/me/tokens/{token} and issue another under a new key.")
    ResponseEntity<Issued> issue(@Valid @RequestBody NewToken body, Actor actor, Context context) {
        var made = people.issueToken(body.name(), body.scopes(), body.expiresAt(), actor, context);
        var token = made.token();
        return Api.answer(
                token == null ? null : made.eventId(),
                TOKENS,
                new Issued(made.id(), token, made.expiresAt(), made.eventId(), token == null));
    }

    @DeleteMapping("/tokens/{token}")
    ResponseEntity<Api.Accepted> revoke(@PathVariable String token, Actor actor, Context context) {
        return Api.accepted(
                commands.send(new PersonCommand.RevokeToken(actor.id(), token), actor, context),
                TOKENS);
    }

    private static void requireNoToken(Actor actor) {
        if (actor.channel() == Channel.TOKEN) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "access.token-cannot",
                            "A token cannot change a password. Sign in with the password."));
        }
    }
}
