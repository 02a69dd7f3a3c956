package io.countersign.governance.ledger.check;

import org.jspecify.annotations.Nullable;

/**
 * Something the check found that should not be.
 *
 * @param position in the ledger it is about; -1 where it is about none
 * @param words a sentence that names the event, position, table or file
 */
public record Finding(Kind kind, long position, String words) {
    /** What sort of thing; the code is stable, stored and documented in docs/ledger-checks.md. */
    public enum Kind {
        ROW_CHANGED("row-changed", "An event is not what the ledger committed to"),
        ROW_MOVED("row-moved", "An event stands at another position"),
        ROW_UNREADABLE("row-unreadable", "An event cannot be read"),
        EVENT_GONE("event-gone", "An event of the ledger is gone"),
        EVENT_TWICE("event-twice", "An event has two positions"),
        EVENT_NEVER_SEQUENCED("event-never-sequenced", "An event never got a position"),
        POSITION_MISSING("position-missing", "A position is missing"),
        POSITION_AGAIN("position-again", "A position comes twice"),
        TIME_BACK("time-back", "The time of positions goes back"),
        CLOCK_BACK("clock-back", "The database's clock was set back"),
        STREAM_HOLE("stream-hole", "A stream is not continuous"),
        MAC_WRONG("mac-wrong", "A row was not written by the product"),
        MAC_UNKNOWN_KEY("mac-unknown-key", "A row was written with an unknown key"),
        MAC_STATE("mac-state", "A MAC is not what the ledger found it to be"),
        ENTRY_MISSING("entry-missing", "A log entry is missing"),
        ENTRY_EXTRA("entry-extra", "There are log entries beyond the tree"),
        TILE_WRONG("tile-wrong", "A tile is not made of the entries below it"),
        TILE_MISSING("tile-missing", "A tile is missing"),
        TILE_EXTRA("tile-extra", "There are tiles beyond the tree"),
        TREE_WRONG("tree-wrong", "The tree's root is not that of its entries"),
        CHECKPOINT_WRONG("checkpoint-wrong", "A published checkpoint is not of this log"),
        CHECKPOINT_SIGNATURE("checkpoint-signature", "A published checkpoint is not signed"),
        CHECKPOINT_UNKNOWN("checkpoint-unknown", "The guard has not signed a checkpoint"),
        GUARD_DISAGREES("guard-disagrees", "The guard has signed another history"),
        GUARD_DAMAGED("guard-damaged", "The guard cannot be read"),
        ROLLED_BACK("rolled-back", "The database is older than the last signature"),
        OTHER_DATABASE("other-database", "This is another database cluster"),
        STATE_WRONG("state-wrong", "The ledger's state does not fit its rows"),
        READ_MODEL("read-model", "A read model is not what the events say"),
        REPLAY_FAILED("replay-failed", "The events cannot be replayed"),
        TRIGGER("trigger", "A trigger is not as the product made it"),
        FUNCTION("function", "A function is not as the product made it"),
        GRANT("grant", "A right is not as the product granted it"),
        SCHEMA("schema", "A table is not as the product made it");

        private final String code;
        private final String title;

        Kind(String code, String title) {
            this.code = code;
            this.title = title;
        }

        public String code() {
            return code;
        }

        /** For people. */
        public String title() {
            return title;
        }
    }

    /** About no position. */
    static Finding of(Kind kind, String words, @Nullable Object... with) {
        return new Finding(kind, -1, words.formatted(with));
    }

    static Finding at(Kind kind, long position, String words, @Nullable Object... with) {
        return new Finding(kind, position, words.formatted(with));
    }

    @Override
    public String toString() {
        return kind.code() + ": " + words;
    }
}
