package io.countersign.governance.bias;

import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Sha256;

/** Where prediction logs are kept; asked inside commands. */
@FunctionalInterface
interface LogFiles {
    /**
     * The log is here, and stays until the command commits.
     *
     * @throws CommandRefused {@code evidence.unknown}
     */
    void requireHere(Sha256 log);
}
