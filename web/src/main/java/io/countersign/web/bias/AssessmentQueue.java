package io.countersign.web.bias;

import io.countersign.governance.bias.AssessmentEvent;
import io.countersign.governance.bias.AssessmentId;
import io.countersign.governance.eventstore.DecisionIndex;
import io.countersign.governance.job.Job;
import io.countersign.governance.job.Jobs;
import io.countersign.governance.shared.UserId;
import java.util.Optional;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;

/** A job for each assessment started, in the same transaction: none is ever left unrun. */
@Component
class AssessmentQueue implements DecisionIndex {
    static final String KIND = "bias-assessment";
    static final String ASSESSMENT = "assessment";
    private static final int LOOKED_THROUGH = 100;

    private final Jobs jobs;

    AssessmentQueue(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public void on(DomainEventMessage<?> event) {
        if (event.getPayload() instanceof AssessmentEvent.Started started) {
            jobs.submit(
                    KIND,
                    started.startedBy(),
                    started.id().project(),
                    JsonNodeFactory.instance.objectNode().put(ASSESSMENT, started.id().value()));
        }
    }

    /** The job that runs it, unless it is long gone by. */
    Optional<Job> of(AssessmentId id, UserId startedBy) {
        return jobs.of(startedBy, LOOKED_THROUGH).stream()
                .filter(job -> job.kind().equals(KIND) && assessment(job).equals(id))
                .findFirst();
    }

    static AssessmentId assessment(Job job) {
        return new AssessmentId(job.parameters().path(ASSESSMENT).asString());
    }
}
