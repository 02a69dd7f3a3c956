package io.countersign.web.review;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.people.Names;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.Verdict;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.web.security.Reauthentication;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes a signature, from a page or the API alike. */
@Component
class Signing {
    private final Reauthentication reauthentication;
    private final Names names;
    private final Commands commands;

    Signing(Reauthentication reauthentication, Names names, Commands commands) {
        this.reauthentication = reauthentication;
        this.names = names;
        this.commands = commands;
    }

    /**
     * @param manifest what the signer was shown
     * @param verdict approve, return or reject
     * @param password null where the call itself brought it
     * @throws CommandRefused from {@link Reauthentication#confirm} or the review
     */
    Sent sign(
            SubjectRef subject,
            String manifest,
            String role,
            String verdict,
            @Nullable String comment,
            @Nullable String password,
            Actor actor,
            Context context) {
        // The password first: whoever cannot give it learns nothing about the rest.
        var signer = reauthentication.confirm(actor, password);
        return commands.send(
                new ReviewCommand.Sign(
                        Review.stream(subject),
                        new Sha256(manifest),
                        new Role(role),
                        verdict(verdict),
                        comment,
                        names.of(actor.id())),
                signer,
                context);
    }

    private static Verdict verdict(String text) {
        return Arrays.stream(Verdict.values())
                .filter(v -> v.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        CommandRefused.invalid("verdict", text, "use approve, return or reject"));
    }
}
