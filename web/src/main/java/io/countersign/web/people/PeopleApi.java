package io.countersign.web.people;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.people.People;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.UserId;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/people")
@Tag(name = "People", description = "Accounts and the roles they hold; for administrators")
class PeopleApi {
    private final Directory directory;
    private final People people;
    private final Commands commands;
    private final Links links;

    PeopleApi(Directory directory, People people, Commands commands, Links links) {
        this.directory = directory;
        this.people = people;
        this.commands = commands;
        this.links = links;
    }

    /**
     * @param roles as {@code requester@credit}, or {@code auditor@*} for all projects
     */
    record Invitation(
            @NotNull String username,
            @NotNull String displayName,
            @Nullable String email,
            @Nullable Set<String> roles) {}

    /**
     * @param link to set a password with; shown this once, and null where the same Idempotency-Key
     *     was sent before: if the first answer was lost, make another link
     * @param expiresAt null where the link of the first answer was used
     * @param repeated whether this was done before, under the same Idempotency-Key
     */
    record Invited(
            String person,
            @Nullable String link,
            @Nullable Instant expiresAt,
            @Nullable String after,
            boolean repeated) {}

    /**
     * @param role as {@code requester@credit}, or {@code auditor@*} for all projects
     */
    record RoleGrant(@NotNull String role) {}

    /**
     * @param confirm the person's id once more, since there is no way back
     */
    record Erasure(@NotNull String confirm) {}

    /**
     * @param next the value of {@code from} for the next page; null on the last
     */
    record Page(List<Directory.Listed> people, @Nullable String next) {}

    @GetMapping
    Page list(
            @RequestParam @Nullable String from,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            Actor actor,
            At at) {
        var found = directory.list(actor, at, from, limit + 1);
        return found.size() > limit
                ? new Page(found.subList(0, limit), found.get(limit - 1).id())
                : new Page(found, null);
    }

    @GetMapping("/{person}")
    Directory.Listed show(@PathVariable UserId person, Actor actor, At at) {
        return directory.find(actor, at, person);
    }

    private static final String ONCE =
            "The link is in the first answer only. Under the same Idempotency-Key again nothing is"
                    + " done, and the answer is 200 with `repeated` and no link. If the first answer"
                    + " was lost, POST /api/v1/people/{person}/link with a new key: the link that"
                    + " nobody saw stops working.";

    @PostMapping
    @Operation(summary = "Invite somebody", description = ONCE)
    ResponseEntity<Invited> invite(
            @Valid @RequestBody Invitation invitation, Actor actor, Context context) {
        return invited(
                people.invite(
                        invitation.username(),
                        invitation.displayName(),
                        invitation.email(),
                        grants(invitation.roles()),
                        actor,
                        context));
    }

    @PostMapping("/{person}/link")
    @Operation(summary = "Make a new link; the one before stops working", description = ONCE)
    ResponseEntity<Invited> link(@PathVariable UserId person, Actor actor, Context context) {
        return invited(people.link(person, actor, context));
    }

    @PostMapping("/{person}/deactivation")
    ResponseEntity<Api.Accepted> deactivate(
            @PathVariable UserId person, Actor actor, Context context) {
        return send(new PersonCommand.Deactivate(person), actor, context);
    }

    @PostMapping("/{person}/reactivation")
    ResponseEntity<Api.Accepted> reactivate(
            @PathVariable UserId person, Actor actor, Context context) {
        return send(new PersonCommand.Reactivate(person), actor, context);
    }

    @PostMapping("/{person}/roles")
    ResponseEntity<Api.Accepted> grant(
            @PathVariable UserId person,
            @Valid @RequestBody RoleGrant body,
            Actor actor,
            Context context) {
        var grant = Actor.Grant.parse(body.role());
        return send(
                new PersonCommand.GrantRole(person, grant.role(), grant.project()), actor, context);
    }

    @DeleteMapping("/{person}/roles/{role}")
    ResponseEntity<Api.Accepted> revoke(
            @PathVariable UserId person, @PathVariable String role, Actor actor, Context context) {
        var grant = Actor.Grant.parse(role);
        return send(
                new PersonCommand.RevokeRole(person, grant.role(), grant.project()),
                actor,
                context);
    }

    @PostMapping("/{person}/erasure")
    ResponseEntity<Api.Accepted> erase(
            @PathVariable UserId person,
            @Valid @RequestBody Erasure body,
            Actor actor,
            Context context) {
        Directory.requireConfirmed(person, body.confirm());
        return send(new PersonCommand.Erase(person), actor, context);
    }

    private ResponseEntity<Api.Accepted> send(PersonCommand command, Actor actor, Context context) {
        return Api.accepted(
                commands.send(command, actor, context), "/api/v1/people/" + command.person());
    }

    private ResponseEntity<Invited> invited(People.Link link) {
        var secret = link.secret();
        return Api.answer(
                secret == null ? null : link.eventId(),
                "/api/v1/people/" + link.person(),
                new Invited(
                        link.person().value(),
                        secret == null ? null : links.address(secret),
                        link.expiresAt(),
                        link.eventId(),
                        secret == null));
    }

    private static Set<Actor.Grant> grants(@Nullable Set<String> roles) {
        return roles == null
                ? Set.of()
                : roles.stream().map(Actor.Grant::parse).collect(Collectors.toSet());
    }
}
