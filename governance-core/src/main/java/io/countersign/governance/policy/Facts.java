package io.countersign.governance.policy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The facts a decision rests on: a tree of maps, lists, texts, booleans, whole numbers ({@link
 * Long}) and {@link Double}s, as {@link FactModel} documents. What is null is missing; any other
 * type is kept as its text, so that a time reads as in ISO 8601.
 */
public record Facts(Map<String, Object> tree) {
    public Facts {
        tree = canonical(tree);
    }

    /** The same, with one more at the top. */
    public Facts with(String name, Object value) {
        var more = new TreeMap<>(tree);
        more.put(name, value);
        return new Facts(more);
    }

    /** From {@link GateResult#inputs}, to answer a gate again as it was answered then. */
    public static Facts recorded(Map<String, Object> inputs) {
        var tree = new TreeMap<String, Object>();
        inputs.forEach((path, value) -> put(tree, path, canonicalValue(value)));
        return new Facts(tree);
    }

    /** The value at a path such as {@code model.id}, or empty where it is missing. */
    Optional<Object> at(String path) {
        Object value = tree;
        for (var name : path.split("\\.", -1)) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
            if (value == null) {
                return Optional.empty();
            }
        }
        return Optional.of(value);
    }

    static Map<String, Object> canonical(Map<String, Object> map) {
        var result = new TreeMap<String, Object>();
        map.forEach((name, value) -> {
            if (value != null) {
                result.put(name, canonicalValue(value));
            }
        });
        return Collections.unmodifiableMap(result);
    }

    private static Object canonicalValue(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case Long n -> n;
            case Integer n -> n.longValue();
            case Short n -> n.longValue();
            case Byte n -> n.longValue();
            case BigInteger n -> n.longValueExact();
            case Double n -> n;
            case Float n -> n.doubleValue();
            case BigDecimal n -> n.doubleValue();
            case Map<?, ?> map -> {
                var named = new TreeMap<String, Object>();
                map.forEach((k, v) -> {
                    if (v != null) {
                        named.put(String.valueOf(k), v);
                    }
                });
                yield canonical(named);
            }
            case Collection<?> list -> list.stream().map(Facts::canonicalValue).toList();
            default -> value.toString();
        };
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> tree, String path, Object value) {
        var names = path.split("\\.", -1);
        var node = tree;
        for (var i = 0; i < names.length - 1; i++) {
            node =
                    (Map<String, Object>)
                            node.compute(
                                    names[i],
                                    (_, old) ->
                                            old instanceof Map<?, ?> map
                                                    ? new TreeMap<>((Map<String, Object>) map)
                                                    : new TreeMap<String, Object>());
        }
        var last = names[names.length - 1];
        if (value instanceof Map<?, ?> map && node.get(last) instanceof Map<?, ?> old) {
            var both = new TreeMap<>((Map<String, Object>) map);
            both.putAll((Map<String, Object>) old);
            node.put(last, both);
        } else {
            node.put(last, value);
        }
    }
}
