package io.countersign.governance.shared;

/** A command, or the input for one, was refused. Nothing was changed. */
public final class CommandRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;
    private boolean recorded;

    public CommandRefused(Refusal refusal) {
        super(refusal.code() + ": " + refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    /** Input that cannot be right: {@code field} names it, {@code rule} says what would be. */
    public static CommandRefused invalid(String field, String value, String rule) {
        var shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
        return new CommandRefused(
                Refusal.invalid(
                                "input.invalid",
                                "The " + field + " '" + shown + "' is not valid: " + rule + ".")
                        .with("field", field)
                        .with("value", shown));
    }

    public Refusal refusal() {
        return refusal;
    }

    /** The same, the attempt being on record already. */
    public CommandRefused asRecorded() {
        recorded = true;
        return this;
    }

    /** Whether the attempt is on record; whoever answers a request records it if not. */
    public boolean isRecorded() {
        return recorded;
    }
}
