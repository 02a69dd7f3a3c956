package io.countersign.governance.ledger.heads;

import io.countersign.governance.eventstore.EventName;
import io.countersign.governance.shared.Sha256;

/** What the ledger records of itself. */
public sealed interface LedgerEvent {
    /**
     * How far every stream had come, without saying which streams there are.
     *
     * @param size of the ledger: the events before this position count
     * @param streams that have events among them
     * @param root of the tree of their heads, see {@code docs/ledger-formats.md}
     */
    @EventName("ledger.stream-heads-recorded")
    record StreamHeadsRecorded(long size, long streams, Sha256 root) implements LedgerEvent {}
}
