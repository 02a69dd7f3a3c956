package io.countersign.governance.shared;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A role by its key in {@code config/roles.yml}. The constants are those the product's own rules
 * name; an installation may add more for its policies to ask for.
 */
public record Role(@JsonValue String key) implements Comparable<Role> {
    private static final Pattern FORM = Pattern.compile(Slug.PATTERN);

    public static final Role REQUESTER = new Role("requester");
    public static final Role DATA_STEWARD = new Role("data-steward");
    public static final Role VALIDATOR = new Role("validator");
    public static final Role COMPLIANCE_OFFICER = new Role("compliance-officer");
    public static final Role RISK_OWNER = new Role("risk-owner");
    public static final Role RELEASE_MANAGER = new Role("release-manager");
    public static final Role AUDITOR = new Role("auditor");
    public static final Role ADMINISTRATOR = new Role("administrator");

    @JsonCreator
    public Role {
        if (!FORM.matcher(key).matches()) {
            throw CommandRefused.invalid("role", key, Slug.RULE);
        }
    }

    @Override
    public int compareTo(Role other) {
        return key.compareTo(other.key);
    }

    @Override
    public String toString() {
        return key;
    }
}
