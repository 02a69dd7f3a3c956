package io.countersign.web.deployment;

import io.countersign.governance.deployment.DeploymentCommand;
import io.countersign.governance.deployment.DeploymentId;
import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.eventstore.Commands.Sent;
import io.countersign.governance.model.ModelVersionId;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.CommandRefused;
import io.countersign.governance.shared.Sha256;
import java.security.SecureRandom;
import java.util.Random;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes what people and pipelines ask of deployments, from a page or the API alike. */
@Component
class Asks {
    private final Commands commands;
    private final SecureRandom random = new SecureRandom();

    Asks(Commands commands) {
        this.commands = commands;
    }

    record Made(DeploymentId id, Sent sent) {}

    /**
     * @throws CommandRefused with the name of the field that is wrong
     */
    Made request(
            String modelVersion,
            String environment,
            String place,
            String artifactDigest,
            @Nullable String comment,
            Actor actor,
            Context context) {
        var version = field("modelVersion", modelVersion, ModelVersionId::new);
        var command =
                new DeploymentCommand.Request(
                        DeploymentId.random(version.project(), random(actor, context)),
                        version,
                        field("environment", environment, EnvironmentId::new),
                        field("place", place, PlaceId::new),
                        field("artifactDigest", artifactDigest, Sha256::new),
                        comment == null ? "" : comment);
        return new Made(command.id(), commands.send(command, actor, context));
    }

    /** What can be done to one, by the last part of its path. */
    Sent change(
            DeploymentId id, String act, @Nullable String reason, Actor actor, Context context) {
        var why = reason == null ? "" : reason;
        return commands.send(
                switch (act) {
                    case "activation" -> new DeploymentCommand.Activate(id);
                    case "suspension" -> new DeploymentCommand.Suspend(id, why);
                    case "resumption" -> new DeploymentCommand.Resume(id);
                    case "rollback" -> new DeploymentCommand.RollBack(id, why);
                    case "retirement" -> new DeploymentCommand.Retire(id, why);
                    case "gate" -> new DeploymentCommand.AskGate(id);
                    default ->
                            throw CommandRefused.invalid(
                                    "act",
                                    act,
                                    "use activation, suspension, resumption, rollback, retirement"
                                            + " or gate");
                },
                actor,
                context);
    }

    /** The same key again makes the same id, so that the command is the same one. */
    private RandomGenerator random(Actor actor, Context context) {
        var key = context.idempotencyKey();
        return key == null
                ? random
                : new Random(
                        Long.parseUnsignedLong(
                                Sha256.of(actor.id() + "\n" + key).hex().substring(0, 16), 16));
    }

    private static <T> T field(String name, String typed, Function<String, T> read) {
        try {
            return read.apply(typed.strip());
        } catch (CommandRefused refused) {
            throw new CommandRefused(refused.refusal().with("field", name));
        }
    }
}
