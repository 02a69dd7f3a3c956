package io.countersign.web.security;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What every signature asks for first. */
@Component
public class Reauthentication {
    private final Actors actors;
    private final HttpServletRequest request;

    /**
     * @param request whichever is being answered
     */
    Reauthentication(Actors actors, HttpServletRequest request) {
        this.actors = actors;
        this.request = request;
    }

    /**
     * The same person, having proved it just now: with the password typed beside the signature, or
     * with the one this very API call came with (HTTP Basic). Wrong ones count and are recorded as
     * at the sign-in.
     *
     * @param password null or empty where none was given
     * @throws CommandRefused {@code review.token-cannot-sign}; {@code sign-in.password-needed},
     *     {@code sign-in.refused} and {@code sign-in.too-many-attempts} for the field {@code
     *     password}
     */
    public Actor confirm(Actor actor, @Nullable String password) {
        return actors.confirm(actor, password, request.getRemoteAddr());
    }
}
