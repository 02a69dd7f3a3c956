package io.countersign.web.waiver;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.policy.PoliciesInForce;
import io.countersign.governance.policy.Waivable;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.waiver.WaiverCommand;
import io.countersign.governance.waiver.WaiverId;
import io.countersign.governance.waiver.Waivers;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Asks for waivers and finds them, for pages and programs alike. */
@Component
class WaiverDesk {
    private final Waivers waivers;
    private final PoliciesInForce policies;
    private final Commands commands;

    WaiverDesk(Waivers waivers, PoliciesInForce policies, Commands commands) {
        this.waivers = waivers;
        this.policies = policies;
        this.commands = commands;
    }

    record Made(WaiverId id, Sent sent) {}

    /**
     * What policy lets be waived of one kind of subject.
     *
     * @param policy with its version
     * @param gates each with its sentence, by id
     */
    record Offer(String policy, Map<String, String> gates, Map<String, Waivable> terms) {}

    /**
     * Registers what is to be waived and asks for its review.
     *
     * @throws CommandRefused by the rules of waivers, of their review, or of what was typed
     */
    Made ask(
            String subject,
            String gate,
            @Nullable String environment,
            String reason,
            String control,
            Instant until,
            @Nullable String comment,
            Actor actor,
            Context context) {
        var about = subject(subject);
        var project = project(about);
        var key = context.idempotencyKey();
        var id =
                key == null
                        ? WaiverId.random(project)
                        : WaiverId.caused(project, actor.id() + " " + key);
        var asked =
                commands.send(
                        new WaiverCommand.Ask(id, gate, about, environment, reason, control, until),
                        actor,
                        context);
        var requested =
                commands.send(
                        new ReviewCommand.Request(Review.stream(id.ref()), comment),
                        actor,
                        // a key of its own: it is another command
                        key == null ? context : Context.key(key + " review"));
        return new Made(
                id,
                new Sent(
                        Stream.concat(asked.eventIds().stream(), requested.eventIds().stream())
                                .toList(),
                        asked.again() && requested.again()));
    }

    /**
     * @throws CommandRefused where it is not a subject of a project that may be seen, or no policy
     *     is in force for its kind
     */
    Offer offer(String subject, Actor actor) {
        var about = subject(subject);
        if (!actor.visibility().includes(project(about))) {
            throw unknown(about);
        }
        var inForce = policies.forSubject(about.kind());
        var sentences = inForce.policy().sentences();
        var gates = new LinkedHashMap<String, String>();
        var terms = new LinkedHashMap<String, Waivable>();
        for (var gate : inForce.policy().waivable()) {
            gates.put(gate, String.valueOf(sentences.get(gate)));
            inForce.policy().waivable(gate).ifPresent(waivable -> terms.put(gate, waivable));
        }
        return new Offer(inForce.ref().toString(), gates, terms);
    }

    List<WaiverView> list(
            Waivers.Filter filter, @Nullable String after, int limit, Actor actor, At at) {
        return waivers.list(filter, after, limit, at, actor.visibility()).stream()
                .map(row -> WaiverView.of(row, at.time()))
                .toList();
    }

    /**
     * @throws CommandRefused {@code waiver.unknown}, also where it is not for this person
     */
    WaiverView find(WaiverId id, Actor actor, At at) {
        return waivers.find(id, at, actor.visibility())
                .map(row -> WaiverView.of(row, at.time()))
                .orElseThrow(() -> unknown(id.ref()));
    }

    private static SubjectRef subject(String typed) {
        try {
            return SubjectRef.parse(typed.strip());
        } catch (CommandRefused refused) {
            throw new CommandRefused(refused.refusal().with("field", "subject"));
        }
    }

    private static ProjectId project(SubjectRef subject) {
        return new ProjectId(subject.id().split("\\.", 2)[0]);
    }

    private static CommandRefused unknown(SubjectRef subject) {
        return new CommandRefused(
                Refusal.notFound(
                        "waiver.unknown",
                        "There is no '" + subject + "' that you may see. Check the name."));
    }
}
