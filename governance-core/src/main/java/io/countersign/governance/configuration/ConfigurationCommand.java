package io.countersign.governance.configuration;

import io.countersign.governance.shared.Command;
import io.countersign.governance.shared.SubjectKind;
import io.countersign.governance.shared.SubjectRef;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What may be asked of a configuration file. */
public sealed interface ConfigurationCommand extends Command {
    /**
     * Puts the file's content in force.
     *
     * @param file its name below the configuration folder, such as {@code policies/deployment.yml}
     * @param content the whole text, exactly as in the file
     */
    record Adopt(String file, String content, String reason) implements ConfigurationCommand {
        @Override
        @TargetAggregateIdentifier
        public SubjectRef stream() {
            return ref(file);
        }
    }

    static SubjectRef ref(String file) {
        return new SubjectRef(SubjectKind.CONFIGURATION, file);
    }
}
