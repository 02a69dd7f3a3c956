package io.countersign.governance.deployment;

import io.countersign.governance.policy.GateResult;
import java.util.List;

/** Whether a deployment may run at this moment, from live facts. */
@FunctionalInterface
public interface DeploymentGate {
    /** Asked inside a command. What cannot be found out is a no with the reason. */
    Answer answer(DeploymentState deployment);

    /**
     * @param yes only where nothing speaks against it and every gate is passed
     * @param reasons what speaks against it, in words; empty with a yes
     * @param gates each gate of policy as it was answered
     */
    record Answer(boolean yes, List<String> reasons, List<GateResult> gates) {
        public Answer {
            reasons = List.copyOf(reasons);
            gates = List.copyOf(gates);
            if (yes != (reasons.isEmpty() && gates.stream().allMatch(GateResult::passed))) {
                throw new IllegalArgumentException(
                        (yes ? "a yes against " : "a no without ") + "reasons: " + reasons);
            }
        }

        static Answer no(String reason) {
            return new Answer(false, List.of(reason), List.of());
        }
    }
}
