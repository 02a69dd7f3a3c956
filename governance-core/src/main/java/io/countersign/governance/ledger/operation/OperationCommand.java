package io.countersign.governance.ledger.operation;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What the product asks of its ledger's own record of operations. */
public sealed interface OperationCommand extends Command {
    /** Puts an operation on record; nothing happens where it is. */
    record Record(OperationEvent event) implements OperationCommand {
        @Override
        @TargetAggregateIdentifier
        public SubjectRef stream() {
            return ref(event.operation());
        }
    }

    static SubjectRef ref(String operation) {
        return new SubjectRef(SubjectKind.LEDGER, "operation@" + operation);
    }
}
