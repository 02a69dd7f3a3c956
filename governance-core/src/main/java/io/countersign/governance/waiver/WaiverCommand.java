package io.countersign.governance.waiver;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.SubjectRef;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What may be asked of a waiver. Signing, ending and revoking it are its review's. */
public sealed interface WaiverCommand extends Command {
    WaiverId id();

    @Override
    @TargetAggregateIdentifier
    default SubjectRef stream() {
        return id().ref();
    }

    /**
     * Says what is to be waived; it counts once its review has been approved. By somebody with the
     * role requester, of the waiver's own project.
     *
     * @param gate id of a gate that the policy in force lets be waived
     * @param subject what the gate is asked about
     * @param environment the only one it is to hold for, that of the subject; or null
     * @param reason why it cannot be met now; printed wherever the gate is
     * @param control what is done instead to keep the risk down
     * @param until when it ends, no later from now than policy allows
     */
    record Ask(
            WaiverId id,
            String gate,
            SubjectRef subject,
            @Nullable String environment,
            String reason,
            String control,
            Instant until)
            implements WaiverCommand {
        @Override
        public Collection<SubjectRef> reliesOn() {
            return List.of(subject);
        }
    }
}
