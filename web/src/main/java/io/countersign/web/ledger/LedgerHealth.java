package io.countersign.web.ledger;

import io.countersign.governance.ledger.LedgerStatus;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * DOWN while the ledger raises an alarm. Serving goes on, so readiness does not ask it: a load
 * balancer must not take away the page that says what is wrong.
 */
@Component("ledgerHealthIndicator")
class LedgerHealth implements HealthIndicator {
    private final LedgerStatus status;

    LedgerHealth(LedgerStatus status) {
        this.status = status;
    }

    @Override
    public Health health() {
        var view = status.now();
        return view.isWell()
                ? Health.up().build()
                : Health.down().withDetail("alarms", view.alarms()).build();
    }
}
