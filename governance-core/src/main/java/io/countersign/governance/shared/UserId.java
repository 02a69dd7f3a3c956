package io.countersign.governance.shared;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A person's pseudonym, such as {@code u-7f3k2a9d}: the only name of a person an event carries in
 * clear. Names and addresses live in a table that may be erased.
 */
public record UserId(@JsonValue String value) implements Comparable<UserId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    /** The product itself, acting on a rule and not on a person's word. */
    public static final UserId SYSTEM = new UserId("system");

    /** Somebody who has not signed in. */
    public static final UserId ANONYMOUS = new UserId("anonymous");

    @JsonCreator
    public UserId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a user id has 1 to 40 characters of a-z, 0-9 and '-', but is: " + value);
        }
    }

    @Override
    public int compareTo(UserId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
