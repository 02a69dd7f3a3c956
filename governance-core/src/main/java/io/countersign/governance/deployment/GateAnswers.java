package io.countersign.governance.deployment;

import io.countersign.governance.shared.CommandRefused;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Whether a deployment may run at this moment; asking changes and records nothing. */
@Component
public class GateAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(GateAnswers.class);

    private final Deployments deployments;
    private final DeploymentGate gate;
    private final Clock clock;
    private final TransactionTemplate reading;

    GateAnswers(
            Deployments deployments,
            DeploymentGate gate,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.deployments = deployments;
        this.gate = gate;
        this.clock = clock;
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
    }

    /**
     * The answer and the moment it holds for. One that is suspended or has ended may not run,
     * whatever its gate says.
     */
    public record Live(DeploymentStatus status, DeploymentGate.Answer answer, Instant at) {}

    /**
     * Anything but a clear yes is a no, also where the facts cannot be read.
     *
     * @throws CommandRefused {@code deployment.unknown}
     */
    public Live now(DeploymentId id) {
        var at = clock.instant();
        try {
            return java.util.Objects.requireNonNull(
                    reading.execute(_ -> {
                        var state = deployments.read(id);
                        return new Live(state.status(), answer(state), at);
                    }));
        } catch (CommandRefused refused) {
            throw refused;
        } catch (RuntimeException e) {
            LOG.error("The gate of {} could not be asked", id, e);
            return new Live(
                    DeploymentStatus.REQUESTED,
                    DeploymentGate.Answer.no("the gate could not be asked; try again"),
                    at);
        }
    }

    private DeploymentGate.Answer answer(DeploymentState state) {
        var answer = gate.answer(state);
        if (!state.status().ended() && state.status() != DeploymentStatus.SUSPENDED) {
            return answer;
        }
        var reasons = new ArrayList<>(List.of("the deployment is " + state.status().words()));
        reasons.addAll(answer.reasons());
        return new DeploymentGate.Answer(false, reasons, answer.gates());
    }
}
