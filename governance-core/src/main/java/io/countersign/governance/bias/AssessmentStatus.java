package io.countersign.governance.bias;

import java.util.Locale;

/** How an assessment stands; all but the first are final. */
public enum AssessmentStatus {
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
