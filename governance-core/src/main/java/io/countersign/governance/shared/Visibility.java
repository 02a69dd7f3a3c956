package io.countersign.governance.shared;

import java.util.Set;

/**
 * The projects somebody may see. Every query takes one: {@code (:all or project_id =
 * any(:projects))}.
 */
public record Visibility(boolean all, Set<ProjectId> projects) {
    public static final Visibility ALL = new Visibility(true, Set.of());

    public Visibility {
        projects = Set.copyOf(projects);
    }

    public static Visibility of(Set<ProjectId> projects) {
        return new Visibility(false, projects);
    }

    public boolean includes(ProjectId project) {
        return all || projects.contains(project);
    }

    /** For an SQL array parameter. */
    public String[] projectKeys() {
        return projects.stream().map(ProjectId::value).sorted().toArray(String[]::new);
    }
}
