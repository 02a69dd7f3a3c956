package io.countersign.governance.policy;

import io.countersign.governance.shared.Role;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Signatures asked of one role.
 *
 * @param count how many different people with this role, at least 1
 * @param meaning what a signer declares
 */
public record SignatureRule(Role role, int count, String meaning) implements Demand {
    @Override
    public boolean met(ToIntFunction<Role> given) {
        return missing(given) == 0;
    }

    @Override
    public int missing(ToIntFunction<Role> given) {
        return Math.max(0, count - given.applyAsInt(role));
    }

    @Override
    public List<SignatureRule> next(ToIntFunction<Role> given) {
        var missing = missing(given);
        return missing == 0 ? List.of() : List.of(new SignatureRule(role, missing, meaning));
    }

    @Override
    public Stream<SignatureRule> unmet(ToIntFunction<Role> given) {
        return next(given).stream();
    }

    @Override
    public Stream<SignatureRule> rules() {
        return Stream.of(this);
    }

    @Override
    public String words(Function<Role, String> title) {
        return count == 1 ? title.apply(role) : count + " × " + title.apply(role);
    }
}
