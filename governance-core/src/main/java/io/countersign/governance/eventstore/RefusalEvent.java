package io.countersign.governance.eventstore;

import io.countersign.governance.shared.PersonalText;
import io.countersign.governance.shared.SubjectRef;
import java.util.Map;

/** What was tried and refused. Stored for ever, like everything else that happened. */
public sealed interface RefusalEvent {
    /**
     * @param command what was asked for, such as {@code review.sign}
     * @param subject what it was asked of
     * @param code the refusal's stable code
     * @param message as shown to the person; sealed, since it may quote their words
     * @param details the values it speaks of that are not personal
     */
    @EventName("refusal.recorded")
    record Recorded(
            String command,
            SubjectRef subject,
            String code,
            PersonalText message,
            Map<String, Object> details)
            implements RefusalEvent {}
}
