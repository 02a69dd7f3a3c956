package io.countersign.governance.automation;

import io.countersign.governance.bias.AssessmentEvent;
import io.countersign.governance.bias.Failure;
import io.countersign.governance.bias.engine.Verdict;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Correlation;
import io.countersign.governance.readmodel.Automation;
import io.countersign.governance.readmodel.Recorded;
import io.countersign.governance.risk.RiskCommand;
import io.countersign.governance.risk.RiskId;
import io.countersign.governance.risk.RiskScales;
import io.countersign.governance.shared.Actor;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** One risk for each model and rule set that an assessment fails; found again, it recurs. */
@Component
class FailedAssessments implements Automation {
    private static final int NAMED = 20;

    private final Commands commands;
    private final RiskScales scales;

    FailedAssessments(Commands commands, RiskScales scales) {
        this.commands = commands;
        this.scales = scales;
    }

    @Override
    public String name() {
        return "when-a-bias-assessment-fails-raise-a-risk";
    }

    @Override
    public boolean concerns(String eventName) {
        return eventName.equals("bias.assessment-completed");
    }

    @Override
    public void on(Recorded event) {
        if (!(event.payload() instanceof AssessmentEvent.Completed completed)
                || completed.verdict() != Verdict.FAIL) {
            return;
        }
        var version = completed.modelVersion();
        var model = version.model();
        var rules = completed.result().rules().name();
        var preset = scales.inForce().scale().failedBiasAssessment();
        commands.send(
                new RiskCommand.RaiseByFact(
                        RiskId.caused(version.project(), "bias|" + model + "|" + rules),
                        model + " fails bias rule set " + rules,
                        description(completed, rules),
                        preset.category(),
                        List.of(version.ref(), model.ref()),
                        preset.rating(),
                        event.eventId(),
                        model.ref()),
                Actor.system(),
                // the key, since an event may come twice and must not count as a recurrence
                new Commands.Context(
                        name() + " " + event.eventId(),
                        event.metadata(Correlation.CORRELATION),
                        event.eventId()));
    }

    private static String description(AssessmentEvent.Completed completed, String rules) {
        var failures = completed.failures();
        return "The bias assessment "
                + completed.id()
                + " fails rule set "
                + rules
                + ". "
                + failures.stream().limit(NAMED).map(Failure::text).collect(Collectors.joining(" "))
                + (failures.size() > NAMED
                        ? " And " + (failures.size() - NAMED) + " more; the assessment has all."
                        : "")
                + " People in these groups may be treated worse than others for no reason of"
                + " their own.";
    }
}
