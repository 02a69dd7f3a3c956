package io.countersign.governance.configuration;

/** Reads one sort of configuration file before it can be adopted; each capability has its own. */
public interface ConfigurationCheck {
    /** Whether it reads this file, by name: {@code policies/deployment.yml}. */
    boolean reads(String file);

    /**
     * @throws ConfigurationProblem where the content cannot be used, naming file, line and reason
     */
    void check(String file, byte[] content);
}
