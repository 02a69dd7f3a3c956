package io.countersign.governance.ledger.tlog;

import java.util.Objects;

/** Something that is not in its format. The message says what, where and why, in words. */
public final class MalformedTlog extends RuntimeException {
    public MalformedTlog(String message) {
        super(message);
    }

    MalformedTlog(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same fault, with where in the whole it is put before it. */
    MalformedTlog in(String where) {
        return new MalformedTlog(where + ": " + getMessage(), this);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
