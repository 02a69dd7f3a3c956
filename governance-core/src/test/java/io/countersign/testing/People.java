package io.countersign.testing;

import io.countersign.governance.eventstore.ActorMetadata;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.Channel;
import io.countersign.governance.shared.ProjectId;
import io.countersign.governance.shared.Role;
import io.countersign.governance.shared.UserId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** The cast of the tests: one person for each role, all in the project {@link #PROJECT}. */
public final class People {
    public static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");
    public static final ProjectId PROJECT = new ProjectId("credit");

    public static final Actor ENGINEER = person("u-ada", Role.REQUESTER);
    public static final Actor OTHER_ENGINEER = person("u-alan", Role.REQUESTER);
    public static final Actor STEWARD = person("u-stella", Role.DATA_STEWARD);
    public static final Actor VALIDATOR = person("u-vera", Role.VALIDATOR);
    public static final Actor OFFICER = person("u-carl", Role.COMPLIANCE_OFFICER);
    public static final Actor RISK_OWNER = person("u-rosa", Role.RISK_OWNER);
    public static final Actor RELEASE_MANAGER = person("u-rene", Role.RELEASE_MANAGER);
    public static final Actor AUDITOR = person("u-otto", Role.AUDITOR);
    public static final Actor ADMINISTRATOR =
            new Actor(
                    new UserId("u-adam"),
                    null,
                    Channel.PAGE,
                    NOW,
                    java.util.Set.of(new Actor.Grant(Role.ADMINISTRATOR, null)));

    private People() {}

    /** Signed in on a page, password given at {@link #NOW}. */
    public static Actor person(String id, Role... roles) {
        return new Actor(
                new UserId(id),
                null,
                Channel.PAGE,
                NOW,
                Arrays.stream(roles)
                        .map(role -> new Actor.Grant(role, PROJECT))
                        .collect(Collectors.toSet()));
    }

    /** The same person with the same roles, held for all projects. */
    public static Actor everywhere(Actor actor) {
        return new Actor(
                actor.id(),
                actor.onBehalfOf(),
                actor.channel(),
                actor.freshAt(),
                actor.grants().stream()
                        .map(grant -> new Actor.Grant(grant.role(), null))
                        .collect(Collectors.toSet()));
    }

    /** Everybody, by id, for a database that has no persons in it. */
    public static java.util.Set<Actor.Grant> grantsOf(UserId id) {
        return java.util.stream.Stream.of(
                        ENGINEER,
                        OTHER_ENGINEER,
                        STEWARD,
                        VALIDATOR,
                        OFFICER,
                        RISK_OWNER,
                        RELEASE_MANAGER,
                        AUDITOR,
                        ADMINISTRATOR)
                .filter(person -> person.id().equals(id))
                .flatMap(person -> everywhere(person).grants().stream())
                .collect(Collectors.toSet());
    }

    /** The metadata of a command this person sends: {@code fixture.when(command, as(ENGINEER))}. */
    public static Map<String, String> as(Actor actor) {
        return ActorMetadata.of(actor);
    }
}
