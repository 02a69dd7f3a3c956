package io.countersign.governance.database;

import org.jspecify.annotations.Nullable;

/** There is no database to work on. The message says why and what to do, for people. */
public final class DatabaseUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseUnavailable(String message) {
        this(message, null);
    }

    public DatabaseUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
