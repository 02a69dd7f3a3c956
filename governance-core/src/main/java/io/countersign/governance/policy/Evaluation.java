package io.countersign.governance.policy;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a policy says about one subject at one moment.
 *
 * @param signatures those asked for, all of them; none means that open gates approve by themselves
 * @param due how long signatures are taken
 * @param validity how long the approval is in force
 * @param separation who may not sign; the requester always among them
 */
public record Evaluation(
        List<GateResult> gates,
        List<Demand> signatures,
        Duration due,
        Duration validity,
        Set<SeparationRule> separation) {
    public Evaluation {
        gates = List.copyOf(gates);
        signatures = List.copyOf(signatures);
        signatures = List.copyOf(signatures);
        var rules = EnumSet.of(SeparationRule.REQUESTER);
        rules.addAll(separation);
        separation = Collections.unmodifiableSet(rules);
    }

    /** The gates that are not open, in the policy's order. */
    public List<GateResult> closed() {
        return gates.stream().filter(gate -> !gate.passed()).toList();
    }

    /** Every rule among the signatures asked for, in the policy's order. */
    public List<SignatureRule> rules() {
        return signatures.stream().flatMap(Demand::rules).toList();
    }
}
