package io.countersign.governance.waiver;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Correlation;
import io.countersign.governance.eventstore.Streams;
import io.countersign.governance.readmodel.Automation;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A waiver that ends before its date takes the approval that rests on it along. No approval
 * outlasts the date itself, whether or not this runs.
 */
@Component
class EndedWaivers implements Automation {
    private static final Set<String> EVENTS =
            Set.of("review.revoked", "review.became-stale", "review.condition-missed");

    private final Waivers waivers;
    private final Streams streams;
    private final Commands commands;

    EndedWaivers(Waivers waivers, Streams streams, Commands commands) {
        this.waivers = waivers;
        this.streams = streams;
        this.commands = commands;
    }

    @Override
    public String name() {
        return "when-a-waiver-ends-early-its-approvals-are-stale";
    }

    @Override
    public boolean concerns(String eventName) {
        return EVENTS.contains(eventName);
    }

    @Override
    public void on(Recorded event) {
        if (!(event.payload() instanceof ReviewEvent change)
                || change.subject().kind() != SubjectKind.WAIVER) {
            return;
        }
        var id = new WaiverId(change.subject().id());
        var how = change instanceof ReviewEvent.Revoked ? "revoked" : "stale";
        waivers.subjectOf(id)
                .ifPresent(subject -> {
                    var gate = gate(subject, id);
                    if (gate != null) {
                        commands.send(
                                new ReviewCommand.MarkStale(
                                        Review.stream(subject),
                                        event.eventId(),
                                        "the waiver "
                                                + id
                                                + " of the gate '"
                                                + gate
                                                + "' is "
                                                + how),
                                Actor.system(),
                                Commands.Context.causedBy(
                                        event.eventId(), event.metadata(Correlation.CORRELATION)));
                    }
                });
    }

    /** The gate it let pass when the approval was given; null where no approval rests on it. */
    private @Nullable String gate(SubjectRef subject, WaiverId id) {
        var review =
                streams.peek(
                        Review.stream(subject), ReviewEvent.class, Review.NONE, Review::evolve);
        var approval = review.approval();
        return approval == null || approval.ending() != null
                ? null
                : review.rounds().get(approval.round() - 1).evaluation().gates().stream()
                        .filter(gate -> gate.waiver().filter(id.value()::equals).isPresent())
                        .map(gate -> gate.gate())
                        .findFirst()
                        .orElse(null);
    }
}
