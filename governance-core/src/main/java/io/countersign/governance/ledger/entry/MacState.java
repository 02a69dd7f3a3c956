package io.countersign.governance.ledger.entry;

/** What the ledger found of an event's writer MAC when it took the event in. */
public enum MacState {
    /** The MAC is that of a known writer key over the stored bytes. */
    VERIFIED(0, "verified"),
    /** The key is known and the MAC is not its: the row was made or changed outside the product. */
    WRONG(1, "wrong"),
    /** No such writer key is known on the host that built the ledger. */
    UNKNOWN_KEY(2, "unknown writer key");

    private final int code;
    private final String title;

    MacState(int code, String title) {
        this.code = code;
        this.title = title;
    }

    /** As committed to and stored: one byte, for ever. */
    public int code() {
        return code;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /**
     * @throws IllegalArgumentException for a code that is none
     */
    public static MacState ofCode(int code) {
        for (var state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw new IllegalArgumentException("no MAC state has the code " + code);
    }
}
