package io.countersign.governance.bias;

import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.model.SignOffEvidence;
import io.countersign.governance.shared.Sha256;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Answers the sign-off from the assessment completed last. */
@Component
class AssessmentEvidence implements SignOffEvidence {
    private final Assessments assessments;

    AssessmentEvidence(Assessments assessments) {
        this.assessments = assessments;
    }

    @Override
    public Optional<LatestAssessment> latestAssessment(ModelVersionId modelVersion) {
        return assessments.latest(modelVersion).flatMap(AssessmentEvidence::evidence);
    }

    static Optional<LatestAssessment> evidence(AssessmentState state) {
        var started = state.started();
        var completed = state.completed();
        if (started == null || completed == null) {
            return Optional.empty();
        }
        var facts = new TreeMap<String, Object>();
        var failures = completed.failures().stream().map(AssessmentEvidence::fact).toList();
        var rules = started.rules().rules();
        facts.put("id", completed.id().value());
        facts.put("verdict", completed.verdict().word());
        facts.put("ruleSet", rules.name() + " " + rules.version());
        facts.put("failures", failures);
        completed.failures().stream()
                .max(Comparator.comparingDouble(Failure::distance))
                .ifPresent(worst -> facts.put("worst", fact(worst)));
        return Optional.of(
                new LatestAssessment(
                        completed.id().ref(),
                        completed.modelVersion(),
                        started.artifactDigest(),
                        completed.verdict().word(),
                        // the same inputs always give the same result, so they stand for it
                        Sha256.of(
                                String.join(
                                        "\n",
                                        completed.id().value(),
                                        started.file().hex(),
                                        started.mapping().toString(),
                                        started.rules().sha256().hex(),
                                        started.method(),
                                        completed.verdict().word())),
                        facts));
    }

    private static Map<String, Object> fact(Failure failure) {
        return Map.of(
                "rule", failure.rule(),
                "attribute", failure.attribute(),
                "group", failure.group(),
                "metric", failure.metric().word(),
                "value", failure.measured(),
                "limit", failure.limitValue(),
                "text", failure.text());
    }
}
