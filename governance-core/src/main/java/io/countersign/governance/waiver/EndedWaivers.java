package io.countersign.governance.waiver;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Correlation;
import io.countersign.governance.readmodel.Automation;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.review.Review;
import io.countersign.governance.review.ReviewCommand;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.SubjectKind;
import java.util.Set;
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
    private final Commands commands;

    EndedWaivers(Waivers waivers, Commands commands) {
        this.waivers = waivers;
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
        waivers.restingOn(id)
                .ifPresent(resting ->
                        commands.send(
                                new ReviewCommand.MarkStale(
                                        Review.stream(resting.subject()),
                                        event.eventId(),
                                        resting.reason(id, how)),
                                Actor.system(),
                                Commands.Context.causedBy(
                                        event.eventId(), event.metadata(Correlation.CORRELATION))));
    }
}
