package io.countersign.governance.bias.engine;

import io.countersign.governance.shared.Sha256;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was found, bound to what it was found on.
 *
 * @param method {@link Assessment#METHOD} of the engine that ran
 * @param content digest of the prediction log
 * @param overall the whole log as one group
 * @param attributes each attribute in the mapping's order, then each pair
 * @param outcomes each rule in the set's order, for each of {@code attributes}
 * @param verdict fail if an attribute or pair fails; not evaluated if a rule could not be evaluated
 *     on some single attribute; else pass
 * @param explanation the verdict in words, naming every group that fails
 */
public record AssessmentResult(
        String method,
        Sha256 content,
        ColumnMapping mapping,
        RuleSet rules,
        GroupResult overall,
        List<AttributeResult> attributes,
        List<RuleOutcome> outcomes,
        Verdict verdict,
        String explanation) {
    public AssessmentResult {
        attributes = List.copyOf(attributes);
        outcomes = List.copyOf(outcomes);
    }

    /** The groups that fail a rule, in order of rule and attribute. */
    public Stream<RuleOutcome.GroupVerdict> failures() {
        return outcomes.stream()
                .flatMap(outcome -> outcome.groups().stream())
                .filter(group -> group.verdict() == Verdict.FAIL);
    }

    /**
     * The same, fit to be kept for ever: of a group below the minimum size only its size is left.
     * Verdicts do not change, since such a group has none.
     */
    public AssessmentResult withoutSmallGroups() {
        var minimum = rules.minimumGroupSize();
        var reason = "withheld: fewer than " + minimum + " people";
        return new AssessmentResult(
                method,
                content,
                mapping,
                rules,
                overall.size() < minimum ? overall.withheld(reason) : overall,
                attributes.stream()
                        .map(attribute ->
                                new AttributeResult(
                                        attribute.attributes(),
                                        attribute.reference(),
                                        attribute.groups().stream()
                                                .map(group ->
                                                        group.size() < minimum
                                                                ? group.withheld(reason)
                                                                : group)
                                                .toList()))
                        .toList(),
                outcomes,
                verdict,
                explanation);
    }
}
