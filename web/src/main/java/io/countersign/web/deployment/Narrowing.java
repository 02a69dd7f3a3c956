package io.countersign.web.deployment;

import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.deployment.DeploymentStatus;
import io.countersign.governance.deployment.Deployments;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which deployments to list, as typed; what is null or blank does not narrow the list.
 *
 * @param from the last id of the page before
 */
record Narrowing(
        @Nullable String project,
        @Nullable String modelVersion,
        @Nullable String environment,
        @Nullable String status,
        @Nullable String from) {
    Deployments.Filter filter() {
        return new Deployments.Filter(
                read(project, ProjectId::new),
                read(modelVersion, ModelVersionId::new),
                read(environment, EnvironmentId::new),
                read(status, Narrowing::status),
                read(from, DeploymentId::new));
    }

    private static <T> @Nullable T read(@Nullable String typed, Function<String, T> as) {
        return typed == null || typed.isBlank() ? null : as.apply(typed.strip());
    }

    private static DeploymentStatus status(String words) {
        return Arrays.stream(DeploymentStatus.values())
                .filter(status ->
                        status.words().equalsIgnoreCase(words)
                                || status.name().equalsIgnoreCase(words))
                .findFirst()
                .orElseThrow(() ->
                        CommandRefused.invalid(
                                "status",
                                words,
                                "use requested, active, suspended, rolled back or retired"));
    }
}
