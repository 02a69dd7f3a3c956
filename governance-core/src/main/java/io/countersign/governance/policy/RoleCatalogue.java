package io.countersign.governance.policy;

import io.countersign.governance.configuration.ConfigurationFile;
import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The roles people can be granted, from {@code roles.yml}, in its order. */
public record RoleCatalogue(List<Entry> roles) {
    /** Those the product's own rules name. */
    private static final List<Role> NEEDED =
            List.of(
                    Role.REQUESTER,
                    Role.DATA_STEWARD,
                    Role.VALIDATOR,
                    Role.COMPLIANCE_OFFICER,
                    Role.RISK_OWNER,
                    Role.RELEASE_MANAGER,
                    Role.AUDITOR,
                    Role.ADMINISTRATOR);

    /**
     * @param sees what the role may read besides the pages of its projects: {@code audit-trail},
     *     {@code risk-register}, {@code reports}, {@code people}, {@code configuration}
     */
    public record Entry(Role role, String title, String description, Set<String> sees) {
        public Entry {
            sees = Set.copyOf(sees);
        }
    }

    public RoleCatalogue {
        roles = List.copyOf(roles);
    }

    /**
     * @throws ConfigurationProblem with file, line, column and reason
     */
    public static RoleCatalogue parse(String name, byte[] yaml) {
        var file = ConfigurationFile.read(name, yaml, "roles.schema.json");
        var entries = new LinkedHashMap<Role, Entry>();
        var index = 0;
        for (var entry : file.content().get("roles")) {
            var role = new Role(entry.get("key").asString());
            var sees = entry.get("sees").valueStream().map(JsonNode::asString).toList();
            if (entries.put(
                            role,
                            new Entry(
                                    role,
                                    entry.get("title").asString(),
                                    entry.get("description").asString(),
                                    Set.copyOf(sees)))
                    != null) {
                throw file.problemAt(
                        "/roles/" + index + "/key", "the role '" + role + "' is given twice");
            }
            index++;
        }
        for (var needed : NEEDED) {
            if (!entries.containsKey(needed)) {
                throw file.problemAt(
                        "/roles", "the role '" + needed + "' is missing; the product needs it");
            }
        }
        return new RoleCatalogue(List.copyOf(entries.values()));
    }

    /**
     * @throws CommandRefused {@code role.unknown}, naming those there are
     */
    public Entry entry(Role role) {
        return roles.stream()
                .filter(entry -> entry.role().equals(role))
                .findFirst()
                .orElseThrow(() -> unknown(role.key()));
    }

    /** Reads a key a person wrote, however odd. */
    public Entry entry(String key) {
        return roles.stream()
                .filter(entry -> entry.role().key().equals(key))
                .findFirst()
                .orElseThrow(() -> unknown(key));
    }

    private CommandRefused unknown(String key) {
        var known = roles.stream().map(entry -> entry.role().key()).toList();
        return new CommandRefused(
                new Refusal(
                        "role.unknown",
                        Refusal.Kind.INVALID,
                        "There is no role '"
                                + (key.length() > 80 ? key.substring(0, 80) + "…" : key)
                                + "'. Known roles: "
                                + String.join(", ", known)
                                + ".",
                        Map.of("field", "role", "known", known)));
    }
}
