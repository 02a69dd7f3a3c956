package io.countersign.governance.ledger.heads;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What the product asks of its own ledger. */
public sealed interface LedgerCommand extends Command {
    /** Puts the stream heads at a size on record; nothing happens where they are. */
    record RecordStreamHeads(long size, long streams, Sha256 root) implements LedgerCommand {
        @Override
        @TargetAggregateIdentifier
        public SubjectRef stream() {
            return ref(size);
        }
    }

    /** A stream for each size, so that one size never has two roots on record. */
    static SubjectRef ref(long size) {
        return new SubjectRef(SubjectKind.LEDGER, "stream-heads@" + size);
    }
}
