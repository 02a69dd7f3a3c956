package io.countersign.governance.configuration;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.stereotype.Component;

/** Everything that reads configuration files. */
@Component
public class ConfigurationChecks {
    private final List<ConfigurationCheck> checks;

    public ConfigurationChecks(List<ConfigurationCheck> checks) {
        this.checks = List.copyOf(checks);
    }

    /** Whether anything in the product reads a file of this name. */
    boolean known(String file) {
        return checks.stream().anyMatch(check -> check.reads(file));
    }

    /**
     * @throws ConfigurationProblem where whoever reads the file cannot use this content
     */
    void check(String file, String content) {
        for (var check : checks) {
            if (check.reads(file)) {
                check.check(file, content.getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
