package io.countersign.governance.policy;

import dev.cel.runtime.CelEvaluationException;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must hold and who must sign before one kind of subject is approved. Immutable, compiled once
 * and safe to share.
 */
public final class Policy {
    private static final Set<String> TIERS = Set.of("low", "medium", "high", "critical");

    /** A gate as written. */
    record Gate(
            String id,
            String sentence,
            Expression when,
            @Nullable Expression explain,
            String severity,
            Set<String> tiers) {}

    /** Signatures as written, with the circumstances they are asked for in. */
    record AskedFor(Demand demand, @Nullable Expression when, Set<String> tiers) {}

    private final String name;
    private final Sha256 digest;
    private final SubjectKind subject;
    private final String title;
    private final Set<String> applies;
    private final Duration due;
    private final Duration validity;
    private final Set<SeparationRule> separation;
    private final List<Gate> gates;
    private final List<AskedFor> signatures;

    Policy(
            String name,
            Sha256 digest,
            SubjectKind subject,
            String title,
            Set<String> applies,
            Duration due,
            Duration validity,
            Set<SeparationRule> separation,
            List<Gate> gates,
            List<AskedFor> signatures) {
        this.name = name;
        this.digest = digest;
        this.subject = subject;
        this.title = title;
        this.applies = Set.copyOf(applies);
        this.due = due;
        this.validity = validity;
        this.separation = Set.copyOf(separation);
        this.gates = List.copyOf(gates);
        this.signatures = List.copyOf(signatures);
    }

    /** The file's name without its ending. */
    public String name() {
        return name;
    }

    /** Of the file's bytes. */
    public Sha256 digest() {
        return digest;
    }

    public SubjectKind subject() {
        return subject;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** What the gates say when open, by gate id, in the policy's order. */
    public Map<String, String> sentences() {
        var sentences = new java.util.LinkedHashMap<String, String>();
        gates.forEach(gate -> sentences.put(gate.id, gate.sentence));
        return sentences;
    }

    /** Every role that may be asked to sign. */
    public List<Role> roles() {
        return signatures.stream()
                .flatMap(asked -> asked.demand.rules())
                .map(SignatureRule::role)
                .distinct()
                .toList();
    }

    /**
     * Answers every gate and says who must sign. Never throws for what the facts hold or lack: a
     * gate that cannot be decided is closed, signatures that cannot be decided about are asked for,
     * and in a tier that nobody knows every gate and signature of any tier counts.
     */
    public Evaluation evaluate(Facts facts, String riskTier) {
        var results =
                new java.util.ArrayList<GateResult>(
                        gates.stream()
                                .filter(gate -> counts(gate.tiers, riskTier))
                                .map(gate -> answer(gate, facts))
                                .toList());
        if (!applies.isEmpty() && !applies.contains(riskTier)) {
            results.addFirst(
                    new GateResult(
                            "policy-applies",
                            GateResult.Status.ERROR,
                            "The policy covers this risk tier.",
                            "the policy '"
                                    + name
                                    + "' does not cover the risk tier '"
                                    + riskTier
                                    + "'",
                            "critical",
                            Map.of("riskTier", riskTier)));
        }
        return new Evaluation(
                results,
                signatures.stream()
                        .filter(asked -> counts(asked.tiers, riskTier) && needed(asked, facts))
                        .map(AskedFor::demand)
                        .toList(),
                due,
                validity,
                separation);
    }

    /** Answers one gate again from what was recorded of it. */
    public GateResult replay(GateResult recorded) {
        return gates.stream()
                .filter(gate -> gate.id.equals(recorded.gate()))
                .map(gate -> answer(gate, Facts.recorded(recorded.inputs())))
                .findFirst()
                .orElse(recorded);
    }

    private static boolean counts(Set<String> tiers, String riskTier) {
        return tiers.isEmpty() || tiers.contains(riskTier) || !TIERS.contains(riskTier);
    }

    private static boolean needed(AskedFor asked, Facts facts) {
        try {
            return asked.when == null || !Boolean.FALSE.equals(asked.when.evaluate(facts));
        } catch (CelEvaluationException _) {
            return true;
        }
    }

    private static GateResult answer(Gate gate, Facts facts) {
        var inputs = new TreeMap<>(gate.when.inputs(facts));
        if (gate.explain != null) {
            gate.explain.inputs(facts).forEach(inputs::putIfAbsent);
        }
        GateResult.Status status;
        String explanation;
        try {
            var answer = gate.when.evaluate(facts);
            if (answer instanceof Boolean open) {
                status = open ? GateResult.Status.PASSED : GateResult.Status.FAILED;
                explanation = open ? "" : explain(gate, facts);
            } else {
                status = GateResult.Status.ERROR;
                explanation =
                        "this could not be decided: the condition gave neither true nor false";
            }
        } catch (CelEvaluationException e) {
            status = GateResult.Status.ERROR;
            explanation = gate.when.failure(facts, e);
        }
        return new GateResult(gate.id, status, gate.sentence, explanation, gate.severity, inputs);
    }

    private static String explain(Gate gate, Facts facts) {
        try {
            if (gate.explain != null
                    && gate.explain.evaluate(facts) instanceof String text
                    && !text.isBlank()) {
                return text;
            }
        } catch (CelEvaluationException _) {
            // the gate is closed either way; the sentence says what would have to hold
        }
        return "this does not hold";
    }
}
