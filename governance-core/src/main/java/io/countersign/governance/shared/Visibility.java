package io.countersign.governance.shared;

import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

    /** Nothing at all. */
    public boolean none() {
        return !all && projects.isEmpty();
    }

    /** What is in both. */
    public Visibility and(Visibility other) {
        if (all) {
            return other;
        }
        return other.all
                ? this
                : of(projects.stream().filter(other::includes).collect(Collectors.toSet()));
    }

    /**
     * @param project null for what belongs to no one project: for those who see all alone
     */
    public boolean includesKey(@Nullable String project) {
        return all || projects.stream().anyMatch(known -> known.value().equals(project));
    }

    /** For an SQL array parameter. */
    public String[] projectKeys() {
        return projects.stream().map(ProjectId::value).sorted().toArray(String[]::new);
    }
}
