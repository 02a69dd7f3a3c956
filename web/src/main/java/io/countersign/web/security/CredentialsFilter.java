package io.countersign.web.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.people.SignIn;
import io.countersign.governance.people.TokenScope;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.web.problem.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Takes the credentials an API call brings: name and password (Basic), verified at each call, or a
 * token (Bearer). Where a call brings any, its session does not count.
 */
final class CredentialsFilter extends OncePerRequestFilter {
    static final String CHALLENGE = "Basic realm=\"countersign\", charset=\"UTF-8\"";

    private final SignIn signIn;
    private final RefusedAccess refusedAccess;
    private final Clock clock;

    CredentialsFilter(SignIn signIn, RefusedAccess refusedAccess, Clock clock) {
        this.signIn = signIn;
        this.refusedAccess = refusedAccess;
        this.clock = clock;
    }

    static boolean brings(HttpServletRequest request) {
        return request.getHeader("Authorization") != null;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var header = request.getHeader("Authorization");
        if (header == null) {
            chain.doFilter(request, response);
            return;
        }
        var context = SecurityContextHolder.createEmptyContext();
        try {
            context.setAuthentication(signedIn(header, request).authentication());
        } catch (CommandRefused refused) {
            refuse(response, refused.refusal());
            return;
        }
        SecurityContextHolder.setContext(context);
        var beyond = beyondScope(request);
        if (beyond == null) {
            chain.doFilter(request, response);
        } else {
            refusedAccess.record(request, beyond);
            Problem.of(beyond).write(response);
        }
    }

    static void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
        if (refusal.code().equals("sign-in.too-many-attempts")) {
            Problem.of(refusal).write(response);
            return;
        }
        response.addHeader("WWW-Authenticate", CHALLENGE);
        response.addHeader("WWW-Authenticate", "Bearer realm=\"countersign\"");
        Problem.of(401, refusal.code(), refusal.message()).write(response);
    }

    private SignedIn signedIn(String header, HttpServletRequest request) {
        var space = header.indexOf(' ');
        var scheme = (space < 0 ? header : header.substring(0, space)).toLowerCase(Locale.ROOT);
        var credentials = space < 0 ? "" : header.substring(space + 1).strip();
        return switch (scheme) {
            case "basic" -> {
                var pair = decoded(credentials);
                var colon = pair.indexOf(':');
                if (colon < 0) {
                    throw unreadable();
                }
                var person =
                        signIn.withPassword(
                                pair.substring(0, colon),
                                pair.substring(colon + 1),
                                request.getRemoteAddr());
                yield SignedIn.password(person, clock.instant());
            }
            case "bearer" -> {
                var bearer = signIn.withToken(credentials);
                yield SignedIn.token(bearer.person(), clock.instant(), bearer.scopes());
            }
            default -> throw unreadable();
        };
    }

    private static String decoded(String credentials) {
        try {
            return new String(Base64.getDecoder().decode(credentials), UTF_8);
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
    }

    private static CommandRefused unreadable() {
        return new CommandRefused(
                Refusal.invalid(
                        "sign-in.unreadable",
                        "The header Authorization cannot be read. Send Basic with user name and"
                                + " password, or Bearer with a token."));
    }

    private static @Nullable Refusal beyondScope(HttpServletRequest request) {
        var signedIn = SignedIn.current();
        if (signedIn == null || signedIn.channel() != Channel.TOKEN) {
            return null;
        }
        var reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        var needed = reads ? TokenScope.READ : TokenScope.REQUEST;
        var scope = needed.name().toLowerCase(Locale.ROOT);
        return signedIn.scopes().contains(needed)
                ? null
                : Refusal.forbidden(
                                "token.scope",
                                "This token does not have the scope '"
                                        + scope
                                        + "'. Make one that has it on your account page.")
                        .with("needed", scope);
    }
}
