package io.countersign.web.start;

/** The application cannot start as it is set up. */
public final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * @param action what to do about it
     */
    public CannotStart(String message, String action, Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    public CannotStart(String message, String action) {
        super(message);
        this.action = action;
    }

    String action() {
        return action;
    }
}
