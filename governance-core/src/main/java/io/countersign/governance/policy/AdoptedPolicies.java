package io.countersign.governance.policy;

import io.countersign.governance.configuration.AdoptedFiles;
import io.countersign.governance.configuration.ConfigurationCheck;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.SubjectKind;
import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;

/** The policies in force are those adopted; a file on disk decides nothing. */
@Component
class AdoptedPolicies implements PoliciesInForce, ConfigurationCheck {
    private static final String FOLDER = "policies/";

    private final AdoptedFiles files;

    AdoptedPolicies(AdoptedFiles files) {
        this.files = files;
    }

    @Override
    public InForce forSubject(SubjectKind kind) {
        for (var file : files.inForceBelow(FOLDER)) {
            var policy = parse(file);
            if (policy.subject() == kind) {
                return new InForce(
                        new PolicyRef(policy.name(), file.version(), file.sha256()), policy);
            }
        }
        throw new CommandRefused(
                Refusal.conflict(
                        "policy.none-in-force",
                        "No policy for a "
                                + kind.title().toLowerCase(java.util.Locale.ROOT)
                                + " has been adopted, so nothing can be decided. An administrator"
                                + " adopts one under Configuration."));
    }

    @Override
    public Policy adopted(PolicyRef ref) {
        return parse(files.version(FOLDER + ref.name() + ".yml", ref.version(), ref.digest()));
    }

    @Override
    public boolean reads(String file) {
        return file.startsWith(FOLDER);
    }

    @Override
    public void check(String file, byte[] content) {
        PolicyFile.parse(file, content);
    }

    private static Policy parse(AdoptedFiles.Adopted file) {
        return PolicyFile.parse(file.file(), file.content().getBytes(StandardCharsets.UTF_8));
    }
}
