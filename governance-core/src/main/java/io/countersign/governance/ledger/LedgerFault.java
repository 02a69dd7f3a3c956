package io.countersign.governance.ledger;

/**
 * Database, guard and witnesses do not agree, or a row is not what the log committed to. Nothing is
 * signed from then on until a person has looked.
 */
public final class LedgerFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What was found; the key is stored and shown. */
    public enum Kind {
        ROLLED_BACK("rolled-back", "The database is older than the last signature"),
        REWRITTEN("rewritten", "The database says otherwise than what was signed"),
        ROW_CHANGED("row-changed", "An event is not what the ledger committed to"),
        EVENT_GONE("event-gone", "An event of the ledger is gone"),
        OTHER_DATABASE("other-database", "This is another database cluster"),
        GUARD_LOST("guard-lost", "The signer's guard is gone"),
        GUARD_DAMAGED("guard-damaged", "The signer's guard is damaged"),
        GUARD_IN_USE("guard-in-use", "Another process has the signer's guard"),
        FORKED("forked", "A witness knows another history");

        private final String key;
        private final String title;

        Kind(String key, String title) {
            this.key = key;
            this.title = title;
        }

        public String key() {
            return key;
        }

        /** For people. */
        public String title() {
            return title;
        }

        static Kind ofKey(String key) {
            for (var kind : values()) {
                if (kind.key.equals(key)) {
                    return kind;
                }
            }
            return GUARD_DAMAGED;
        }
    }

    public LedgerFault(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The message; a fault always has one. */
    public String words() {
        return String.valueOf(getMessage());
    }
}
