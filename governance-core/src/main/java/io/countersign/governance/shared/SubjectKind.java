package io.countersign.governance.shared;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** What an event, a decision or a risk can be about. The key is stored for ever. */
public enum SubjectKind {
    PROJECT("project", "Project"),
    DATASET("dataset", "Dataset"),
    DATASET_VERSION("dataset-version", "Dataset version"),
    MODEL("model", "Model"),
    MODEL_VERSION("model-version", "Model version"),
    ASSESSMENT("assessment", "Bias assessment"),
    DEPLOYMENT("deployment", "Deployment"),
    REVIEW("review", "Review"),
    RISK("risk", "Risk"),
    WAIVER("waiver", "Waiver"),
    PERSON("person", "Person"),
    ENVIRONMENT("environment", "Environment"),
    PLACE("place", "Place"),
    CONFIGURATION("configuration", "Configuration"),
    EVIDENCE("evidence", "Evidence file"),
    REPORT("report", "Report"),
    REFUSAL("refusal", "Refusal"),
    AUDIT("audit", "Audit trail"),
    LEDGER("ledger", "Ledger");

    private final String key;
    private final String title;

    SubjectKind(String key, String title) {
        this.key = key;
        this.title = title;
    }

    @JsonValue
    public String key() {
        return key;
    }

    /** For people, in the singular. */
    public String title() {
        return title;
    }

    @JsonCreator
    public static SubjectKind ofKey(String key) {
        return Arrays.stream(values())
                .filter(kind -> kind.key.equals(key))
                .findFirst()
                .orElseThrow(
                        () -> CommandRefused.invalid("subject kind", key, "use one of the kinds"));
    }
}
