package io.countersign.web.people;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.people.PersonCommand;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.UserId;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/delegations")
@Tag(name = "Delegations", description = "Who may decide in whose place, and until when")
class DelegationApi {
    private static final String PATH = "/api/v1/delegations";

    private final Delegations delegations;
    private final Commands commands;

    DelegationApi(Delegations delegations, Commands commands) {
        this.delegations = delegations;
        this.commands = commands;
    }

    /**
     * @param to id of whoever stands in
     * @param roles which of those held; none for all
     * @param projects where; none for all
     * @param begins a day, from whose start in UTC it counts, or a time; none for at once
     * @param until a day, to whose end in UTC it counts, or a time
     * @param away whether the caller is out of office
     * @param note for whoever stands in
     * @param password needed with a session; HTTP Basic brings it along
     */
    record NewDelegation(
            @NotNull String to,
            @Nullable List<String> roles,
            @Nullable List<String> projects,
            @Nullable String begins,
            @NotNull String until,
            @Nullable Boolean away,
            @Nullable String note,
            @Nullable String password) {
        /** Without the password. */
        @Override
        public String toString() {
            return "NewDelegation[to " + to + "]";
        }
    }

    @GetMapping
    @Operation(
            summary = "Those the caller gave or was given; everybody's for administrators",
            description = "The latest first, at most 200.")
    List<Delegations.Listed> list(Actor actor, At at) {
        return Directory.administers(actor)
                ? delegations.all(actor, at)
                : delegations.mine(actor, at);
    }

    @PostMapping
    @Operation(summary = "Let another decide in one's place, with one's own password")
    ResponseEntity<Api.Accepted> delegate(
            @Valid @RequestBody NewDelegation body, Actor actor, Context context) {
        return Api.accepted(
                delegations
                        .delegate(
                                new Delegations.Given(
                                        body.to(),
                                        body.roles() == null ? List.of() : body.roles(),
                                        body.projects() == null ? List.of() : body.projects(),
                                        body.begins(),
                                        body.until(),
                                        Boolean.TRUE.equals(body.away()),
                                        body.note(),
                                        body.password()),
                                actor,
                                context)
                        .sent(),
                PATH);
    }

    @DeleteMapping("/{person}/{delegation}")
    @Operation(summary = "End one before its time; by whoever gave it, or an administrator")
    ResponseEntity<Api.Accepted> end(
            @PathVariable UserId person,
            @PathVariable String delegation,
            Actor actor,
            Context context) {
        return Api.accepted(
                commands.send(new PersonCommand.EndDelegation(person, delegation), actor, context),
                PATH);
    }
}
