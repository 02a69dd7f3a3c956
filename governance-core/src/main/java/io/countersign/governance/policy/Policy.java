package io.countersign.governance.policy;

import dev.cel.runtime.CelEvaluationException;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What must hold and who must sign before one kind of subject is approved. Immutable, compiled once
 * and safe to share.
 */
public final class Policy {
    /** The lowest first. */
    private static final List<String> TIERS = List.of("low", "medium", "high", "critical");

    /** The tier of what the law bans, and the gate that says so. */
    private static final String PROHIBITED = "prohibited";

    private static final String NOT_PROHIBITED = "not-prohibited";

    /** A gate as written. */
    record Gate(
            String id,
            String sentence,
            Expression when,
            @Nullable Expression explain,
            String severity,
            Set<String> tiers,
            boolean stale,
            @Nullable Waivable waivable) {
        /** A gate of some risk tiers only is moved by the project as well. */
        private boolean movedBy(Change change) {
            return when.reads().stream().anyMatch(change::moves)
                    || (change == Change.PROJECT && !tiers.isEmpty());
        }
    }

    /** One signature, in any of the roles that an expression lists. */
    record OneOf(Expression roles, String meaning) {}

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
    private final @Nullable OneOf oneOf;

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
            List<AskedFor> signatures,
            @Nullable OneOf oneOf) {
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
        this.oneOf = oneOf;
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

    /**
     * What it says of waiving a gate; empty where that is not allowed, or there is no such gate.
     */
    public Optional<Waivable> waivable(String gate) {
        return gates.stream()
                .filter(g -> g.id.equals(gate))
                .flatMap(g -> Stream.ofNullable(g.waivable))
                .findFirst();
    }

    /** The gates that may be waived, in the policy's order. */
    public List<String> waivable() {
        return gates.stream().filter(gate -> gate.waivable != null).map(Gate::id).toList();
    }

    /** Every role that may be asked to sign, as far as it can be told without a subject. */
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
     * and in a tier that nobody knows every gate and signature of any tier counts. In the tier
     * {@code prohibited} one more gate is closed, whatever the policy says.
     *
     * @param waived the waivers granted for this very subject, also those that have ended
     */
    public Evaluation evaluate(Facts facts, String riskTier, List<Waived> waived) {
        var results =
                new java.util.ArrayList<GateResult>(
                        gates.stream()
                                .filter(gate -> counts(gate.tiers, riskTier))
                                .map(gate -> answer(gate, facts, waived))
                                .toList());
        if (riskTier.equals(PROHIBITED)) {
            results.addFirst(notProhibited(riskTier));
        } else if (!applies.isEmpty() && !applies.contains(riskTier)) {
            results.addFirst(notCovered(GateResult.Status.ERROR, riskTier));
        }
        var demands =
                signatures.stream()
                        .filter(asked -> counts(asked.tiers, riskTier) && needed(asked, facts))
                        .map(AskedFor::demand)
                        .collect(Collectors.toCollection(java.util.ArrayList::new));
        if (oneOf != null) {
            anyOf(oneOf, facts)
                    .ifPresentOrElse(demands::add, () -> results.add(unsigned(oneOf, facts)));
        }
        return new Evaluation(results, demands, due, validity, separation);
    }

    /** The same where no waiver was granted. */
    public Evaluation evaluate(Facts facts, String riskTier) {
        return evaluate(facts, riskTier, List.of());
    }

    private static Optional<Demand> anyOf(OneOf oneOf, Facts facts) {
        try {
            var rules =
                    oneOf.roles.evaluate(facts) instanceof Collection<?> roles
                            ? roles.stream()
                                    .distinct()
                                    .<Demand>map(role ->
                                            new SignatureRule(
                                                    new Role(String.valueOf(role)),
                                                    1,
                                                    oneOf.meaning))
                                    .toList()
                            : List.<Demand>of();
            return switch (rules.size()) {
                case 0 -> Optional.empty();
                case 1 -> Optional.of(rules.getFirst());
                default -> Optional.of(new SignatureGroup(1, false, rules));
            };
        } catch (CelEvaluationException | CommandRefused _) {
            return Optional.empty();
        }
    }

    /** That nobody can be asked closes the review: it must not be approved for want of a signer. */
    private static GateResult unsigned(OneOf oneOf, Facts facts) {
        return new GateResult(
                "somebody-can-sign",
                GateResult.Status.ERROR,
                "It is known who has to sign.",
                "this could not be decided: the roles that policy asks for cannot be told",
                "critical",
                oneOf.roles.inputs(facts));
    }

    /**
     * Answers again the gates that an approval rests on: those that were open when it was given and
     * whose closing makes it stale. Where the risk tier has risen since, the gates of the higher
     * tier are asked as well; where it has become {@code prohibited}, no approval stands.
     *
     * @param then ids of the gates that were open when it was given
     * @param tierThen the risk tier then
     * @param waived the waivers granted for the subject, as above
     * @return those that are not open now, in the policy's order
     */
    public List<GateResult> closedSince(
            Set<String> then, String tierThen, Facts facts, String riskTier, List<Waived> waived) {
        var rose = TIERS.indexOf(riskTier) > TIERS.indexOf(tierThen);
        var closed =
                gates.stream()
                        .filter(gate ->
                                gate.stale
                                        && counts(gate.tiers, riskTier)
                                        && (then.contains(gate.id)
                                                || (rose && !counts(gate.tiers, tierThen))))
                        .map(gate -> answer(gate, facts, waived))
                        .filter(result -> !result.passed());
        if (riskTier.equals(PROHIBITED) && !tierThen.equals(PROHIBITED)) {
            return java.util.stream.Stream.concat(
                            java.util.stream.Stream.of(notProhibited(riskTier)), closed)
                    .toList();
        }
        return rose && !applies.isEmpty() && !applies.contains(riskTier)
                ? java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(
                                        notCovered(GateResult.Status.FAILED, riskTier)),
                                closed)
                        .toList()
                : closed.toList();
    }

    /**
     * Whether a gate can be closed by a change of this kind in this thing, as the facts tell. True
     * for one that could not be answered and reads such facts at all.
     */
    public boolean closedBy(Change change, String id, GateResult closed, Facts facts) {
        return gates.stream()
                .filter(gate -> gate.id.equals(closed.gate()))
                .findFirst()
                .map(gate ->
                        closed.status() == GateResult.Status.ERROR
                                ? gate.movedBy(change)
                                : change.closes(id, gate.when.reads(), facts)
                                        || (change == Change.PROJECT && gate.movedBy(change)))
                // not one of its gates, but whether it covers the risk tier at all
                .orElse(change == Change.PROJECT);
    }

    /** Whether this kind of change can close any gate that an approval rests on. */
    public boolean staleBy(Change change) {
        return change == Change.PROJECT
                || gates.stream().anyMatch(gate -> gate.stale && gate.movedBy(change));
    }

    /** The ids of the gates whose closing makes an approval stale, in the policy's order. */
    public List<String> staleGates() {
        return gates.stream().filter(Gate::stale).map(Gate::id).toList();
    }

    private static GateResult notProhibited(String riskTier) {
        var passed = !riskTier.equals(PROHIBITED);
        return new GateResult(
                NOT_PROHIBITED,
                passed ? GateResult.Status.PASSED : GateResult.Status.FAILED,
                "The project's intake found no prohibited practice.",
                passed
                        ? ""
                        : "the project's risk tier is 'prohibited', and nothing in it is approved",
                "critical",
                Map.of("riskTier", riskTier));
    }

    /**
     * What is asked in a risk tier, before there is a subject to ask it of.
     *
     * @param covered whether the policy covers the tier at all; if not, nothing is approved
     * @param gates the sentences of those that count, in the policy's order
     * @param signatures those asked for whatever the facts are
     * @param perhaps those asked for in some circumstances
     */
    public record InTier(
            boolean covered,
            List<String> gates,
            List<Demand> signatures,
            List<Demand> perhaps,
            Duration due,
            Duration validity) {}

    public InTier in(String riskTier) {
        var counting = signatures.stream().filter(asked -> counts(asked.tiers, riskTier)).toList();
        return new InTier(
                !riskTier.equals(PROHIBITED) && (applies.isEmpty() || applies.contains(riskTier)),
                gates.stream()
                        .filter(gate -> counts(gate.tiers, riskTier))
                        .map(Gate::sentence)
                        .toList(),
                counting.stream().filter(a -> a.when == null).map(AskedFor::demand).toList(),
                counting.stream().filter(a -> a.when != null).map(AskedFor::demand).toList(),
                due,
                validity);
    }

    /** Answers one gate again from what was recorded of it. */
    public GateResult replay(GateResult recorded) {
        return gates.stream()
                .filter(gate -> gate.id.equals(recorded.gate()))
                .map(gate -> {
                    var facts = Facts.recorded(recorded.inputs());
                    return answer(gate, facts, Waived.recorded(gate.id, facts).stream().toList());
                })
                .findFirst()
                .orElseGet(() ->
                        recorded.gate().equals(NOT_PROHIBITED)
                                ? notProhibited(String.valueOf(recorded.inputs().get("riskTier")))
                                : recorded);
    }

    private GateResult notCovered(GateResult.Status status, String riskTier) {
        return new GateResult(
                "policy-applies",
                status,
                "The policy covers this risk tier.",
                "the policy '" + name + "' does not cover the risk tier '" + riskTier + "'",
                "critical",
                Map.of("riskTier", riskTier));
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

    private static GateResult answer(Gate gate, Facts facts, List<Waived> waivers) {
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
        // What cannot be decided is not known to be what the waiver was granted for.
        if (status == GateResult.Status.FAILED && gate.waivable != null) {
            var waived =
                    waivers.stream()
                            .filter(waiver -> waiver.concerns(gate.id, facts))
                            .max(
                                    Comparator.<Waived, Boolean>comparing(w -> w.counts(facts))
                                            .thenComparing(Waived::until)
                                            .thenComparing(Waived::waiver));
            if (waived.isPresent()) {
                var counts = waived.get().counts(facts);
                waived.get().record(facts, inputs);
                explanation += "; " + waived.get().words(counts);
                status = counts ? GateResult.Status.WAIVED : status;
            }
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
