package io.countersign.web.audit;

import io.countersign.governance.audit.AuditEntry;
import io.countersign.governance.audit.AuditTrail;
import io.countersign.governance.audit.AuditTrail.Stored;
import io.countersign.governance.policy.Sight;
import io.countersign.governance.policy.Sight.Area;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import org.springframework.stereotype.Component;

/** Single events, for pages and programs alike. */
@Component
class Events {
    private final AuditTrail trail;
    private final Sight sight;

    Events(AuditTrail trail, Sight sight) {
        this.sight = sight;
        this.trail = trail;
    }

    /**
     * @throws CommandRefused {@code event.unknown}, also where it is not for this person
     */
    AuditEntry find(String id, Actor actor, At at) {
        return trail.find(id, at, sight.require(actor, Area.AUDIT_TRAIL))
                .orElseThrow(() -> unknown(id));
    }

    Stored stored(AuditEntry entry) {
        return trail.stored(entry).orElseThrow(() -> unknown(entry.eventId()));
    }

    private static CommandRefused unknown(String id) {
        return new CommandRefused(
                Refusal.notFound(
                                "event.unknown", "There is no event '" + id + "' that you may see.")
                        .with("event", id));
    }
}
