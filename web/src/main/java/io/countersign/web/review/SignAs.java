package io.countersign.web.review;

import io.countersign.governance.shared.UserId;
import org.jspecify.annotations.Nullable;

/**
 * One choice of "You sign as": a role in one's own name, or in another's place.
 *
 * @param onBehalfOf id of that other, or null
 */
record SignAs(String role, @Nullable String onBehalfOf) {
    private static final String FOR = " for ";

    /** {@code validator}, or {@code validator for u-7f3k2a9d}. */
    static SignAs parse(String choice) {
        var at = choice.indexOf(FOR);
        return at < 0
                ? new SignAs(choice, null)
                : new SignAs(choice.substring(0, at), choice.substring(at + FOR.length()));
    }

    static String of(String role, UserId onBehalfOf) {
        return role + FOR + onBehalfOf;
    }
}
