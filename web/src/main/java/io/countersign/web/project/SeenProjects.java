package io.countersign.web.project;

import io.countersign.governance.project.ProjectCommand;
import io.countersign.governance.project.Projects;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import org.springframework.stereotype.Component;

/** Projects as far as the one who asks may see them. */
@Component
class SeenProjects {
    private final Projects projects;

    SeenProjects(Projects projects) {
        this.projects = projects;
    }

    /**
     * @throws CommandRefused {@code project.unknown}, the same for one that is not there and one
     *     that may not be seen
     */
    Projects.Row find(ProjectId id, Actor actor, At at) {
        return projects.find(id, at, actor.visibility())
                .orElseThrow(() ->
                        new CommandRefused(
                                Refusal.notFound(
                                                "project.unknown",
                                                "There is no project '"
                                                        + id
                                                        + "' that you may see. Check the name, or"
                                                        + " ask an administrator for a role in it.")
                                        .with("project", id.value())
                                        .with("subject", ProjectCommand.ref(id).toString())));
    }
}
