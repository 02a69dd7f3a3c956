package io.countersign.governance.deployment;

import java.util.Locale;

/** How a deployment stands; the last two are final. */
public enum DeploymentStatus {
    REQUESTED,
    ACTIVE,
    /** Stopped for a while. */
    SUSPENDED,
    ROLLED_BACK,
    RETIRED;

    public boolean ended() {
        return this == ROLLED_BACK || this == RETIRED;
    }

    /** For people: {@code rolled back}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
