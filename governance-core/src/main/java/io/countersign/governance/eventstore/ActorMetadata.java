package io.countersign.governance.eventstore;

import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who acts, as message metadata. Every value is a string, so that stored bytes never drift. */
public final class ActorMetadata {
    public static final String ACTOR = "actor";
    public static final String ON_BEHALF_OF = "onBehalfOf";
    public static final String CHANNEL = "channel";
    public static final String FRESH_AT = "freshAt";

    /** The roles at that time, as {@code requester@credit auditor@*}. */
    public static final String ROLES = "roles";

    private ActorMetadata() {}

    public static Map<String, String> of(Actor actor) {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put(ACTOR, actor.id().value());
        metadata.put(CHANNEL, actor.channel().name());
        metadata.put(
                ROLES,
                actor.grants().stream()
                        .sorted()
                        .map(Actor.Grant::toString)
                        .collect(Collectors.joining(" ")));
        if (actor.onBehalfOf() != null) {
            metadata.put(ON_BEHALF_OF, actor.onBehalfOf().value());
        }
        if (actor.freshAt() != null) {
            metadata.put(FRESH_AT, actor.freshAt().toString());
        }
        return metadata;
    }

    /** The other way round; a message without an actor is a fault of ours. */
    public static Actor actor(Map<String, ?> metadata) {
        var id = text(metadata, ACTOR);
        var channel = text(metadata, CHANNEL);
        var roles = text(metadata, ROLES);
        if (id == null || channel == null || roles == null) {
            throw new IllegalStateException("a message without an actor: " + metadata.keySet());
        }
        var behalf = text(metadata, ON_BEHALF_OF);
        var fresh = text(metadata, FRESH_AT);
        return new Actor(
                new UserId(id),
                behalf == null ? null : new UserId(behalf),
                Channel.valueOf(channel),
                fresh == null ? null : Instant.parse(fresh),
                roles.isEmpty()
                        ? java.util.Set.of()
                        : Arrays.stream(roles.split(" ", -1))
                                .map(Actor.Grant::parse)
                                .collect(Collectors.toSet()));
    }

    private static @Nullable String text(Map<String, ?> metadata, String key) {
        return metadata.get(key) instanceof String value ? value : null;
    }
}
