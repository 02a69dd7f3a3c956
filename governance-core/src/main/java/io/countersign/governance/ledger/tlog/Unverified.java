package io.countersign.governance.ledger.tlog;

import java.util.Objects;

/**
 * Well-formed, but not proven: a signature fails, a quorum is not met, a proof does not lead to its
 * root. The message names the first thing that is wrong, in words an auditor understands.
 */
public final class Unverified extends RuntimeException {
    public Unverified(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
