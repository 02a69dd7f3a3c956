package io.countersign.governance.automation;

import io.countersign.governance.bias.Assessments;
import io.countersign.governance.bias.Assessments.Outcome;
import io.countersign.governance.bias.engine.RuleSet;
import io.countersign.governance.bias.engine.Verdict;
import io.countersign.governance.model.ModelId;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.ModelVersions;
import io.countersign.governance.risk.LaterMeasurement;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A model is measured by the assessments of its versions. One that failed is made good only by a
 * later one under the same rule set, in the same version or a newer, of the version that failed or
 * one registered after it.
 */
@Component
class LaterAssessment implements LaterMeasurement {
    private static final int NAMED = 3;

    private final Assessments assessments;
    private final ModelVersions versions;

    LaterAssessment(Assessments assessments, ModelVersions versions) {
        this.assessments = assessments;
        this.versions = versions;
    }

    @Override
    public Later later(SubjectRef measured, List<String> facts, Instant since) {
        var failed = assessments.completedBy(facts);
        if (measured.kind() != SubjectKind.MODEL || failed.isEmpty()) {
            return Later.missing("what raised it is not known here.");
        }
        var required = Required.of(failed, this::registered);
        var later = assessments.latestSince(new ModelId(measured.id()), since);
        var passing = later.stream().filter(outcome -> objection(outcome, required) == null);
        return passing.findFirst()
                .map(outcome -> Later.passed(outcome.id().ref()))
                .orElseGet(() -> Later.missing(missing(required, later)));
    }

    /**
     * @param ruleSetVersion the newest that was failed
     * @param version of those that failed, the one registered last
     */
    private record Required(String ruleSet, String ruleSetVersion, ModelVersionId version) {
        static Required of(
                List<Outcome> failed,
                java.util.function.Function<ModelVersionId, Instant> registered) {
            return new Required(
                    failed.getFirst().ruleSet(), // one risk is of one rule set
                    failed.stream()
                            .map(Outcome::ruleSetVersion)
                            .reduce((a, b) -> RuleSet.isAtLeast(a, b) ? a : b)
                            .orElseThrow(),
                    failed.stream()
                            .map(Outcome::modelVersion)
                            .max(Comparator.comparing(registered))
                            .orElseThrow());
        }
    }

    /** Why this one does not count; null where it does. */
    private @Nullable String objection(Outcome outcome, Required required) {
        if (!outcome.ruleSet().equals(required.ruleSet())) {
            return "is of rule set '" + outcome.ruleSet() + "'";
        }
        if (!RuleSet.isAtLeast(outcome.ruleSetVersion(), required.ruleSetVersion())) {
            return "is of the rule set's version " + outcome.ruleSetVersion();
        }
        if (registered(outcome.modelVersion()).isBefore(registered(required.version()))) {
            return "is of a model version registered before the one that failed";
        }
        return outcome.verdict() == Verdict.PASS
                ? null
                : outcome.verdict() == Verdict.FAIL ? "fails" : "could not be evaluated";
    }

    private String missing(Required required, List<Outcome> later) {
        var others =
                later.stream()
                        .limit(NAMED)
                        .map(outcome -> outcome.id() + " " + objection(outcome, required))
                        .collect(Collectors.joining("; "));
        return "an assessment of '%s', or of a version registered after it, under rule set '%s' %s or newer.%s"
                .formatted(
                        required.version(),
                        required.ruleSet(),
                        required.ruleSetVersion(),
                        others.isEmpty() ? "" : " Of those completed since, " + others + ".");
    }

    private Instant registered(ModelVersionId version) {
        return versions.registeredAt(version).orElse(Instant.MIN);
    }
}
