package io.countersign.governance.configuration;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Refusal;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.Sha256;
import io.countersign.governance.shared.SubjectRef;
import io.countersign.governance.shared.Text;
import java.util.Map;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** One configuration file through its adopted versions. */
@Aggregate(type = "configuration")
class ConfigurationAggregate {
    @AggregateIdentifier private SubjectRef stream;

    private int version;
    private @Nullable Sha256 inForce;

    @SuppressWarnings("NullAway.Init") // Axon creates it empty, then replays events
    ConfigurationAggregate() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(ConfigurationCommand.Adopt command, Actor actor, ConfigurationChecks checks) {
        actor.requireForAll(Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER);
        if (!checks.known(command.file())) {
            throw CommandRefused.invalid(
                    "file", command.file(), "nothing in the product reads such a file");
        }
        try {
            checks.check(command.file(), command.content());
        } catch (ConfigurationProblem problem) {
            throw new CommandRefused(
                    new Refusal(
                            "configuration.unusable",
                            Refusal.Kind.INVALID,
                            problem.getMessage() + ". Mend the file; what was in force stays so.",
                            Map.of("file", command.file(), "line", problem.line())));
        }
        var digest = Sha256.of(command.content());
        if (digest.equals(inForce)) {
            return;
        }
        apply(
                new ConfigurationEvent.Adopted(
                        command.file(),
                        version + 1,
                        digest,
                        command.content(),
                        Text.required("reason", command.reason(), 2_000)));
    }

    @EventSourcingHandler
    void on(ConfigurationEvent event) {
        switch (event) {
            case ConfigurationEvent.Adopted e -> {
                stream = ConfigurationCommand.ref(e.file());
                version = e.version();
                inForce = e.sha256();
            }
        }
    }
}
