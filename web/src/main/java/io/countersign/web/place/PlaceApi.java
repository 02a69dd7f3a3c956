package io.countersign.web.place;

import io.countersign.governance.eventstore.Commands;
import io.countersign.governance.eventstore.Commands.Context;
import io.countersign.governance.place.EnvironmentId;
import io.countersign.governance.place.PlaceCommand;
import io.countersign.governance.place.PlaceId;
import io.countersign.governance.place.Places;
import io.countersign.governance.readmodel.ReadPosition.At;
import io.countersign.governance.shared.Actor;
import io.countersign.governance.shared.ProjectId;
import io.countersign.web.api.Api;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "Places", description = "Environments, applications, services and pipelines")
class PlaceApi {
    private final Places places;
    private final SeenPlaces seen;
    private final Commands commands;

    PlaceApi(Places places, SeenPlaces seen, Commands commands) {
        this.places = places;
        this.seen = seen;
        this.commands = commands;
    }

    record NewEnvironment(
            @NotNull EnvironmentId id, @NotNull String name, @NotNull Boolean production) {}

    /**
     * @param kind application, service or pipeline
     */
    record NewPlace(
            @NotNull PlaceId id,
            @NotNull String kind,
            @NotNull String name,
            @NotNull String ownerTeam) {}

    record Retirement(@NotNull String reason) {}

    record Place(
            PlaceId id,
            ProjectId project,
            String kind,
            String name,
            String ownerTeam,
            boolean retired,
            Instant registeredAt,
            String registeredBy) {
        static Place of(Places.PlaceRow row) {
            return new Place(
                    row.id(),
                    row.projectId(),
                    row.kind().word(),
                    row.name(),
                    row.ownerTeam(),
                    row.retired(),
                    row.registeredAt(),
                    row.registeredBy());
        }
    }

    /**
     * @param next the value of {@code from} for the next page; null on the last
     */
    record Page(List<Place> places, @Nullable String next) {}

    @GetMapping("/environments")
    List<Places.EnvironmentRow> environments(At at) {
        return places.environments(at);
    }

    @PostMapping("/environments")
    ResponseEntity<Api.Accepted> register(
            @Valid @RequestBody NewEnvironment body, Actor actor, Context context) {
        var command =
                new PlaceCommand.RegisterEnvironment(body.id(), body.name(), body.production());
        return Api.accepted(commands.send(command, actor, context), "/api/v1/environments");
    }

    @GetMapping("/places")
    Page list(
            @RequestParam @Nullable ProjectId project,
            @RequestParam @Nullable String from,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            Actor actor,
            At at) {
        var found =
                places.list(project, from, limit + 1, at, actor.visibility()).stream()
                        .map(Place::of)
                        .toList();
        return found.size() > limit
                ? new Page(found.subList(0, limit), found.get(limit - 1).id().value())
                : new Page(found, null);
    }

    @GetMapping("/places/{place}")
    Place show(@PathVariable PlaceId place, Actor actor, At at) {
        return Place.of(seen.find(place, actor, at));
    }

    @PostMapping("/places")
    ResponseEntity<Api.Accepted> register(
            @Valid @RequestBody NewPlace body, Actor actor, Context context) {
        return send(
                body.id(),
                new PlaceCommand.RegisterPlace(
                        body.id(), SeenPlaces.kind(body.kind()), body.name(), body.ownerTeam()),
                actor,
                context);
    }

    @PostMapping("/places/{place}/retirement")
    ResponseEntity<Api.Accepted> retire(
            @PathVariable PlaceId place,
            @Valid @RequestBody Retirement body,
            Actor actor,
            Context context) {
        return send(place, new PlaceCommand.RetirePlace(place, body.reason()), actor, context);
    }

    private ResponseEntity<Api.Accepted> send(
            PlaceId place, PlaceCommand command, Actor actor, Context context) {
        return Api.accepted(commands.send(command, actor, context), "/api/v1/places/" + place);
    }
}
