package io.countersign.web.page;

import io.countersign.governance.project.Projects;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Role;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The projects a form can offer. */
@Component
public class OwnProjects {
    private static final int MOST = 500;

    private final Projects projects;

    OwnProjects(Projects projects) {
        this.projects = projects;
    }

    /** Those one may see, key to key and name. */
    public Map<String, String> seen(Actor actor, At at) {
        var options = new LinkedHashMap<String, String>();
        projects.list(null, MOST, at, actor.visibility())
                .forEach(project ->
                        options.put(
                                project.id().value(), project.name() + " (" + project.id() + ")"));
        return options;
    }

    /** Those of them that are active, and in which one holds one of these roles. */
    public Map<String, String> with(Actor actor, At at, Role... anyOf) {
        var options = new LinkedHashMap<String, String>();
        projects.list(null, MOST, at, actor.visibility()).stream()
                .filter(project -> !project.retired())
                .filter(project ->
                        Arrays.stream(anyOf).anyMatch(actor.rolesIn(project.id())::contains))
                .forEach(project ->
                        options.put(
                                project.id().value(), project.name() + " (" + project.id() + ")"));
        return options;
    }
}
