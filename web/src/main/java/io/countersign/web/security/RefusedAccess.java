package io.countersign.web.security;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.UserId;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerMapping;

/** Puts on record what somebody signed in was not let see or do. */
@Component
public class RefusedAccess {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedAccess.class);
    private static final int LONGEST = 200;

    private final Commands commands;
    private final Actors actors;

    RefusedAccess(Commands commands, Actors actors) {
        this.commands = commands;
        this.actors = actors;
    }

    /** Records it, unless the command itself has. */
    public void record(HttpServletRequest request, CommandRefused refused) {
        if (!refused.isRecorded()) {
            record(request, refused.refusal());
        }
    }

    void record(HttpServletRequest request, Refusal refusal) {
        var kind = refusal.kind();
        if (kind != Refusal.Kind.FORBIDDEN && kind != Refusal.Kind.NOT_FOUND) {
            return;
        }
        var actor = actors.of(request);
        if (actor.id().equals(UserId.ANONYMOUS)) {
            return; // sign-in, links and tokens keep their own record
        }
        try {
            commands.recordRefusal(attempt(request), subject(refusal, actor.id()), actor, refusal);
        } catch (RuntimeException e) {
            // The answer is "no" all the same.
            LOG.error("A refused access of {} could not be recorded", actor.id(), e);
        }
    }

    private static String attempt(HttpServletRequest request) {
        var pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        var path = pattern == null ? request.getRequestURI() : pattern.toString();
        return request.getMethod()
                + " "
                + (path.length() > LONGEST ? path.substring(0, LONGEST) + "…" : path);
    }

    private static SubjectRef subject(Refusal refusal, UserId person) {
        if (refusal.details().get("subject") instanceof String text) {
            try {
                return SubjectRef.parse(text);
            } catch (CommandRefused unreadable) {
                LOG.debug("Not a subject: {}", text, unreadable);
            }
        }
        return new SubjectRef(SubjectKind.PERSON, person.value());
    }
}
