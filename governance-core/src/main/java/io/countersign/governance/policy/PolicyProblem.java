package io.countersign.governance.policy;

import io.countersign.governance.configuration.ConfigurationProblem;

/** A policy or role file cannot be used. */
public final class PolicyProblem extends ConfigurationProblem {
    private static final long serialVersionUID = 1L;

    /**
     * @param line and column from 1
     */
    public PolicyProblem(String file, int line, int column, String reason) {
        super(file, line, column, reason);
    }
}
