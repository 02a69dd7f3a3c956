package io.countersign.governance.eventstore;

import io.countersign.governance.shared.Actor;
import java.lang.reflect.Executable;
import java.lang.reflect.Parameter;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.annotation.ParameterResolver;
import org.axonframework.messaging.annotation.ParameterResolverFactory;
import org.jspecify.annotations.Nullable;

/** Gives handlers that ask for an {@link Actor} the one in the message's metadata. */
public final class ActorParameterResolverFactory implements ParameterResolverFactory {
    @Override
    public @Nullable ParameterResolver<Actor> createInstance(
            Executable executable, Parameter[] parameters, int parameterIndex) {
        return parameters[parameterIndex].getType() == Actor.class ? new FromMetadata() : null;
    }

    private static final class FromMetadata implements ParameterResolver<Actor> {
        @Override
        public Actor resolveParameterValue(Message<?> message) {
            return ActorMetadata.actor(message.getMetaData());
        }

        @Override
        public boolean matches(Message<?> message) {
            return message.getMetaData().containsKey(ActorMetadata.ACTOR);
        }
    }
}
