package io.countersign.governance.bias.engine;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A named set of limits, fixed before a run and pinned in its result.
 *
 * @param minimumGroupSize rows a group needs in the denominator of a metric to be judged by it, or
 *     to be the reference of others; 1 or more
 * @param description what the limits are and where they come from
 */
public record RuleSet(
        String name, String version, String description, int minimumGroupSize, List<Rule> rules) {
    private static final ObjectReader READER =
            YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readerFor(RuleSet.class);

    /** One limit on one metric; {@code id} is unique in its set. */
    public record Rule(String id, Metric metric, Limit limit) {
        public Rule {
            required("rule id", id);
            required("metric of rule " + id, metric);
            required("limit of rule " + id, limit);
        }
    }

    public RuleSet {
        required("name", name);
        required("version", version);
        required("description", description);
        if (minimumGroupSize < 1) {
            throw CommandRefused.invalid(
                    "minimum group size", "" + minimumGroupSize, "give 1 or more");
        }
        required("list of rules", rules);
        rules = List.copyOf(rules);
        if (rules.isEmpty()) {
            throw CommandRefused.invalid("rules", "[]", "give at least one rule");
        }
        var seen = new HashSet<String>();
        for (var rule : rules) {
            if (!seen.add(rule.id())) {
                throw CommandRefused.invalid("rule id", rule.id(), "each rule needs its own");
            }
        }
    }

    /**
     * Reads {@code config/bias/*.yml}, in the form of {@code bias-rules.schema.json}.
     *
     * @param source the file's name, for messages
     * @throws CommandRefused {@code bias.rules-invalid} naming file, line and reason
     */
    public static RuleSet parse(String source, String yaml) {
        try {
            RuleSet read = READER.readValue(yaml);
            if (read == null) {
                throw invalid(source, 1, "the file is empty");
            }
            return read;
        } catch (JacksonException e) {
            var at = e.getLocation();
            var line = at == null || at.getLineNr() < 1 ? 1 : at.getLineNr();
            throw invalid(source, line, reason(e));
        }
    }

    /**
     * A set that comes with the product, {@code four-fifths} or {@code equalised-odds}.
     *
     * @throws CommandRefused {@code bias.rules-unknown}
     */
    public static RuleSet shipped(String name) {
        var path = "/countersign-config/bias/" + name + ".yml";
        try (var in = name.matches("[a-z0-9-]+") ? RuleSet.class.getResourceAsStream(path) : null) {
            if (in == null) {
                throw new CommandRefused(
                        Refusal.notFound(
                                        "bias.rules-unknown",
                                        "There is no rule set '" + name + "'.")
                                .with("rules", name));
            }
            return parse(name + ".yml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether a version of a set is the other one or newer: numbers between dots are compared as
     * numbers, so that 1.10 is newer than 1.9, anything else as text.
     */
    public static boolean isAtLeast(String version, String other) {
        var mine = version.split("\\.");
        var its = other.split("\\.");
        for (var i = 0; i < Math.max(mine.length, its.length); i++) {
            var order = compare(i < mine.length ? mine[i] : "0", i < its.length ? its[i] : "0");
            if (order != 0) {
                return order > 0;
            }
        }
        return true;
    }

    private static int compare(String part, String other) {
        return part.matches("[0-9]+") && other.matches("[0-9]+")
                ? new BigInteger(part).compareTo(new BigInteger(other))
                : part.compareTo(other);
    }

    private static String reason(JacksonException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandRefused refused) {
                return refused.refusal().message();
            }
        }
        var path =
                e instanceof DatabindException d && !d.getPath().isEmpty()
                        ? d.getPathReference()
                        : "";
        var text = e.getOriginalMessage().lines().findFirst().orElse("not YAML");
        return path.isEmpty()
                ? text
                : text + " (at " + path.replaceAll("[\\w.]+\\.(\\w+\\[)", "$1") + ")";
    }

    private static CommandRefused invalid(String source, int line, String reason) {
        return new CommandRefused(
                Refusal.invalid(
                                "bias.rules-invalid",
                                "The rule set "
                                        + source
                                        + ", line "
                                        + line
                                        + ", is not valid: "
                                        + reason)
                        .with("file", source)
                        .with("line", line));
    }

    private static void required(String field, @Nullable Object value) {
        if (value == null || value instanceof String text && text.isBlank()) {
            throw new CommandRefused(
                    Refusal.invalid("bias.rules-invalid", "The " + field + " is missing.")
                            .with("field", field));
        }
    }
}
