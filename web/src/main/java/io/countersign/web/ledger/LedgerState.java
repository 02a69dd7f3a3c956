package io.countersign.web.ledger;

import io.countersign.governance.ledger.Ledger;
import io.countersign.governance.ledger.LedgerStatus;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.tlog.WitnessPolicy;
import io.countersign.governance.shared.Actor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** How the ledger is doing, as far as it is for somebody's eyes. */
@Component
public class LedgerState {
    private final Ledger ledger;
    private final LedgerStatus status;

    LedgerState(Ledger ledger, LedgerStatus status) {
        this.ledger = ledger;
        this.status = status;
    }

    /**
     * The ledger's state.
     *
     * @param policy null before the log begins
     * @param alarms those of {@code status}; without names of things for who may not see them all
     */
    public record Seen(
            LedgerStatus.View status, @Nullable WitnessPolicy policy, List<String> alarms) {
        public boolean isWell() {
            return alarms.isEmpty();
        }

        public List<VerifierKey> keys() {
            return policy == null
                    ? List.of()
                    : policy.logs().stream().map(WitnessPolicy.Log::key).toList();
        }
    }

    public Seen seenBy(Actor actor) {
        var view = status.now();
        return new Seen(view, ledger.policy().orElse(null), alarms(view, actor));
    }

    /** An alarm may name an event, a stream or a folder of the host. */
    private static List<String> alarms(LedgerStatus.View view, Actor actor) {
        if (actor.visibility().all() || view.alarms().isEmpty()) {
            return view.alarms();
        }
        var fault = view.fault();
        return List.of(
                (fault == null ? "The ledger raises an alarm" : fault.kind().title())
                        + ". An auditor or compliance officer for all projects sees what it is about.");
    }
}
