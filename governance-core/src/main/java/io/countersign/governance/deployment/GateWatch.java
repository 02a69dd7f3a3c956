package io.countersign.governance.deployment;

import io.countersign.governance.configuration.ConfigurationEvent;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Correlation;
import io.countersign.governance.model.ModelEvent;
import io.countersign.governance.project.ProjectEvent;
import io.countersign.governance.readmodel.Automation;
import io.countersign.governance.readmodel.ReadPosition;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.review.ReviewEvent;
import io.countersign.governance.risk.OpenRisks;
import io.countersign.governance.risk.RiskEvent;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.waiver.WaiverId;
import io.countersign.governance.waiver.Waivers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Asks a gate again when something it looks at has changed, so that the answer on record follows
 * with nobody signed in. No gate depends on it: whoever asks is answered from live facts.
 */
@Component
class GateWatch implements Automation {
    private static final Set<String> EVENTS =
            Set.of(
                    "deployment.requested",
                    "model.version-retired",
                    "project.amended",
                    "project.retired",
                    "configuration.adopted",
                    "risk.raised",
                    "risk.recurred",
                    "risk.inherent-rated",
                    "risk.residual-rated",
                    "risk.closed",
                    "risk.reopened");

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int PAGE = 200;

    private final Deployments deployments;
    private final OpenRisks risks;
    private final Waivers waivers;
    private final ReadPosition positions;
    private final Commands commands;

    GateWatch(
            Deployments deployments,
            OpenRisks risks,
            Waivers waivers,
            ReadPosition positions,
            Commands commands) {
        this.waivers = waivers;
        this.deployments = deployments;
        this.risks = risks;
        this.positions = positions;
        this.commands = commands;
    }

    @Override
    public String name() {
        return "when-a-fact-changes-ask-the-gates";
    }

    @Override
    public boolean concerns(String eventName) {
        return EVENTS.contains(eventName) || eventName.startsWith("review.");
    }

    @Override
    public void on(Recorded event) {
        switch (event.payload()) {
            case DeploymentEvent.Requested e -> ask(List.of(e.id()), event);
            case ReviewEvent e when e.subject().kind() == SubjectKind.WAIVER ->
                    askAbout(
                            waivers.subjectOf(new WaiverId(e.subject().id())).stream().toList(),
                            event);
            case ReviewEvent e -> askAbout(List.of(e.subject()), event);
            case RiskEvent e -> askAbout(risks.subjectsOf(e.id()), event);
            case ModelEvent _, ProjectEvent _ -> askAbout(List.of(event.stream()), event);
            case ConfigurationEvent _ -> askAll(event);
            default -> {}
        }
    }

    private void askAbout(Collection<SubjectRef> subjects, Recorded cause) {
        // One requested too late to be found here is asked when its own request comes by.
        positions.await(cause.position(), LONGEST);
        ask(deployments.concernedBy(subjects), cause);
    }

    private void askAll(Recorded cause) {
        positions.await(cause.position(), LONGEST);
        @Nullable DeploymentId after = null;
        List<DeploymentId> page;
        do {
            page = deployments.current(after, PAGE, positions.now());
            ask(page, cause);
            after = page.isEmpty() ? null : page.getLast();
        } while (page.size() == PAGE);
    }

    private void ask(Collection<DeploymentId> ids, Recorded cause) {
        var context =
                Commands.Context.causedBy(cause.eventId(), cause.metadata(Correlation.CORRELATION));
        for (var id : ids) {
            // Since the read model showed it, it may have ended.
            if (!deployments.peek(id).status().ended()) {
                try {
                    commands.send(new DeploymentCommand.AskGate(id), Actor.system(), context);
                } catch (CommandRefused _) {
                    // ended just now: on record, and nothing is left to ask
                }
            }
        }
    }
}
