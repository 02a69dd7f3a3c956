package io.countersign.web.security;

import io.countersign.governance.people.TokenScope;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.UserId;
import java.io.Serializable;
import java.security.Principal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who called, and how they proved it.
 *
 * @param person the pseudonym
 * @param at when they signed in
 * @param channel PAGE for a session; API for name and password in this very request; TOKEN
 * @param scopes of the token; empty without one
 */
public record SignedIn(String person, Instant at, Channel channel, Set<TokenScope> scopes)
        implements Principal, Serializable {
    private static final long serialVersionUID = 1L;

    static SignedIn session(UserId person, Instant at) {
        return new SignedIn(person.value(), at, Channel.PAGE, Set.of());
    }

    static SignedIn password(UserId person, Instant at) {
        return new SignedIn(person.value(), at, Channel.API, Set.of());
    }

    static SignedIn token(UserId person, Instant at, Set<TokenScope> scopes) {
        return new SignedIn(person.value(), at, Channel.TOKEN, scopes);
    }

    /** Null where nobody has signed in. */
    public static @Nullable SignedIn current() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof SignedIn signedIn
                ? signedIn
                : null;
    }

    public UserId id() {
        return new UserId(person);
    }

    /** So that sessions are filed under the pseudonym. */
    @Override
    public String getName() {
        return person;
    }

    Authentication authentication() {
        return UsernamePasswordAuthenticationToken.authenticated(this, null, java.util.List.of());
    }
}
