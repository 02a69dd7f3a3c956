package io.countersign.web.security;

import io.countersign.governance.eventstore.Grants;
import io.countersign.governance.people.SignIn;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.UserId;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The one place in the web that says who acts. */
@Component
public class Actors {
    private static final String ATTRIBUTE = Actors.class.getName();

    private final Grants grants;
    private final SignIn signIn;
    private final Clock clock;

    Actors(Grants grants, SignIn signIn, Clock clock) {
        this.grants = grants;
        this.signIn = signIn;
        this.clock = clock;
    }

    /** Whoever sent this request, with the roles held now; somebody without roles if nobody did. */
    public Actor of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Actor known) {
            return known;
        }
        var signedIn = SignedIn.current();
        if (signedIn == null) {
            return new Actor(UserId.ANONYMOUS, null, channel(request), null, Set.of());
        }
        var actor =
                new Actor(
                        signedIn.id(),
                        null,
                        signedIn.channel() == Channel.PAGE ? channel(request) : signedIn.channel(),
                        signedIn.channel() == Channel.API ? signedIn.at() : null,
                        grants.of(signedIn.id()),
                        // a token acts for its person in nobody else's place
                        signedIn.channel() == Channel.TOKEN
                                ? List.of()
                                : grants.standIns(signedIn.id(), clock.instant()));
        request.setAttribute(ATTRIBUTE, actor);
        return actor;
    }

    /**
     * Makes sure of it once more, before a signature: with the password typed beside it, or with
     * the one this very API call came with.
     *
     * @param password null or blank where none was given
     * @return the same actor, fresh
     * @throws CommandRefused {@code review.token-cannot-sign}, {@code sign-in.password-needed},
     *     {@code sign-in.refused}, {@code sign-in.too-many-attempts}
     */
    Actor confirm(Actor actor, @Nullable String password, String address) {
        if (actor.channel() == Channel.TOKEN) {
            throw new CommandRefused(
                    Refusal.forbidden(
                            "review.token-cannot-sign",
                            "A token can request but never sign. Send your own user name and"
                                    + " password (HTTP Basic) with this call."));
        }
        if (actor.freshAt() != null) {
            return actor;
        }
        if (password == null || password.isEmpty()) {
            throw new CommandRefused(
                    Refusal.invalid(
                                    "sign-in.password-needed",
                                    "This asks for your password once more. Type it, or send it"
                                            + " with the call (HTTP Basic).")
                            .with("field", "password"));
        }
        try {
            signIn.confirm(actor.id(), password, address);
        } catch (CommandRefused refused) {
            throw new CommandRefused(refused.refusal().with("field", "password")).asRecorded();
        }
        return new Actor(
                actor.id(),
                actor.onBehalfOf(),
                actor.channel(),
                clock.instant(),
                actor.grants(),
                actor.standsInFor());
    }

    private static Channel channel(HttpServletRequest request) {
        return Paths.isApi(request) ? Channel.API : Channel.PAGE;
    }
}
