package io.countersign.governance.policy;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationCheck;
import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;

/** The roles there are, as adopted. */
@Component
public class AdoptedRoles implements ConfigurationCheck {
    private static final String FILE = "roles.yml";

    private final AdoptedFiles files;

    AdoptedRoles(AdoptedFiles files) {
        this.files = files;
    }

    /** Those in force; inside a command they cannot change until it commits. */
    public RoleCatalogue inForce() {
        var file = files.inForce(FILE);
        return RoleCatalogue.parse(file.file(), file.content().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean reads(String file) {
        return file.equals(FILE);
    }

    @Override
    public void check(String file, byte[] content) {
        RoleCatalogue.parse(file, content);
    }
}
