package io.countersign.governance.policy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.countersign.governance.shared.Role;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Signatures asked for: of one role, or of a group of such demands. What has been given is asked
 * for by role, as the number of different people who approved in it.
 *
 * <p>Stored without a type: a group is what has {@code of}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(SignatureRule.class), @JsonSubTypes.Type(SignatureGroup.class)})
public sealed interface Demand permits SignatureRule, SignatureGroup {
    boolean met(ToIntFunction<Role> given);

    /** The fewest further signatures that meet it; 0 where it is met. */
    int missing(ToIntFunction<Role> given);

    /** Who can sign next, each with the number still asked for; empty where it is met. */
    List<SignatureRule> next(ToIntFunction<Role> given);

    /** Every rule that may still have to be signed, also those whose turn has not come. */
    Stream<SignatureRule> unmet(ToIntFunction<Role> given);

    /** Every rule in it, met or not, in the policy's order. */
    Stream<SignatureRule> rules();

    /**
     * In words, such as {@code 2 x validator, then one of (auditor; risk-owner)}.
     *
     * @param title of a role
     */
    String words(Function<Role, String> title);
}
