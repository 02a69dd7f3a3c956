package io.countersign.governance.policy;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.Visibility;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What somebody may read besides the pages of their projects, as {@code sees} in {@code roles.yml}
 * says of each role, and of no project they do not hold it in. A role that the file does not know
 * sees nothing.
 */
@Component
public class Sight {
    private static final String FILE = "roles.yml";

    private final AdoptedFiles files;
    private volatile @Nullable Read read;

    Sight(AdoptedFiles files) {
        this.files = files;
    }

    /** What {@code sees} can name. */
    public enum Area {
        AUDIT_TRAIL("audit-trail", "the audit trail"),
        RISK_REGISTER("risk-register", "the risk register"),
        REPORTS("reports", "reports"),
        PEOPLE("people", "who holds which role"),
        CONFIGURATION("configuration", "the configuration");

        private final String key;
        private final String words;

        Area(String key, String words) {
            this.key = key;
            this.words = words;
        }

        public String key() {
            return key;
        }
    }

    private record Read(Sha256 sha256, RoleCatalogue roles) {}

    /** The projects whose part of the area somebody sees; perhaps none. */
    public Visibility of(Actor actor, Area area) {
        if (actor.isSystem()) {
            return Visibility.ALL;
        }
        var seeing = seeing(area);
        var projects = new HashSet<ProjectId>();
        for (var grant : actor.grants()) {
            if (seeing.contains(grant.role())) {
                if (grant.project() == null) {
                    return Visibility.ALL;
                }
                projects.add(grant.project());
            }
        }
        return Visibility.of(projects);
    }

    /** The keys of all that somebody sees some of. */
    public Set<String> areas(Actor actor) {
        var held = actor.grants().stream().map(Actor.Grant::role).collect(Collectors.toSet());
        return roles().roles().stream()
                .filter(entry -> held.contains(entry.role()))
                .flatMap(entry -> entry.sees().stream())
                .collect(Collectors.toSet());
    }

    public boolean sees(Actor actor, Area area) {
        return actor.isSystem() || areas(actor).contains(area.key);
    }

    /**
     * The same, for what shows nothing but the area.
     *
     * @throws CommandRefused {@code access.not-seen} where they see none of it
     */
    public Visibility require(Actor actor, Area area) {
        var visible = of(actor, area);
        if (!visible.all() && visible.projects().isEmpty()) {
            var roles = seeing(area).stream().map(Role::key).sorted().toList();
            throw new CommandRefused(
                    Refusal.forbidden(
                                    "access.not-seen",
                                    "None of the roles you hold sees "
                                            + area.words
                                            + (roles.isEmpty()
                                                    ? "; no role does."
                                                    : "; these do: "
                                                            + String.join(", ", roles)
                                                            + ". Ask an administrator for one."))
                            .with("area", area.key)
                            .with("needed", roles));
        }
        return visible;
    }

    private Set<Role> seeing(Area area) {
        return roles().roles().stream()
                .filter(entry -> entry.sees().contains(area.key))
                .map(RoleCatalogue.Entry::role)
                .collect(Collectors.toSet());
    }

    private RoleCatalogue roles() {
        var newest = files.newest(FILE);
        if (newest.isEmpty()) {
            return new RoleCatalogue(java.util.List.of());
        }
        var file = newest.get();
        var known = read;
        if (known == null || !known.sha256().equals(file.sha256())) {
            known =
                    new Read(
                            file.sha256(),
                            RoleCatalogue.parse(
                                    FILE, file.content().getBytes(StandardCharsets.UTF_8)));
            read = known;
        }
        return known.roles();
    }
}
