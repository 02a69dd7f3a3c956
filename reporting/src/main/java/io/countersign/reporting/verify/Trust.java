package io.countersign.reporting.verify;

import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What whoever verifies knows from elsewhere.
 *
 * @param policy the log's keys, the witnesses and the quorum; null where they are not known
 * @param key of the log; null where it is not known, or the policy has it
 */
public record Trust(@Nullable WitnessPolicy policy, @Nullable VerifierKey key) {
    /** Nothing is known: the bundle's own policy is taken, and said not to be checked. */
    public static final Trust NOTHING = new Trust(null, null);

    /**
     * @throws IllegalArgumentException where both are given
     */
    public Trust {
        if (policy != null && key != null) {
            throw new IllegalArgumentException("a policy has the log's key already");
        }
        if (key != null && key.algorithm() != VerifierKey.Algorithm.ED25519) {
            throw new IllegalArgumentException(
                    "the key of " + Words.quoted(key.name()) + " is a cosigner's, not a log's");
        }
    }

    public static Trust of(WitnessPolicy policy) {
        return new Trust(policy, null);
    }

    public static Trust of(VerifierKey key) {
        return new Trust(null, key);
    }
}
