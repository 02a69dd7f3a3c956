package io.countersign.governance.deployment;

import java.time.Instant;

/** Counts what the gate answered again as before: no events of their own. */
@FunctionalInterface
interface RepeatedAnswers {
    void count(DeploymentId id, Instant at);
}
