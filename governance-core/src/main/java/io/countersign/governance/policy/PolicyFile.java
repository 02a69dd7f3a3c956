package io.countersign.governance.policy;

import io.countersign.governance.configuration.ConfigurationFile;
import io.countersign.governance.configuration.ConfigurationProblem;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads {@code policies/*.yml}. */
public final class PolicyFile {
    private static final int KEPT = 200;

    /** Compiling takes milliseconds, asking for the same bytes again should not. */
    private static final Map<Key, Policy> COMPILED =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(16, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Key, Policy> eldest) {
                            return size() > KEPT;
                        }
                    });

    private record Key(String name, Sha256 digest) {}

    private final ConfigurationFile file;
    private final SubjectKind subject;

    private PolicyFile(ConfigurationFile file) {
        this.file = file;
        subject = SubjectKind.ofKey(file.content().get("subject").asString());
    }

    /**
     * @param name the file's name, such as {@code model-sign-off.yml}
     * @throws ConfigurationProblem with file, line, column and reason where it is not YAML, not as
     *     the schema says, or has an expression that does not compile or names an unknown fact
     */
    public static Policy parse(String name, byte[] yaml) {
        var key = new Key(name, Sha256.of(yaml));
        var known = COMPILED.get(key);
        if (known != null) {
            return known;
        }
        var file = ConfigurationFile.read(name, yaml, "policy.schema.json");
        var policy = new PolicyFile(file).policy(stem(name), key.digest());
        COMPILED.put(key, policy);
        return policy;
    }

    private static String stem(String name) {
        var file = name.substring(name.lastIndexOf('/') + 1);
        var dot = file.lastIndexOf('.');
        return dot < 1 ? file : file.substring(0, dot);
    }

    private Policy policy(String name, Sha256 digest) {
        var root = file.content();
        return new Policy(
                name,
                digest,
                subject,
                root.get("title").asString(),
                texts(root, "applies"),
                Duration.parse(text(root, "due", "P14D")),
                Duration.parse(text(root, "validity", "P365D")),
                root.has("separation")
                        ? texts(root, "separation").stream()
                                .map(SeparationRule::ofKey)
                                .collect(Collectors.toSet())
                        : Set.of(SeparationRule.values()),
                gates(root.get("gates")),
                signatures(root.get("signatures")),
                oneOf(root.get("signatures")));
    }

    /** One signature of any role that the facts name; then it is the only one asked for. */
    private Policy.@Nullable OneOf oneOf(JsonNode list) {
        for (var i = 0; i < list.size(); i++) {
            var entry = list.get(i);
            if (entry.has("role-in")) {
                var at = "/signatures/" + i;
                if (list.size() > 1 || entry.size() > 2) {
                    throw file.problemAt(
                            at,
                            "which roles role-in names is only known when it is asked, so it stands"
                                    + " alone, with nothing but its meaning: otherwise one"
                                    + " signature might count for two");
                }
                return new Policy.OneOf(
                        compiled(at + "/role-in", entry.get("role-in"), Expression::texts),
                        entry.get("meaning").asString());
            }
        }
        return null;
    }

    private @Nullable Waivable waivable(String at, JsonNode gate) {
        if (!gate.has("waivable")) {
            return null;
        }
        if (subject == SubjectKind.WAIVER) {
            throw file.problemAt(
                    at + "/waivable", "a waiver is not waived: take the gate out of this policy");
        }
        var waivable = gate.get("waivable");
        return new Waivable(
                waivable.get("by").valueStream().map(role -> new Role(role.asString())).toList(),
                Duration.parse(waivable.get("at-most").asString()));
    }

    private List<Policy.Gate> gates(JsonNode list) {
        var gates = new ArrayList<Policy.Gate>();
        var ids = new HashSet<String>();
        for (var gate : list) {
            var at = "/gates/" + gates.size();
            var id = gate.get("id").asString();
            if (!ids.add(id)) {
                throw file.problemAt(at + "/id", "the gate '" + id + "' is given twice");
            }
            var when = compiled(at + "/when", gate.get("when"), Expression::condition);
            gates.add(
                    new Policy.Gate(
                            id,
                            gate.get("sentence").asString(),
                            when,
                            gate.has("explain")
                                    ? compiled(
                                            at + "/explain", gate.get("explain"), Expression::text)
                                    : null,
                            text(gate, "severity", "critical"),
                            texts(gate, "tiers"),
                            stale(at, gate, when),
                            waivable(at, gate)));
        }
        return gates;
    }

    /** Where the file does not say: whether the gate reads anything that can get worse. */
    private boolean stale(String at, JsonNode gate, Expression when) {
        var moves = Change.moves(when.reads());
        var said = gate.has("stale") ? gate.get("stale").asBoolean() : moves;
        if (said && !moves) {
            throw file.problemAt(
                    at + "/stale",
                    "the gate '"
                            + gate.get("id").asString()
                            + "' reads only facts that never change after an approval ("
                            + String.join(", ", when.reads())
                            + "), so it can make none stale; leave 'stale' out");
        }
        return said;
    }

    private List<Policy.AskedFor> signatures(JsonNode list) {
        var signatures = new ArrayList<Policy.AskedFor>();
        for (var signature : list) {
            if (signature.has("role-in")) {
                continue;
            }
            var at = "/signatures/" + signatures.size();
            signatures.add(
                    new Policy.AskedFor(
                            demand(at, signature),
                            condition(at + "/when", signature.get("when")),
                            texts(signature, "tiers")));
        }
        var roles = new HashSet<Role>();
        for (var i = 0; i < signatures.size(); i++) {
            var demand = signatures.get(i).demand();
            for (var role : roles(demand)) {
                if (!roles.add(role)) {
                    throw twice(
                            "/signatures/" + i + (demand instanceof SignatureRule ? "/role" : ""),
                            role);
                }
            }
            requireUnambiguous("/signatures/" + i, demand);
        }
        return signatures;
    }

    private Demand demand(String at, JsonNode node) {
        var kinds = Stream.of("role", "all", "any", "in-order", "of").filter(node::has).toList();
        if (kinds.size() != 1) {
            throw file.problemAt(
                    at,
                    "say once who signs: a role with a meaning, or a group under all, any, in-order"
                            + " or of (with at-least); given: "
                            + (kinds.isEmpty() ? "none" : String.join(", ", kinds)));
        }
        var kind = kinds.getFirst();
        if (kind.equals("role")) {
            return new SignatureRule(
                    new Role(node.get("role").asString()),
                    node.has("count") ? node.get("count").asInt() : 1,
                    node.get("meaning").asString());
        }
        var of = new ArrayList<Demand>();
        for (var each : node.get(kind)) {
            of.add(demand(at + "/" + kind + "/" + of.size(), each));
        }
        return switch (kind) {
            case "any" -> new SignatureGroup(1, false, of);
            case "of" -> {
                var atLeast = node.get("at-least").asInt();
                if (atLeast > of.size()) {
                    throw file.problemAt(
                            at + "/at-least",
                            atLeast
                                    + " of "
                                    + of.size()
                                    + " can never be met; name more or ask"
                                    + " for fewer");
                }
                yield new SignatureGroup(atLeast, false, of);
            }
            default -> SignatureGroup.all(of, kind.equals("in-order"));
        };
    }

    /**
     * One signature counts wherever its role is asked for, so a role may be asked for twice only in
     * alternatives of which one is enough: elsewhere one person would count for two.
     */
    private void requireUnambiguous(String at, Demand demand) {
        if (demand instanceof SignatureGroup group) {
            var roles = new HashSet<Role>();
            for (var each : group.of()) {
                requireUnambiguous(at, each);
                for (var role : roles(each)) {
                    if (!roles.add(role) && group.atLeast() > 1) {
                        throw twice(at, role);
                    }
                }
            }
        }
    }

    private ConfigurationProblem twice(String at, Role role) {
        return file.problemAt(
                at,
                "the role '"
                        + role
                        + "' is asked for twice, so that one signature would count for two; use"
                        + " count, or alternatives of which any one is enough");
    }

    private static Set<Role> roles(Demand demand) {
        return demand.rules().map(SignatureRule::role).collect(Collectors.toSet());
    }

    private @Nullable Expression condition(String pointer, @Nullable JsonNode source) {
        return source == null ? null : compiled(pointer, source, Expression::condition);
    }

    private interface Compiler {
        Expression compile(String source, SubjectKind kind) throws Expression.Wrong;
    }

    private Expression compiled(String pointer, JsonNode source, Compiler compiler) {
        try {
            return compiler.compile(source.asString().stripTrailing(), subject);
        } catch (Expression.Wrong e) {
            throw file.problemWithin(pointer, e.line, e.column, String.valueOf(e.getMessage()));
        }
    }

    private static String text(JsonNode node, String name, String otherwise) {
        return node.has(name) ? node.get(name).asString() : otherwise;
    }

    private static Set<String> texts(JsonNode node, String name) {
        return node.has(name)
                ? node.get(name).valueStream().map(JsonNode::asString).collect(Collectors.toSet())
                : Set.of();
    }
}
