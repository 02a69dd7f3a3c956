package io.countersign.governance.policy;

import io.countersign.governance.shared.Role;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * So many of several demands.
 *
 * @param atLeast how many must be met, from 1 to the number of demands
 * @param inOrder each is signed only when the one before it is met; then all must be
 */
public record SignatureGroup(int atLeast, boolean inOrder, List<Demand> of) implements Demand {
    public SignatureGroup {
        of = List.copyOf(of);
        if (atLeast < 1 || atLeast > of.size() || (inOrder && atLeast != of.size())) {
            throw new IllegalArgumentException(
                    atLeast + " of " + of.size() + (inOrder ? " in order" : ""));
        }
    }

    /** All of these, at once or one after the other. */
    public static SignatureGroup all(List<Demand> of, boolean inOrder) {
        return new SignatureGroup(of.size(), inOrder, of);
    }

    @Override
    public boolean met(ToIntFunction<Role> given) {
        return of.stream().filter(demand -> demand.met(given)).count() >= atLeast;
    }

    @Override
    public int missing(ToIntFunction<Role> given) {
        return of.stream().mapToInt(demand -> demand.missing(given)).sorted().limit(atLeast).sum();
    }

    @Override
    public List<SignatureRule> next(ToIntFunction<Role> given) {
        if (met(given)) {
            return List.of();
        }
        var open = of.stream().filter(demand -> !demand.met(given));
        return (inOrder ? open.limit(1) : open)
                        .flatMap(demand -> demand.next(given).stream())
                        .collect(
                                // the same role in two alternatives is asked once
                                Collectors.toMap(
                                        SignatureRule::role,
                                        Function.identity(),
                                        (one, other) -> one.count() <= other.count() ? one : other,
                                        java.util.LinkedHashMap::new))
                        .values()
                        .stream()
                        .toList();
    }

    @Override
    public Stream<SignatureRule> unmet(ToIntFunction<Role> given) {
        return met(given) ? Stream.of() : of.stream().flatMap(demand -> demand.unmet(given));
    }

    @Override
    public Stream<SignatureRule> rules() {
        return of.stream().flatMap(Demand::rules);
    }

    @Override
    public String words(Function<Role, String> title) {
        var parts = of.stream().map(demand -> demand.words(title));
        if (inOrder) {
            return parts.collect(Collectors.joining(", then "));
        }
        if (atLeast == of.size()) {
            return "(" + parts.collect(Collectors.joining(" and ")) + ")";
        }
        return (atLeast == 1 ? "one" : atLeast + "")
                + " of ("
                + parts.collect(Collectors.joining("; "))
                + ")";
    }
}
